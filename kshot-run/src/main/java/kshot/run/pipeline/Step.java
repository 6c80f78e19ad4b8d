package kshot.run.pipeline;

import java.io.IOException;

/** A step of the pipeline. It reads what the steps before it have left in the run, and does what it finds missing of its own. */
interface Step {
    /**
     * Does the step, or the rest of it.
     *
     * @return whether there was anything left to do
     * @throws kshot.run.progress.StoppedException if the caller asked to stop; what was done is saved
     */
    boolean work() throws IOException;

    /** Returns whether the settings ask for this step. */
    default boolean isWanted() {
        return true;
    }

    /** Discards what the step has left in store and checkpoints. */
    void discard() throws IOException;
}
