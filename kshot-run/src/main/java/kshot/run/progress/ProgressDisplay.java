package kshot.run.progress;

/** A display of tasks in progress. */
public interface ProgressDisplay {
    /** Shows a task of {@code total} units until the result is closed. */
    Progress progress(String task, long total);
}
