package kshot.run.progress;

/** A request to stop a run at the next place where nothing is lost. Any thread may make it. */
public final class StopRequest {
    private static final int NONE = 0;

    private volatile int signal = NONE;

    /** Requests to stop as a signal does: 2 for SIGINT, 15 for SIGTERM. */
    public void request(int ofSignal) {
        signal = ofSignal;
    }

    /** Returns whether the run has to stop. */
    public boolean isRequested() {
        return signal != NONE;
    }

    /**
     * Stops a run that has been asked to; called where nothing would be lost.
     *
     * @throws StoppedException if the run has to stop
     */
    public void check() {
        if (isRequested()) {
            throw new StoppedException(signal);
        }
    }
}
