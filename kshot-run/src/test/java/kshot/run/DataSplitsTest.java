package kshot.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.TrainingBatches;
import kshot.network.FeatureShape;
import kshot.run.progress.Progress;
import kshot.run.progress.RunListener;
import kshot.run.progress.StopRequest;
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
            assertThat(run.context().images().supernetTraining().countsByClass())
                    .containsExactly(17, 17, 17);
            EvaluationBatches batches = run.context().images().scoringBatches(0, 17);
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

    /**
     * The sample has 28 pixels, so an image moves by up to round(28 / 8) = 4 each way, also where the supernets train on images
     * of 8, which move by up to 1. Each window is drawn with one chance in nine: missing one in 500 draws has a chance of 10⁻²⁵.
     */
    @Test
    void retrainingMovesImagesByWhatSuitsTheirOwnSize() throws IOException {
        SettingsTree settings = SettingsTree.preset("smoke", "small");
        settings.set("data.image_size", "null");
        settings.set("data.flip", "false");
        settings.set("space.supernet_image_size", "8");
        RunListener silent = RunListener.NONE;
        try (Run run = Run.create(folder.resolve("run"), settings, silent)) {
            byte[] image = new byte[28 * 28];
            image[14 * 28 + 14] = (byte) 255;
            ImageSet one =
                    new ImageSet(new FeatureShape(1, 28, 28), List.of("spot"), new byte[][] {image}, new int[] {0});
            TrainingBatches batches = run.context().images().retrainBatches(one, 2, new Seed(1));
            Set<Integer> rows = new TreeSet<>();
            Set<Integer> columns = new TreeSet<>();
            for (int step = 0; step < 500; step++) {
                int spot = brightest(batches.at(step).pixels());
                rows.add(spot / 28 - 14);
                columns.add(spot % 28 - 14);
            }
            assertThat(rows).containsExactly(-4, -3, -2, -1, 0, 1, 2, 3, 4);
            assertThat(columns).containsExactly(-4, -3, -2, -1, 0, 1, 2, 3, 4);
        }
    }

    private static int brightest(float[] pixels) {
        return IntStream.range(0, pixels.length)
                .reduce((a, b) -> pixels[b] > pixels[a] ? b : a)
                .orElseThrow();
    }

    /** 34 images of two classes are left to train on, of which a fifth is 6.8 each, and one of the third. */
    @Test
    void aClassOfOneImageTrainsAndIsSaidToBeHeldOutNowhere() throws IOException {
        Path images = TinyRun.draw(folder.resolve("images"));
        for (int i = 1; i < 40; i++) {
            Files.delete(images.resolve("blue").resolve(i + ".png"));
        }
        SettingsTree settings = SettingsTree.preset("smoke", "small");
        settings.set("data.source", images.toString());
        List<String> said = new ArrayList<>();
        try (Run run = Run.create(folder.resolve("run"), settings, listener(said))) {
            List<String> classes = run.context().dataset().train().classes();
            int blue = classes.indexOf("blue");
            assertThat(run.context().dataset().train().countsByClass()[blue]).isEqualTo(1);
            assertThat(run.context().images().supernetTraining().countsByClass()[blue])
                    .isEqualTo(1);
            assertThat(run.context().images().retraining(0.05).get(0).countsByClass()[blue])
                    .isEqualTo(1);
            assertThat(run.context().images().scoring(0).countsByClass()[blue]).isZero();
        }
        assertThat(said)
                .containsExactly(
                        "There is no test image of 'blue'.",
                        "classes without an image among those that score architectures: blue",
                        "classes without an image among those that watch the retraining: blue");
    }

    private static RunListener listener(List<String> said) {
        return new RunListener() {
            @Override
            public void say(String line) {
                said.add(line);
            }

            @Override
            public RunListener of(String job) {
                return this;
            }

            @Override
            public Progress progress(String task, long total) {
                return RunListener.NONE.progress(task, total);
            }

            @Override
            public StopRequest stop() {
                return RunListener.NONE.stop();
            }
        };
    }
}
