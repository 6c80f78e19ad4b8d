package kshot.run.progress;

/** The wish of a user to stop a run at the next place where nothing is lost. Any thread may wish. */
public final class StopRequest {
    private static final int NONE = 0;

    private volatile int signal = NONE;

    /** Wishes to stop, as a signal says: 2 for SIGINT, 15 for SIGTERM. */
    public void request(int ofSignal) {
        signal = ofSignal;
    }

    /** Whether the run has to stop. */
    public boolean isRequested() {
        return signal != NONE;
    }

    /**
     * Called where nothing would be lost.
     *
     * @throws StoppedException if the run has to stop
     */
    public void check() {
        if (isRequested()) {
            throw new StoppedException(signal);
        }
    }
}
