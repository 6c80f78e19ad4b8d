package kshot.run.progress;

/** A run stopped because a signal asked for it, and everything is saved. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int BASE = 128;

    private final int signal;

    StoppedException(int signal) {
        super("stopped");
        this.signal = signal;
    }

    /** Exit code of a process that ends of a signal: 130 for SIGINT, 143 for SIGTERM. */
    public int exitCode() {
        return exitCode(signal);
    }

    public static int exitCode(int signal) {
        return BASE + signal;
    }
}
