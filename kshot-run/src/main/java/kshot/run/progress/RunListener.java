package kshot.run.progress;

/** A listener that hears what a run does: lines of text, and the progress of its tasks. A terminal is one. */
public interface RunListener extends ProgressDisplay {
    /** A listener that ignores everything. */
    RunListener NONE = new RunListener() {
        @Override
        public void say(String line) {}

        @Override
        public RunListener of(String job) {
            return this;
        }

        @Override
        public Progress progress(String task, long total) {
            return new Progress() {
                @Override
                public void skip(long units) {}

                @Override
                public void update(long done, String detail) {}

                @Override
                public void close() {}
            };
        }
    };

    /** Hears one line. */
    void say(String line);

    /** Returns the listener of one job among several that run side by side. */
    RunListener of(String job);
}
