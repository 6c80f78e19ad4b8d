package kshot.app.terminal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import kshot.run.progress.ElapsedTime;
import kshot.run.progress.Progress;
import kshot.run.progress.RunListener;
import kshot.run.progress.StopRequest;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Says what goes on, on standard error: a bar in a terminal, plain lines elsewhere, so that a log stays readable.
 */
public final class Console implements RunListener {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintStream out;
    private final boolean interactive;
    private final String prefix;
    private final StopRequest stop;

    /**
     * A console.
     *
     * @param interactive whether {@code out} is a terminal, whose lines may be overwritten
     */
    public Console(PrintStream out, boolean interactive) {
        this(out, interactive, "", new StopRequest());
    }

    private Console(PrintStream out, boolean interactive, String prefix, StopRequest stop) {
        this.out = out;
        this.interactive = interactive;
        this.prefix = prefix;
        this.stop = stop;
    }

    /** Returns a console of plain lines, which begin with the name of the job. */
    @Override
    public Console of(String job) {
        return new Console(out, false, prefix + job + ": ", stop);
    }

    /** Standard error; the launcher says by the property {@code kshot.terminal} whether it is a terminal. */
    public static Console ofProcess() {
        return new Console(
                new PrintStream(System.err, true, StandardCharsets.UTF_8), Boolean.getBoolean("kshot.terminal"));
    }

    @Override
    public void say(String line) {
        out.println(prefix + line);
    }

    @Override
    public StopRequest stop() {
        return stop;
    }

    @Override
    public Progress progress(String task, long total) {
        return interactive ? new Bar(task, total) : new Lines(task, total);
    }

    private final class Bar implements Progress {
        private final ProgressBar bar;
        private long before;

        Bar(String task, long total) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(out))
                    .setUpdateIntervalMillis(500)
                    .showSpeed()
                    .hideEta()
                    .setEtaFunction(
                            state -> remaining(state.getCurrent(), state.getMax(), state.getElapsedAfterStart()))
                    .build();
        }

        private Optional<Duration> remaining(long done, long total, Duration elapsed) {
            return done <= before
                    ? Optional.empty()
                    : Optional.of(elapsed.multipliedBy(total - done).dividedBy(done - before));
        }

        @Override
        public void skip(long units) {
            before += units;
            bar.stepBy(units);
        }

        @Override
        public void update(long done, String detail) {
            bar.stepTo(done);
            bar.setExtraMessage(detail.isEmpty() ? "" : ", " + detail);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private final class Lines implements Progress {
        private final String task;
        private final long total;
        private final long start = System.nanoTime();
        private long lastLine = start;
        private long before;
        private long done;
        private String detail = "";

        Lines(String task, long total) {
            this.task = task;
            this.total = total;
        }

        @Override
        public void skip(long units) {
            before += units;
            done += units;
        }

        @Override
        public void update(long nowDone, String nowDetail) {
            done = nowDone;
            detail = nowDetail;
            long now = System.nanoTime();
            if (now - lastLine >= BETWEEN_LINES.toNanos() && done > before) {
                lastLine = now;
                double seconds = (now - start) / 1e9;
                print(String.format(
                        Locale.ROOT,
                        "%3.0f %%, %s left, %.1f/s",
                        100.0 * done / total,
                        ElapsedTime.format(seconds * (total - done) / (done - before)),
                        (done - before) / seconds));
            }
        }

        private void print(String state) {
            out.println(prefix + "  " + task + ": " + state + (detail.isEmpty() ? "" : ", " + detail));
        }

        @Override
        public void close() {
            String time = ElapsedTime.format((System.nanoTime() - start) / 1e9);
            print(done < total ? done + " of " + total + ", after " + time : "done in " + time);
        }
    }
}
