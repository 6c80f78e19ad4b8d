package kshot.run;

import kshot.data.load.LoadProgress;
import kshot.run.progress.Progress;
import kshot.run.progress.ProgressDisplay;
import org.jspecify.annotations.Nullable;

/** Shows the stages of loading a data set, one after the other. */
final class LoadingProgress implements LoadProgress, AutoCloseable {
    private final ProgressDisplay listener;
    private String stage = "";
    private @Nullable Progress progress;

    LoadingProgress(ProgressDisplay listener) {
        this.listener = listener;
    }

    @Override
    public void update(String nowStage, long done, long total) {
        if (progress == null || !nowStage.equals(stage)) {
            close();
            stage = nowStage;
            progress = listener.progress(nowStage, total);
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
