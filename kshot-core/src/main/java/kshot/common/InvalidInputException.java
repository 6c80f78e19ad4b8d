package kshot.common;

import org.jspecify.annotations.Nullable;

/**
 * The exception thrown for wrong input of a user: a file, an option, a setting. Its message is one line that names the
 * thing, its value and what is allowed; the command line prints that line and exits with code 2.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message already names the thing, its value and what is allowed. */
    public InvalidInputException(String message) {
        super(message);
    }

    /** Creates an exception as {@link #InvalidInputException(String)} does, with the cause for {@code --verbose}. */
    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns an exception with a message in the usual form.
     *
     * @param thing the name of the wrong thing, as the user calls it: an option, a file and line, a setting
     * @param value its value
     * @param allowed the values that are allowed
     */
    public static InvalidInputException of(String thing, @Nullable Object value, String allowed) {
        return new InvalidInputException(message(thing, value, allowed));
    }

    /** Returns an exception with a message in the usual form, with the cause for {@code --verbose}. */
    public static InvalidInputException of(String thing, @Nullable Object value, String allowed, Throwable cause) {
        return new InvalidInputException(message(thing, value, allowed), cause);
    }

    private static String message(String thing, @Nullable Object value, String allowed) {
        return thing + ": " + value + " is not allowed; allowed: " + allowed;
    }

    /** Throws an exception unless {@code condition} holds; see {@link #of}. */
    public static void require(boolean condition, String thing, @Nullable Object value, String allowed) {
        if (!condition) {
            throw of(thing, value, allowed);
        }
    }
}
