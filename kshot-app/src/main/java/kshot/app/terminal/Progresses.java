package kshot.app.terminal;

/** What shows how far tasks are. */
public interface Progresses {
    /** Begins to show a task of so many units. */
    Console.Progress progress(String task, long total);
}
