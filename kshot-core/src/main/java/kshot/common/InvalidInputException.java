package kshot.common;

import org.jspecify.annotations.Nullable;

/**
 * Wrong input of a user: a file, an option, a setting. Its message is one line that names the thing, its value and what
 * is allowed; the command line prints that line and exits with code 2.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error whose message already names the thing, its value and what is allowed. */
    public InvalidInputException(String message) {
        super(message);
    }

    /** As {@link #InvalidInputException(String)}, keeping the cause for {@code --verbose}. */
    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * The usual form.
     *
     * @param thing what is wrong, as the user calls it: an option, a file and line, a setting
     * @param value its value
     * @param allowed what would have been right
     */
    public static InvalidInputException of(String thing, @Nullable Object value, String allowed) {
        return new InvalidInputException(message(thing, value, allowed));
    }

    /** The usual form, keeping the cause for {@code --verbose}. */
    public static InvalidInputException of(String thing, @Nullable Object value, String allowed, Throwable cause) {
        return new InvalidInputException(message(thing, value, allowed), cause);
    }

    private static String message(String thing, @Nullable Object value, String allowed) {
        return thing + ": " + value + " is not allowed; allowed: " + allowed;
    }

    /** Throws unless {@code condition} holds; see {@link #of}. */
    public static void require(boolean condition, String thing, @Nullable Object value, String allowed) {
        if (!condition) {
            throw of(thing, value, allowed);
        }
    }
}
