package kshot.ranks;

/** The end of a job because one of its ranks is gone, or does not answer. Its message names the rank where that is known. */
public final class LostRankException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an error with a message of one line. */
    public LostRankException(String message) {
        super(message);
    }

    /** Makes an error with a message of one line, keeping the cause for {@code --verbose}. */
    public LostRankException(String message, Throwable cause) {
        super(message, cause);
    }
}
