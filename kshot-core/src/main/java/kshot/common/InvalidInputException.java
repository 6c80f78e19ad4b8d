package kshot.common;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An error in the input of a user: a file, an option, a setting. Its message is one line that names the thing, its value
 * and what is allowed; the command line prints that line and exits with code 2.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Parts of the message; null where it was given as a whole. */
    private final transient @Nullable Parts parts;

    /**
     * A message with the names in it apart.
     *
     * @param allowed text with a {@code %s} for each of the other things
     */
    private record Parts(String thing, @Nullable Object value, String allowed, List<String> others) {
        Parts renamed(UnaryOperator<String> name) {
            return new Parts(
                    name.apply(thing), value, allowed, others.stream().map(name).toList());
        }

        String message() {
            String right = others.isEmpty() ? allowed : allowed.formatted(others.toArray());
            return thing + ": " + value + " is not allowed; allowed: " + right;
        }
    }

    /** Makes an error whose message already names the thing, its value and what is allowed. */
    public InvalidInputException(String message) {
        super(message);
        this.parts = null;
    }

    /** Makes an error as {@link #InvalidInputException(String)}, keeping the cause for {@code --verbose}. */
    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
        this.parts = null;
    }

    private InvalidInputException(Parts parts, @Nullable Throwable cause) {
        super(parts.message(), cause);
        this.parts = parts;
    }

    /**
     * Returns an error of the usual form.
     *
     * @param thing what is wrong, as the user calls it: an option, a file and line, a component of settings
     * @param value its value
     * @param allowed the values that are allowed
     */
    public static InvalidInputException of(String thing, @Nullable Object value, String allowed) {
        return new InvalidInputException(new Parts(thing, value, allowed, List.of()), null);
    }

    /** Returns an error of the usual form, keeping the cause for {@code --verbose}. */
    public static InvalidInputException of(String thing, @Nullable Object value, String allowed, Throwable cause) {
        return new InvalidInputException(new Parts(thing, value, allowed, List.of()), cause);
    }

    /** Throws an error of the usual form unless {@code condition} holds; see {@link #of}. */
    public static void require(boolean condition, String thing, @Nullable Object value, String allowed) {
        if (!condition) {
            throw of(thing, value, allowed);
        }
    }

    /**
     * Throws an error of the usual form unless {@code condition} holds, where what is allowed depends on another thing.
     *
     * @param allowed what would have been right, with a {@code %s} in place of the other thing
     * @param other the other thing, as the user calls it
     */
    public static void require(boolean condition, String thing, @Nullable Object value, String allowed, String other) {
        if (!condition) {
            throw new InvalidInputException(new Parts(thing, value, allowed, List.of(other)), null);
        }
    }

    /**
     * Returns this error with other names for the things in it: a record of settings knows the names of its components,
     * and whoever filled it from a file or from options knows what the user calls them.
     *
     * @param name gives the user's name of a thing
     */
    public InvalidInputException renamed(UnaryOperator<String> name) {
        return parts == null ? this : new InvalidInputException(parts.renamed(name), this);
    }
}
