package kshot.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import kshot.data.EvaluationBatches;
import kshot.run.progress.RunListener;
import kshot.run.settings.SettingsTree;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSplitsTest {
    @TempDir
    private Path folder;

    /**
     * A batch is normalised by its own statistics, so one of a single class would say nothing, and class folders come class by
     * class. Drawn at random, one of these three batches has fewer than two images of a class with one seed in 41 (hypergeometric).
     */
    @Test
    void everyScoringBatchHasImagesOfEveryClass() throws IOException {
        SettingsTree settings = SettingsTree.preset("smoke", "small");
        settings.set("data.source", TinyRun.draw(folder.resolve("images")).toString());
        settings.set("data.validation_fraction", "0.5");
        RunListener silent = RunListener.NONE;
        try (Run run = Run.create(folder.resolve("run"), settings, silent)) {
            assertThat(run.images().supernetTraining().countsByClass()).containsExactly(17, 17, 17);
            EvaluationBatches batches = run.images().scoringBatches(0, 17);
            assertThat(batches.count()).isEqualTo(3);
            int[] ofAll = new int[3];
            for (int i = 0; i < batches.count(); i++) {
                int[] counts = new int[3];
                for (long label : batches.at(i).labels()) {
                    counts[(int) label]++;
                    ofAll[(int) label]++;
                }
                assertThat(Arrays.stream(counts)).allMatch(count -> count >= 2);
            }
            assertThat(ofAll).containsExactly(17, 17, 17);
        }
    }
}
