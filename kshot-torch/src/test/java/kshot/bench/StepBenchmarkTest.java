package kshot.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.execute.WidthSpace;
import kshot.network.FeatureShape;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.tensor.Collective;
import kshot.tensor.Device;
import kshot.tensor.Precision;
import kshot.train.Phase;
import kshot.train.SupernetSettingsTest;
import kshot.train.SupernetTrainer;
import kshot.train.TinyImages;
import org.junit.jupiter.api.Test;

class StepBenchmarkTest {
    private static final SearchSpace SPACE = new WidthSpace();
    private static final List<Architecture> ARCHITECTURES =
            List.of(Architecture.of(2, 1, 1), Architecture.of(0, 2, 0), Architecture.of(1, 0, 1));

    private static StepBenchmark benchmark(int k) {
        return new StepBenchmark(
                SPACE, SupernetSettingsTest.settings(k, 2, 2), new Seed(3), Device.PROCESSOR, Collective.ALONE);
    }

    private static final Phase[] OF_ONE_PASS = {Phase.MERGE, Phase.FORWARD, Phase.BACKWARD, Phase.OPTIMIZER, Phase.OTHER
    };

    /** The phases that took time, of a pass whose phases are within the time that the caller waited. */
    private static Set<Phase> phases(Supplier<StepBenchmark.Pass> measured) {
        long start = System.nanoTime();
        StepBenchmark.Pass pass = measured.get();
        double waited = (System.nanoTime() - start) / 1e9;
        assertThat(pass.steps()).isEqualTo(ARCHITECTURES.size());
        assertThat(pass.totalSeconds()).isPositive().isLessThanOrEqualTo(waited);
        assertThat(pass.nativeObjects()).isPositive();
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        pass.seconds().forEach((phase, seconds) -> {
            if (seconds > 0) {
                phases.add(phase);
            }
        });
        return phases;
    }

    @Test
    void aStepHasAllPhasesAndAnEvaluationOnlyThoseThatItNeeds() {
        try (StepBenchmark benchmark = benchmark(2)) {
            assertThat(phases(() -> benchmark.trainSupernets(ARCHITECTURES))).containsExactly(OF_ONE_PASS);
            assertThat(phases(() -> benchmark.trainSimplexNet(ARCHITECTURES)))
                    .containsExactly(Phase.OPTIMIZER, Phase.PASSES, Phase.OTHER);
            assertThat(phases(() -> benchmark.evaluate(ARCHITECTURES))).contains(Phase.PASSES);
        }
    }

    /** Objects for the layers are made in each step, whatever the layers hold: 8 times the weights, not twice the heap. */
    @Test
    void theHeapOfAStepDoesNotGrowWithTheWeights() {
        SearchSpace narrow =
                NasBench201.cifar10().withSkeleton(new Skeleton(4, 1)).adapt(new FeatureShape(3, 8, 8), 10);
        SearchSpace wide =
                NasBench201.cifar10().withSkeleton(new Skeleton(32, 1)).adapt(new FeatureShape(3, 8, 8), 10);
        assertThat(heapOfAStep(wide, 4)).isLessThan(1.25 * heapOfAStep(narrow, 4));
        assertThat(heapOfAStep(narrow, 16)).isLessThan(1.25 * heapOfAStep(narrow, 2));
    }

    private static double heapOfAStep(SearchSpace space, int k) {
        List<Architecture> three = Stream.of("3 3 0 2 4 3", "3 2 3 2 4 1", "4 1 2 1 0 4")
                .map(text -> Architecture.of(
                        Stream.of(text.split(" ")).mapToInt(Integer::parseInt).toArray()))
                .toList();
        try (StepBenchmark benchmark = new StepBenchmark(
                space, SupernetSettingsTest.settings(k, 2, 2), new Seed(3), Device.PROCESSOR, Collective.ALONE)) {
            benchmark.trainSupernets(three);
            return benchmark.trainSupernets(three).heapBytes();
        }
    }

    @Test
    void oneSupernetHasNoSimplexStep() {
        try (StepBenchmark benchmark = benchmark(1)) {
            assertThat(phases(() -> benchmark.trainSupernets(ARCHITECTURES))).containsExactly(OF_ONE_PASS);
            assertThatThrownBy(() -> benchmark.trainSimplexNet(ARCHITECTURES))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("at least 2");
        }
    }

    /** A step of each kind goes through its phases in the order of Algorithm 2; the groups' passes are side by side. */
    @Test
    void phasesComeInTheirOrder() {
        List<Phase> phases = new ArrayList<>();
        Thread caller = Thread.currentThread();
        try (SupernetTrainer trainer = new SupernetTrainer(
                SPACE,
                SupernetSettingsTest.settings(2, 2, 2),
                TinyImages.training(2 * TinyImages.BATCH),
                new Seed(1))) {
            trainer.observe(phase -> {
                if (Thread.currentThread() == caller) {
                    phases.add(phase);
                }
            });
            trainer.train(4, step -> phases.add(null));
        }
        List<Phase> supernets = Arrays.asList(
                Phase.MERGE, Phase.FORWARD, Phase.BACKWARD, Phase.OTHER, Phase.OPTIMIZER, Phase.OTHER, null);
        List<Phase> expected = new ArrayList<>();
        for (int step = 0; step < 3; step++) {
            expected.addAll(supernets);
        }
        expected.addAll(Arrays.asList(Phase.PASSES, Phase.OTHER, Phase.OPTIMIZER, Phase.OTHER, null));
        assertThat(phases).isEqualTo(expected);
    }

    /**
     * By hand, on maps of 64 pixels: the 3×3 layer 4·6·9, the stem 3·w·9 and the projection w·6 for w of 4, 3 and 2, the
     * projection 4·4 to the smaller width; and the squeezes w·w at one pixel. The depthwise layer is none of them.
     */
    @Test
    void theLargestConvolutionsOfASpaceAreMeasured() {
        assertThat(Ceiling.convolutions(SPACE))
                .extracting(Ceiling::multiplyAdds)
                .containsExactly(13824L, 6912L, 5184L, 3456L, 1536L, 1152L, 1024L, 768L, 16L, 9L, 4L);
        try (Ceiling ceiling = new Ceiling(Precision.FLOAT32, 1e-4)) {
            Ceiling.Rate rate = ceiling.convolutions(SPACE, 2).get(0);
            double operations = 2.0 * 4 * 6 * 9 * 64 * 2;
            assertThat(rate.multiplyAdds()).isEqualTo(4L * 6 * 9 * 64);
            assertThat(rate.forward() * 1e9 * rate.forwardSeconds()).isCloseTo(operations, within(1e-3));
            assertThat(rate.backward() * 1e9 * rate.backwardSeconds()).isCloseTo(2 * operations, within(1e-3));
            assertThat(rate.training())
                    .isBetween(Math.min(rate.forward(), rate.backward()), Math.max(rate.forward(), rate.backward()));
            assertThat(ceiling.product(8)).isPositive();
        }
    }
}
