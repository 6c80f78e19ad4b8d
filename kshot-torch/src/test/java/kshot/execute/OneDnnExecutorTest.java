package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Layer.Activation.Function;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import kshot.weights.StandaloneWeights;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Passes by oneDNN against libtorch's automatic differentiation in float64, which shares no code with them. */
class OneDnnExecutorTest {
    private static final int IMAGES = 6;
    private static final Seed SEED = new Seed(3);

    record Case(String name, Network network) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        SearchSpace cell = new NasBench201(16, 1, new FeatureShape(3, 16, 16), 10);
        SearchSpace widths = new WidthSpace();
        List<Case> cases = new ArrayList<>();
        for (Architecture a : List.of(
                Architecture.of(3, 1, 2, 4, 3, 2),
                Architecture.of(4, 4, 3, 3, 4, 1),
                Architecture.of(0, 3, 2, 1, 0, 3),
                Architecture.of(0, 0, 3, 0, 2, 0))) {
            cases.add(new Case(cell.format(a), cell.network(a)));
        }
        for (Architecture a : widths.cover()) {
            cases.add(new Case(widths.format(a), widths.network(a)));
        }
        for (int i = 0; i < 8; i++) {
            Architecture a = cell.sample(SEED.generator("cell", i));
            cases.add(new Case(cell.format(a), cell.network(a)));
        }
        cases.add(new Case("one kernel twice", oneKernelTwice()));
        cases.add(new Case("hidden linear layer", hiddenLinearLayer()));
        for (Function function : Function.values()) {
            cases.add(new Case("every layer, " + function, everyLayer(function)));
        }
        return cases.stream();
    }

    /** A value with several readers, a layer that reads the images only, both pools, a gate, a bias, and widths that differ. */
    private static Network everyLayer(Function function) {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 12, 12));
        Value stem = net.batchNorm(net.convolution(net.input(), "stem", "conv", 20, 3, 2), "stem", "bn");
        Value x = net.activation(stem, function);
        Value depthwise = net.activation(net.batchNorm(net.depthwise(x, "dw", "conv", 5, 1), "dw", "bn"), function);
        Value squeezed = net.activation(net.pointwiseWithBias(net.globalPool(depthwise), "se", "down", 8), function);
        Value factors = net.activation(net.pointwiseWithBias(squeezed, "se", "up", 20), Function.HSIGMOID);
        Value gated = net.gate(depthwise, factors);
        Value pooled = net.add(new Layer.Pool(Layer.Pool.Kind.MAXIMUM, 3, 2, 1), net.leadingChannels(net.input(), 20));
        Value again = net.activation(stem, function);
        Value sum = net.sum(List.of(gated, pooled, again, net.averagePool(x, 3, 1, 1), x));
        Value narrow = net.leadingChannels(sum, 12);
        Value last = net.relu(net.batchNorm(net.convolution(narrow, "last", "conv", 24, 1, 1), "last", "bn"));
        return net.build(net.linear(net.globalPool(last), "head", "linear", 5), FlopsConvention.MULTIPLY_ADDS);
    }

    /** A linear layer whose values others read, a normalisation without scale and shift, and channels that others lack. */
    private static Network hiddenLinearLayer() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 6, 6));
        Value x = net.batchNorm(net.convolution(net.input(), "stem", "conv", 16, 3, 1), "stem", "bn", false);
        Value hidden = net.linear(net.globalPool(net.relu(x)), "hidden", "linear", 24);
        Value wide = net.leadingChannels(net.activation(hidden, Function.HSWISH), 32);
        return net.build(net.linear(wide, "head", "linear", 5), FlopsConvention.MULTIPLY_ADDS);
    }

    /** The gradient of a kernel that two layers share is the sum of both. */
    private static Network oneKernelTwice() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(16, 8, 8));
        Value x = net.convolution(net.input(), "shared", "conv", 16, 3, 1);
        x = net.convolution(net.relu(net.batchNorm(x, "between", "bn")), "shared", "conv", 16, 3, 1);
        return net.build(net.linear(net.globalPool(x), "head", "linear", 3), FlopsConvention.MULTIPLY_ADDS);
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Result(double[] scores, double[] gradient) {}

    private static Tensor images(Network network, ScalarType type) {
        FeatureShape shape = network.input().shape();
        SplittableRandom random = SEED.generator("images");
        float[] pixels = new float[IMAGES * Math.toIntExact(shape.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        return LibTorch.cast(Tensor.create(pixels), type)
                .view(IMAGES, shape.height(), shape.width(), shape.channels())
                .permute(0, 3, 1, 2);
    }

    private static Result run(Executor executor, Network network, StandaloneWeights start) {
        Precision precision = executor.precision();
        try (PointerScope scope = new PointerScope()) {
            NetworkWeights weights = new NetworkWeights(
                    WeightLayout.of(network), LibTorch.cast(start.flat(), precision.storage()), null);
            Tensor labels = Tensor.create(IntStream.range(0, IMAGES)
                    .mapToLong(i -> i % network.output().shape().channels())
                    .toArray());
            try (Executor.Pass pass = executor.train(network, weights, images(network, precision.features()))) {
                Tensor gradient = pass.backward(Loss.gradient(pass.scores(), labels, 0.1));
                return new Result(LibTorch.toDoubles(pass.scores()), LibTorch.toDoubles(gradient));
            }
        }
    }

    private static Result run(Precision precision, Network network) {
        try (Executor executor = Executor.of(Compute.of(precision));
                StandaloneWeights start = StandaloneWeights.random(network, Compute.of(Precision.FLOAT32), SEED)) {
            return run(executor, network, start);
        }
    }

    /** ‖actual − expected‖ / ‖expected‖. */
    private static double distance(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double square = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            square += Math.pow(actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        assertThat(norm).isPositive();
        return Math.sqrt(square / norm);
    }

    /** Zeros are never live: no executor meets them. */
    @Test
    void everyKindOfLayerIsRunAndDifferentiated() {
        Set<Class<?>> kinds = cases().flatMap(c -> c.network.liveNodes().stream())
                .map(node -> node.layer().getClass())
                .collect(Collectors.toSet());
        kinds.add(Layer.Zero.class);
        assertThat(kinds).containsExactlyInAnyOrder(Layer.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void float32AgreesWithFloat64(Case c) {
        Result single = run(Precision.FLOAT32, c.network);
        Result exact = run(Precision.FLOAT64, c.network);
        assertThat(distance(single.scores, exact.scores)).isLessThan(1e-5);
        assertThat(distance(single.gradient, exact.gradient)).isLessThan(1e-4);
    }

    /**
     * bfloat16 has 8 significant bits, a gradient goes through some twenty roundings, and each lets a few features change their sign;
     * that the terms are right is the business of float32.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void bfloat16AgreesWithFloat64WithinItsRounding(Case c) {
        Result half = run(Precision.BFLOAT16, c.network);
        Result exact = run(Precision.FLOAT64, c.network);
        assertThat(distance(half.scores, exact.scores)).isLessThan(0.05);
        assertThat(distance(half.gradient, exact.gradient)).isLessThan(0.35);
        if (c.network.isConnected()) {
            assertThat(distance(half.scores, exact.scores)).as("rounded at all").isGreaterThan(1e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theGradientOfTheImagesAgreesWithFloat64(Case c) {
        double[] single = gradientOfImages(Precision.FLOAT32, c.network);
        double[] exact = gradientOfImages(Precision.FLOAT64, c.network);
        if (c.network.isConnected()) {
            assertThat(distance(single, exact)).isLessThan(1e-4);
        } else {
            assertThat(single).containsOnly(0).hasSameSizeAs(exact);
            assertThat(exact).containsOnly(0);
        }
    }

    private static double[] gradientOfImages(Precision precision, Network network) {
        try (Executor executor = Executor.of(Compute.of(precision));
                StandaloneWeights start = StandaloneWeights.random(network, Compute.of(precision), SEED);
                PointerScope scope = new PointerScope()) {
            ImageTensors batch =
                    new ImageTensors(images(network, precision.features()), Tensor.create(new long[IMAGES]));
            return LibTorch.toDoubles(
                    executor.gradientOfImages(network, start.byBatch(), batch).rows());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameBitsTwiceAndAfterOtherNetworks(Case c) {
        try (Executor executor = Executor.of(Compute.of(Precision.FLOAT32));
                StandaloneWeights start = StandaloneWeights.random(c.network, Compute.of(Precision.FLOAT32), SEED)) {
            Result first = run(executor, c.network, start);
            cases().forEach(other -> {
                try (StandaloneWeights weights =
                        StandaloneWeights.random(other.network, Compute.of(Precision.FLOAT32), SEED)) {
                    run(executor, other.network, weights);
                }
            });
            Result second = run(executor, c.network, start);
            assertThat(second.scores).isEqualTo(first.scores);
            assertThat(second.gradient).isEqualTo(first.gradient);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aForwardPassAloneHasTheScoresOfTraining(Case c) {
        try (Executor executor = Executor.of(Compute.of(Precision.FLOAT32));
                StandaloneWeights start = StandaloneWeights.random(c.network, Compute.of(Precision.FLOAT32), SEED);
                PointerScope scope = new PointerScope()) {
            NetworkWeights weights = new NetworkWeights(WeightLayout.of(c.network), start.flat(), null);
            double[] alone =
                    LibTorch.toDoubles(executor.forward(c.network, weights, images(c.network, ScalarType.Float)));
            assertThat(distance(alone, run(executor, c.network, start).scores)).isLessThan(1e-6);
        }
    }

    /** Running statistics after one batch, and inference with them, as libtorch has them. */
    @ParameterizedTest
    @EnumSource(Function.class)
    void runningStatisticsAreThoseOfLibtorch(Function function) {
        Network network = everyLayer(function);
        List<double[]> results = new ArrayList<>();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
            try (Executor executor = Executor.of(Compute.of(precision));
                    StandaloneWeights weights = StandaloneWeights.random(network, Compute.of(precision), SEED);
                    PointerScope scope = new PointerScope()) {
                Tensor images = images(network, precision.features());
                try (Executor.Pass pass = executor.train(network, weights.forTraining(), images)) {
                    assertThat(pass.scores().numel()).isEqualTo(IMAGES * 5L);
                }
                results.add(LibTorch.toDoubles(weights.state().get("statistics")));
                results.add(LibTorch.toDoubles(executor.forward(network, weights.forInference(), images)));
            }
        }
        assertThat(distance(results.get(0), results.get(2))).isLessThan(1e-6);
        assertThat(distance(results.get(1), results.get(3))).isLessThan(1e-5);
    }
}
