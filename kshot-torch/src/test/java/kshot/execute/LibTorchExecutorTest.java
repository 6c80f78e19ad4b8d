package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.tensor.Compute;
import kshot.tensor.Device;
import kshot.tensor.ImageTensors;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import kshot.weights.StandaloneWeights;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Passes by libtorch's layers against those by oneDNN, which share no code, in the numbers that both have. */
class LibTorchExecutorTest {
    private static final int IMAGES = 6;
    private static final Seed SEED = new Seed(4);

    static Stream<OneDnnExecutorTest.Case> cases() {
        return OneDnnExecutorTest.cases();
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Result(double[] scores, double[] gradient) {}

    private static ImageTensors images(Network network, Compute compute) {
        FeatureShape shape = network.input().shape();
        float[] pixels = new float[IMAGES * Math.toIntExact(shape.elements())];
        SplittableRandom random = SEED.generator("images");
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        Tensor images = compute.features(pixels, IMAGES, shape.height(), shape.width(), shape.channels());
        long[] labels = IntStream.range(0, IMAGES)
                .mapToLong(i -> i % network.output().shape().channels())
                .toArray();
        return new ImageTensors(images.permute(0, 3, 1, 2), compute.labels(labels));
    }

    private static Result run(Executor executor, Network network) {
        try (executor;
                PointerScope scope = new PointerScope();
                StandaloneWeights start = StandaloneWeights.random(network, executor.compute(), SEED)) {
            NetworkWeights weights = new NetworkWeights(WeightLayout.of(network), start.flat(), null);
            ImageTensors images = images(network, executor.compute());
            Scores scores = executor.forward(network, weights, images);
            try (TrainingPass pass = executor.train(network, weights, images, 0.1)) {
                return new Result(
                        LibTorch.toDoubles(scores.values()),
                        LibTorch.toDoubles(pass.backward().values()));
            }
        }
    }

    /** Returns ‖a − b‖ / ‖b‖. */
    private static double distance(double[] a, double[] b) {
        assertThat(a).hasSameSizeAs(b);
        double square = IntStream.range(0, a.length)
                .mapToDouble(i -> Math.pow(a[i] - b[i], 2))
                .sum();
        double norm =
                IntStream.range(0, b.length).mapToDouble(i -> Math.pow(b[i], 2)).sum();
        assertThat(norm).isPositive();
        return Math.sqrt(square / norm);
    }

    /** The unit roundoff: 24 significant bits, or 8. */
    private static double roundoff(Precision precision) {
        return Math.pow(2, precision == Precision.FLOAT32 ? -24 : -8);
    }

    /**
     * Both round the values of each of L layers, and sum in orders of their own within each: their errors add to 2 L u at most, if
     * a layer has an error of u. Three times as much in gradients, which go through the layers once more, and there through two
     * products each.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithOneDnnInFloat32(OneDnnExecutorTest.Case c) {
        double error = 2 * c.network().liveNodes().size() * roundoff(Precision.FLOAT32);
        compare(c.network(), Precision.FLOAT32, error, 3 * error);
    }

    /**
     * Sums are float32 within a layer, so only its values are rounded: L independent errors of u, which grow as √L, and that for
     * both. In the gradient max(x, 0) counts: a feature that is nearer to 0 than its error may be cut off by one and not by the
     * other. That is a share of the features as large as their error, and what such a share of independent terms adds to a norm is
     * its square root.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithOneDnnInBfloat16(OneDnnExecutorTest.Case c) {
        double error = 2 * Math.sqrt(c.network().liveNodes().size()) * roundoff(Precision.BFLOAT16);
        compare(c.network(), Precision.BFLOAT16, error, Math.sqrt(2 * error));
    }

    private static void compare(Network network, Precision precision, double ofScores, double ofGradient) {
        Compute compute = Compute.of(precision);
        Result libTorch = run(new LibTorchExecutor(compute), network);
        Result oneDnn = run(new OneDnnExecutor(compute), network);
        assertThat(distance(libTorch.scores, oneDnn.scores)).isLessThan(ofScores);
        assertThat(distance(libTorch.gradient, oneDnn.gradient)).isLessThan(ofGradient);
    }

    /** The statistics after one batch of training, and inference by them. */
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FLOAT32", "BFLOAT16"})
    void runningStatisticsAreThoseOfOneDnn(Precision precision) {
        Compute compute = Compute.of(precision);
        cases().filter(c -> c.name().startsWith("every layer")).forEach(c -> {
            double error = 2 * c.network().liveNodes().size() * roundoff(precision);
            Result libTorch = infer(new LibTorchExecutor(compute), c.network());
            Result oneDnn = infer(new OneDnnExecutor(compute), c.network());
            assertThat(distance(libTorch.scores, oneDnn.scores)).as(c.name()).isLessThan(error);
            assertThat(distance(libTorch.gradient, oneDnn.gradient))
                    .as(c.name())
                    .isLessThan(error);
        });
    }

    /** Returns the class scores, and the statistics in the place of a gradient. */
    private static Result infer(Executor executor, Network network) {
        try (executor;
                PointerScope scope = new PointerScope();
                StandaloneWeights weights = StandaloneWeights.random(network, executor.compute(), SEED)) {
            ImageTensors images = images(network, executor.compute());
            try (TrainingPass pass = executor.train(network, weights.forTraining(), images, 0)) {
                assertThat(pass.count().read().images()).isEqualTo(IMAGES);
            }
            Scores scores = executor.forward(network, weights.forInference(), images);
            return new Result(
                    LibTorch.toDoubles(scores.values()),
                    LibTorch.toDoubles(weights.state().get("statistics")));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void scoresAndGradientsAreInTheTypeOfStoredWeights(Precision precision) {
        Compute compute = Compute.of(precision);
        Network network = cases().findFirst().orElseThrow().network();
        try (Executor executor = new LibTorchExecutor(compute);
                PointerScope scope = new PointerScope();
                StandaloneWeights weights = StandaloneWeights.random(network, compute, SEED);
                TrainingPass pass = executor.train(network, weights.forTraining(), images(network, compute), 0)) {
            assertThat(LibTorch.type(pass.backward().values())).isEqualTo(precision.storage());
        }
    }

    /** Images, labels and weights; libtorch has no convolutions without numbers. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void whatItReadsIsOnTheDevice(Precision precision) {
        Compute shapes = new Compute(Device.SHAPES, precision);
        Network network = cases().findFirst().orElseThrow().network();
        try (PointerScope scope = new PointerScope();
                StandaloneWeights weights = StandaloneWeights.random(network, shapes, SEED)) {
            ImageTensors images = images(network, shapes);
            assertThat(images.images().is_meta()).isTrue();
            assertThat(LibTorch.type(images.images())).isEqualTo(precision.features());
            assertThat(images.labels().is_meta()).isTrue();
            assertThat(weights.state().asMap().values()).allMatch(Tensor::is_meta);
        }
    }

    @Test
    void theExecutorOfFloat64AndOfOtherDevicesIsLibTorch() {
        for (Precision precision : Precision.values()) {
            try (Executor onProcessor = Executor.of(Compute.of(precision));
                    Executor elsewhere = Executor.of(new Compute(Device.SHAPES, precision))) {
                assertThat(onProcessor instanceof OneDnnExecutor).isEqualTo(precision != Precision.FLOAT64);
                assertThat(elsewhere).isInstanceOf(LibTorchExecutor.class);
            }
        }
    }
}
