package kshot.run.progress;

/**
 * A listener that hears what a run does, lines of text and the progress of its tasks, and that may ask the run to stop. A
 * terminal is one.
 */
public interface RunListener extends ProgressDisplay {
    /** A listener that ignores everything and never stops a run. */
    RunListener NONE = new RunListener() {
        @Override
        public void say(String line) {}

        @Override
        public RunListener of(String job) {
            return this;
        }

        @Override
        public StopRequest stop() {
            return new StopRequest();
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

    /** Returns the listener of one job among several that run side by side. They share the request to stop. */
    RunListener of(String job);

    /** Returns the request by which the caller stops the run. */
    StopRequest stop();
}
