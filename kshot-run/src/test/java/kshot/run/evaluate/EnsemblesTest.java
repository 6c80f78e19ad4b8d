package kshot.run.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.settings.SettingsTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsemblesTest {
    @TempDir
    private Path folder;

    private Run run(long seed) throws IOException {
        SettingsTree settings = SettingsTree.preset("smoke", "small");
        settings.set("seed", "" + seed);
        settings.set("data.validation_fraction", "0.5");
        RunListener silent = RunListener.NONE;
        return Run.create(folder.resolve("seed" + seed), settings, silent);
    }

    private static Set<ByteBuffer> pixels(ImageSet set) {
        Set<ByteBuffer> pixels = new HashSet<>();
        IntStream.range(0, set.size()).forEach(i -> pixels.add(ByteBuffer.wrap(set.image(i))));
        return pixels;
    }

    /** Another seed holds out other images. What both hold out is about a quarter of all, and is the same from both sides. */
    @Test
    void imagesThatOneWasTrainedOnScoreNoEnsemble() throws IOException {
        try (Run first = run(1);
                Run second = run(2)) {
            Set<ByteBuffer> both = pixels(first.context().dataset().train());
            both.removeAll(pixels(first.context().images().supernetTraining()));
            both.removeAll(pixels(second.context().images().supernetTraining()));
            EvaluationBatches ofFirst = first.context()
                    .images()
                    .scoringBatches(0, 100, List.of(second.context().images()));
            EvaluationBatches ofSecond = second.context()
                    .images()
                    .scoringBatches(0, 100, List.of(first.context().images()));
            assertThat(size(ofFirst)).isEqualTo(both.size()).isEqualTo(size(ofSecond));
            assertThat((double) both.size() / first.context().dataset().train().size())
                    .isBetween(0.22, 0.28);
            assertThat(size(first.context()
                            .images()
                            .scoringBatches(64, 100, List.of(second.context().images()))))
                    .isEqualTo(64);
        }
    }

    private static int size(EvaluationBatches batches) {
        return IntStream.range(0, batches.count())
                .map(i -> batches.at(i).size())
                .sum();
    }

    @Test
    void supernetsThatAreNotTrainedAreRefused() throws IOException {
        try (Run first = run(1);
                Run second = run(2)) {
            assertThatThrownBy(() -> Ensembles.open(List.of(first, second)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("supernets of the run: none is not allowed");
        }
    }
}
