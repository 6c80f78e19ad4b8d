package kshot.app.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of equal length side by side, shown as one: how much is done of all of them, and the details of the first one that
 * goes on. Shows nothing before the first of them begins. Any thread may begin or update one.
 */
public final class JointProgress implements Progresses, AutoCloseable {
    private final Progresses console;
    private final String title;
    private final int tasks;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private Console.@Nullable Progress whole;

    /**
     * Tasks that have not begun.
     *
     * @param title of all of them
     * @param tasks how many
     */
    public JointProgress(Progresses console, String title, int tasks) {
        this.console = console;
        this.title = title;
        this.tasks = tasks;
    }

    @Override
    public synchronized Console.Progress progress(String task, long total) {
        Console.Progress shown = whole == null ? console.progress(title, tasks * total) : whole;
        whole = shown;
        Part part = new Part(shown, total);
        parts.put(task, part);
        return part;
    }

    private String details() {
        return parts.entrySet().stream()
                .filter(part -> part.getValue().done < part.getValue().total)
                .findFirst()
                .map(part -> part.getKey() + " " + part.getValue().detail)
                .orElse("");
    }

    @Override
    public synchronized void close() {
        if (whole != null) {
            whole.close();
        }
    }

    private final class Part implements Console.Progress {
        private final Console.Progress shown;
        private final long total;
        private long done;
        private String detail = "";

        Part(Console.Progress shown, long total) {
            this.shown = shown;
            this.total = total;
        }

        @Override
        public void skip(long units) {
            synchronized (JointProgress.this) {
                done += units;
                shown.skip(units);
            }
        }

        @Override
        public void update(long nowDone, String nowDetail) {
            synchronized (JointProgress.this) {
                done = nowDone;
                detail = nowDetail;
                shown.update(
                        parts.values().stream().mapToLong(part -> part.done).sum(), details());
            }
        }

        /** The whole goes on. */
        @Override
        public void close() {}
    }
}
