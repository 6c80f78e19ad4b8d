package kshot.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer.Activation.Function;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 1×1 convolutions, some of which oneDNN computes wrong: every shape that is left to it, and larger ones that are not. */
class PointwiseConvolutionTest {
    private static final int IMAGES = 4;
    private static final int SIZE = 8;
    private static final Seed SEED = new Seed(9);

    record Shape(int in, int out, int stride) {
        Network network() {
            NetworkBuilder net = new NetworkBuilder(new FeatureShape(in, SIZE, SIZE));
            Value x = net.convolution(net.input(), "pointwise", "conv", out, 1, stride);
            x = net.activation(x, Function.SIGMOID);
            return net.build(net.linear(net.globalPool(x), "head", "linear", 3), FlopsConvention.MULTIPLY_ADDS);
        }
    }

    static Stream<Shape> leftToOneDnn() {
        List<Shape> shapes = new ArrayList<>();
        for (int in = 8; in <= Executor.TRUSTED_POINTWISE_CHANNELS; in += 8) {
            for (int out = 8; out <= Executor.TRUSTED_POINTWISE_CHANNELS; out += 8) {
                shapes.add(new Shape(in, out, 1));
            }
        }
        return shapes.stream();
    }

    static Stream<Shape> all() {
        return Stream.concat(
                leftToOneDnn(),
                Stream.of(
                        new Shape(8, 24, 2),
                        new Shape(16, 32, 2),
                        new Shape(64, 128, 2),
                        new Shape(96, 16, 1),
                        new Shape(72, 72, 1),
                        new Shape(256, 1280, 1)));
    }

    private static float[] random(String purpose, int count) {
        SplittableRandom random = SEED.generator(purpose);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static Tensor images(int channels, ScalarType type) {
        return LibTorch.ofFloats(type, random("images", IMAGES * SIZE * SIZE * channels))
                .view(IMAGES, SIZE, SIZE, channels)
                .permute(0, 3, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("leftToOneDnn")
    void theConvolutionIsAMatrixProduct(Shape shape) {
        try (PointerScope scope = new PointerScope()) {
            float[] pixels = random("images", IMAGES * SIZE * SIZE * shape.in);
            float[] kernel = random("kernel", shape.out * shape.in);
            Tensor convolved = torch.conv2d(
                    images(shape.in, ScalarType.Float),
                    Executor.channelsLast(
                            LibTorch.ofFloats(ScalarType.Float, kernel).view(shape.out, shape.in, 1, 1)),
                    new TensorOptional(),
                    new long[] {1, 1},
                    new long[] {0, 0},
                    new long[] {1, 1},
                    1);
            double[] product = new double[IMAGES * SIZE * SIZE * shape.out];
            for (int pixel = 0; pixel < IMAGES * SIZE * SIZE; pixel++) {
                for (int o = 0; o < shape.out; o++) {
                    for (int i = 0; i < shape.in; i++) {
                        product[pixel * shape.out + o] +=
                                (double) kernel[o * shape.in + i] * pixels[pixel * shape.in + i];
                    }
                }
            }
            assertClose("features", LibTorch.toDoubles(convolved.permute(0, 2, 3, 1)), product);
        }
    }

    /** Scores and gradients by weights and by images. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Result(double[] scores, double[] byWeights, double[] byImages) {}

    private static Result run(Shape shape, Precision precision) {
        Network network = shape.network();
        try (PointerScope scope = new PointerScope();
                Executor executor = new Executor(precision);
                StandaloneWeights start = StandaloneWeights.random(network, Precision.FLOAT32, SEED)) {
            Tensor flat = LibTorch.cast(start.flat(), precision.storage());
            NetworkWeights weights = new NetworkWeights(WeightLayout.of(network), flat, precision, true, null);
            Tensor images = images(shape.in, precision.compute()).requires_grad_(true);
            Tensor scores = executor.forward(network, weights, images);
            Loss.crossEntropy(scores, Tensor.create(new long[] {0, 1, 2, 1}), 0).backward();
            return new Result(
                    LibTorch.toDoubles(scores.detach()),
                    LibTorch.toDoubles(weights.gradient()),
                    LibTorch.toDoubles(images.grad()));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void scoresAndGradientsAgreeWithFloat64(Shape shape) {
        Result single = run(shape, Precision.FLOAT32);
        Result twice = run(shape, Precision.FLOAT64);
        assertClose("scores", single.scores, twice.scores);
        assertClose("gradient by weights", single.byWeights, twice.byWeights);
        assertClose("gradient by images", single.byImages, twice.byImages);
    }

    /** Within 1e-5 of the largest. */
    private static void assertClose(String what, double[] actual, double[] expected) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).as("largest of the " + what).isPositive();
        assertThat(actual).as(what).containsExactly(expected, within(1e-5 * largest));
    }
}
