package kshot.app.pipeline;

import kshot.app.terminal.Console;
import kshot.data.LoadProgress;
import org.jspecify.annotations.Nullable;

/** Shows the stages of loading a data set, one after the other. */
final class LoadingProgress implements LoadProgress, AutoCloseable {
    private final Console console;
    private String stage = "";
    private Console.@Nullable Progress progress;

    LoadingProgress(Console console) {
        this.console = console;
    }

    @Override
    public void update(String nowStage, long done, long total) {
        if (progress == null || !nowStage.equals(stage)) {
            close();
            stage = nowStage;
            progress = console.progress(nowStage, total);
        }
        progress.update(done, "");
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
