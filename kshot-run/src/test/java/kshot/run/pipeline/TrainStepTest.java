package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import kshot.run.Run;
import kshot.run.evaluate.TrainedSupernets;
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
                SupernetTrainer trainer = TrainStep.trainer(
                        run.context(), run.context().settings().supernet())) {
            assertThat(trainer.step()).isZero();
            assertThat(TrainedSupernets.initialSimplexNet(run.context()).parameters())
                    .isEqualTo(trainer.simplexNet().parameters());
        }
    }
}
