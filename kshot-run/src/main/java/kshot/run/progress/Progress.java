package kshot.run.progress;

/** The progress of one task, counted in units of the task. */
public interface Progress extends AutoCloseable {
    /** Counts units that were done in an earlier process. They count as done, and say nothing about the speed. */
    void skip(long units);

    /**
     * Reports how much is done.
     *
     * @param done units done
     * @param detail a few words about the current state; empty for none
     */
    void update(long done, String detail);

    @Override
    void close();
}
