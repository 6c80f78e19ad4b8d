package kshot.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import kshot.run.progress.RunListener;
import kshot.run.settings.SettingsTree;
import kshot.train.SupernetTrainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainStepTest {
    @TempDir
    private Path folder;

    /** Codes at the start are compared with codes at the end: both have to be of one simplex-net. */
    @Test
    void theInitialSimplexNetIsThatOfTheTrainer() throws IOException {
        SettingsTree settings = SettingsTree.preset("smoke", "small");
        settings.set("supernet.k", "3");
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE);
                SupernetTrainer trainer = TrainStep.trainer(run, run.settings().supernet())) {
            assertThat(trainer.step()).isZero();
            assertThat(Pipeline.initialSimplexNet(run).parameters())
                    .isEqualTo(trainer.simplexNet().parameters());
        }
    }
}
