package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.execute.WidthSpace;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Node;
import kshot.space.Architecture;
import kshot.space.macro.MacroSpaceReader;
import kshot.tensor.NamedTensors;
import kshot.tensor.Precision;
import kshot.weights.StandaloneWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetrainerTest {
    private static final Network NETWORK = new WidthSpace().network(Architecture.of(2, 1, 1));
    private static final EvaluationBatches HELD_OUT = TinyImages.evaluation(30, 10);

    /** Maps of 8, 4, 2 and 1 pixels: the variance of the last is of as many values as a batch has images. */
    private static final Network TO_ONE_PIXEL =
            MacroSpaceReader.read("to-one-pixel", """
            name: to-one-pixel
            input: {channels: 3, size: 8}
            classes: 3
            layers:
              - conv: {out: 4, stride: 2}
              - conv: {out: 4, stride: 2}
              - conv: {out: [4, 8], stride: 2}
            head: [global_pool, linear]
            """).network(Architecture.of(0));

    @TempDir
    private Path folder;

    /** A quarter of the epochs has a quarter of the warm-up. */
    @Test
    void aShortTrainingWarmsUpForAsLargeAShare() {
        RetrainSettings whole = RetrainSettings.quick().withEpochs(12);
        assertThat(whole.shortened(3))
                .isEqualTo(whole.withEpochs(3)
                        .withDescent(descent -> descent.withWarmupEpochs(0.25))
                        .withValidationFraction(0));
        assertThat(whole.shortened(12)).isEqualTo(whole.withValidationFraction(0));
    }

    private static RetrainSettings settings(
            RetrainSettings.Optimizer optimizer, double rate, double averageDecay, double mixup) {
        return settings(optimizer, rate, averageDecay).withDescent(descent -> descent.withMixup(mixup));
    }

    private static RetrainSettings settings(RetrainSettings.Optimizer optimizer, double rate, double averageDecay) {
        return RetrainSettings.quick()
                .withOptimizer(optimizer)
                .withEpochs(8)
                .withBatchSize(TinyImages.BATCH)
                .withDescent(descent ->
                        descent.withLearningRate(rate).withWarmupEpochs(0.5).withWeightDecay(1e-5))
                .withAverageDecay(averageDecay)
                .withValidationFraction(0.1)
                .withPrecision(Precision.FLOAT32);
    }

    @ParameterizedTest
    @CsvSource({"SGD, 0.1, 0, 0", "RMSPROP, 0.01, 0.9, 0", "SGD, 0.1, 0, 0.4"})
    void learnsClassesThatAreEasyToTellApart(
            RetrainSettings.Optimizer optimizer, double rate, double averageDecay, double mixup) {
        List<Double> accuracies = new ArrayList<>();
        try (Retrainer retrainer = new Retrainer(
                NETWORK,
                settings(optimizer, rate, averageDecay, mixup),
                TinyImages.training(96),
                HELD_OUT,
                new Seed(2))) {
            retrainer.train(Long.MAX_VALUE, step -> {
                if (step.validation() != null) {
                    accuracies.add(step.validation().accuracy());
                }
            });
            double best = accuracies.stream().mapToDouble(a -> a).max().orElseThrow();
            assertThat(accuracies).hasSize(8);
            assertThat(best).isGreaterThan(0.95);
            assertThat(retrainer.bestAccuracy()).isEqualTo(best);
            assertThat(Inference.score(NETWORK, retrainer.best(), HELD_OUT).accuracy())
                    .isEqualTo(best);
            assertThat(Inference.score(NETWORK, retrainer.last(), HELD_OUT).accuracy())
                    .isEqualTo(accuracies.get(accuracies.size() - 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"SGD, 0.1, 0, 0, 5", "RMSPROP, 0.01, 0.9, 0, 12", "SGD, 0.1, 0.9, 0, 24", "SGD, 0.1, 0, 0.4, 7"})
    void aTrainingThatWasSavedGoesOnAsIfNothingHadHappened(
            RetrainSettings.Optimizer optimizer, double rate, double averageDecay, double mixup, long pause)
            throws IOException {
        RetrainSettings settings = settings(optimizer, rate, averageDecay, mixup);
        Path undisturbed = folder.resolve("undisturbed.safetensors");
        try (Retrainer retrainer = new Retrainer(NETWORK, settings, TinyImages.training(24), HELD_OUT, new Seed(2))) {
            retrainer.train(Long.MAX_VALUE, step -> {});
            retrainer.save(undisturbed, Map.of());
        }
        Path half = folder.resolve("half.safetensors");
        try (Retrainer retrainer = new Retrainer(NETWORK, settings, TinyImages.training(24), HELD_OUT, new Seed(2))) {
            retrainer.train(pause, step -> {});
            retrainer.save(half, Map.of("note", "kept"));
        }
        try (Retrainer retrainer = new Retrainer(NETWORK, settings, TinyImages.training(24), HELD_OUT, new Seed(2))) {
            assertThat(retrainer.load(half)).containsEntry("note", "kept");
            assertThat(retrainer.step()).isEqualTo(pause);
            retrainer.train(Long.MAX_VALUE, step -> {});
            retrainer.save(half, Map.of());
            assertThat(half).hasSameBinaryContentAs(undisturbed);
        }
    }

    @Test
    void aTrainingThatDivergesStops() {
        try (Retrainer retrainer = new Retrainer(
                NETWORK,
                settings(RetrainSettings.Optimizer.SGD, 1e30, 0),
                TinyImages.training(24),
                HELD_OUT,
                new Seed(2))) {
            assertThatThrownBy(() -> retrainer.train(Long.MAX_VALUE, step -> {}))
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageContaining(" in step " + retrainer.step() + " at learning rate ");
        }
    }

    @Test
    void withoutHeldOutImagesTheLastWeightsAreTheBest() {
        try (Retrainer retrainer = new Retrainer(
                NETWORK, settings(RetrainSettings.Optimizer.SGD, 0.1, 0), TinyImages.training(24), null, new Seed(2))) {
            retrainer.train(
                    Long.MAX_VALUE, step -> assertThat(step.validation()).isNull());
            assertThat(retrainer.best()).isSameAs(retrainer.last());
            assertThat(retrainer.step()).isEqualTo(retrainer.steps()).isEqualTo(24);
        }
    }

    @Test
    void batchesOfOneImageAreRefusedWhereFeaturesHaveOnePixel() {
        RetrainSettings settings = settings(RetrainSettings.Optimizer.SGD, 0.1, 0);
        assertThatThrownBy(() -> new Retrainer(TO_ONE_PIXEL, settings, TinyImages.training(1), null, new Seed(2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("images in a batch of the retraining: 1 is not allowed; allowed: at least 2, as .+"
                        + " normalises features of one pixel");
        try (Retrainer larger = new Retrainer(NETWORK, settings, TinyImages.training(1), null, new Seed(2))) {
            assertThat(runningVariancesAfterTraining(larger, NETWORK)).allMatch(Float::isFinite);
        }
    }

    /** Of nine images in batches of eight the last is left out, and is no batch of its own. */
    @ParameterizedTest
    @ValueSource(ints = {2, 9})
    void runningVariancesOfOnePixelAreFinite(int images) {
        try (Retrainer retrainer = new Retrainer(
                TO_ONE_PIXEL,
                settings(RetrainSettings.Optimizer.SGD, 0.1, 0),
                TinyImages.training(images),
                null,
                new Seed(2))) {
            assertThat(runningVariancesAfterTraining(retrainer, TO_ONE_PIXEL)).allMatch(Float::isFinite);
        }
    }

    private static List<Float> runningVariancesAfterTraining(Retrainer retrainer, Network network) {
        retrainer.train(Long.MAX_VALUE, step -> {});
        List<Float> variances = new ArrayList<>();
        for (Node node : network.liveNodes()) {
            if (node.layer() instanceof BatchNorm norm) {
                for (float variance : retrainer.last().variance(norm)) {
                    variances.add(variance);
                }
            }
        }
        assertThat(variances).isNotEmpty();
        return variances;
    }

    /** min(d, (1 + t) / (10 + t)): 1/10, 2/11, 10/19 and, from t = 890 on, 0.99. */
    @Test
    void theDecayOfTheAverageGrowsWithTheSteps() {
        RetrainSettings settings = settings(RetrainSettings.Optimizer.RMSPROP, 0.1, 0.99);
        assertThat(settings.averageDecay(0)).isEqualTo(0.1);
        assertThat(settings.averageDecay(1)).isEqualTo(2.0 / 11);
        assertThat(settings.averageDecay(9)).isEqualTo(10.0 / 19);
        assertThat(settings.averageDecay(889)).isLessThan(0.99);
        assertThat(settings.averageDecay(891)).isEqualTo(0.99);
        assertThat(settings(RetrainSettings.Optimizer.SGD, 0.1, 0).averageDecay(1000))
                .isZero();
    }

    /** Without held-out images the best weights are the last ones; with a moving average those are its own. */
    @ParameterizedTest
    @CsvSource({"0, true", "0, false", "0.9, true", "0.9, false"})
    void weightsAreReadWithoutATraining(double averageDecay, boolean watched) throws IOException {
        RetrainSettings settings = settings(RetrainSettings.Optimizer.SGD, 0.1, averageDecay);
        Path file = folder.resolve("winner.safetensors");
        try (Retrainer retrainer =
                new Retrainer(NETWORK, settings, TinyImages.training(24), watched ? HELD_OUT : null, new Seed(2))) {
            retrainer.train(20, step -> {});
            retrainer.save(file, Map.of());
            assertThat(Training.savedStep(file)).isEqualTo(20);
            try (StandaloneWeights last = Retrainer.loadLast(file, NETWORK, settings);
                    StandaloneWeights best = Retrainer.loadBest(file, NETWORK, settings)) {
                assertThat(values(last)).usingElementComparator(Arrays::compare).isEqualTo(values(retrainer.last()));
                assertThat(values(best)).usingElementComparator(Arrays::compare).isEqualTo(values(retrainer.best()));
                if (watched) {
                    assertThat(values(best))
                            .usingElementComparator(Arrays::compare)
                            .isNotEqualTo(values(last));
                }
            }
        }
    }

    private static List<float[]> values(StandaloneWeights weights) {
        NamedTensors state = weights.state();
        return state.names().stream().map(state::toFloats).toList();
    }
}
