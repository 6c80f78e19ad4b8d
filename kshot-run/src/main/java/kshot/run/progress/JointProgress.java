package kshot.run.progress;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of equal length side by side, shown as one: how much is done of all of them, and the details of the first one that
 * goes on. Shows nothing before the first of them begins. Any thread may begin or update one.
 */
public final class JointProgress implements ProgressDisplay, AutoCloseable {
    private final ProgressDisplay listener;
    private final String title;
    private final int tasks;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private @Nullable Progress whole;

    /**
     * Tasks that have not begun.
     *
     * @param title of all of them
     * @param tasks how many
     */
    public JointProgress(ProgressDisplay listener, String title, int tasks) {
        this.listener = listener;
        this.title = title;
        this.tasks = tasks;
    }

    @Override
    public synchronized Progress progress(String task, long total) {
        Progress shown = whole == null ? listener.progress(title, tasks * total) : whole;
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

    private final class Part implements Progress {
        private final Progress shown;
        private final long total;
        private long done;
        private String detail = "";

        Part(Progress shown, long total) {
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
