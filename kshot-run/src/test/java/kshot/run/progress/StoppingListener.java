package kshot.run.progress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener that keeps the lines that it hears, and asks to stop at one of the steps that it hears of. */
public final class StoppingListener implements RunListener {
    private final StopRequest stop = new StopRequest();
    private final AtomicInteger left;
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    /** A listener that asks to stop at step number {@code step}, from 1. */
    public StoppingListener(int step) {
        left = new AtomicInteger(step);
    }

    @Override
    public void say(String line) {
        said.add(line);
    }

    /** Returns the lines, in order. */
    public List<String> said() {
        return List.copyOf(said);
    }

    @Override
    public RunListener of(String job) {
        return this;
    }

    @Override
    public StopRequest stop() {
        return stop;
    }

    @Override
    public Progress progress(String task, long total) {
        return new Progress() {
            @Override
            public void skip(long units) {}

            @Override
            public void update(long done, String detail) {
                if (left.decrementAndGet() == 0) {
                    stop.request(15);
                }
            }

            @Override
            public void close() {}
        };
    }
}
