package kshot.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against sums by the definition, which small whole numbers make exact in every type. */
class WeightGradientTest {
    private static final int IMAGES = 3;

    static Stream<Arguments> tiled() {
        return Stream.of(DataType.values())
                .flatMap(numbers -> Stream.of(
                        Arguments.of(numbers, depthwise(8, 5, 1), 6, 6),
                        Arguments.of(numbers, depthwise(10, 5, 2), 7, 4),
                        Arguments.of(numbers, depthwise(16, 7, 1), 9, 5),
                        Arguments.of(numbers, depthwise(3, 7, 2), 2, 11),
                        Arguments.of(numbers, depthwise(24, 5, 1), 1, 1),
                        Arguments.of(numbers, depthwise(20, 3, 1), 2, 1),
                        Arguments.of(numbers, depthwise(32, 3, 2), 8, 8)));
    }

    @ParameterizedTest
    @MethodSource("tiled")
    void tilesOfDepthwiseTapsAddUp(DataType numbers, Layer.Convolution layer, int height, int width) {
        check(TiledWeightGradient::new, numbers, layer, new FeatureShape(layer.in(), height, width));
    }

    static Stream<Arguments> subsampled() {
        return Stream.of(DataType.values())
                .flatMap(numbers -> Stream.of(
                        Arguments.of(numbers, dense(2, 72, 1, 2), 32, 32),
                        Arguments.of(numbers, dense(6, 8, 1, 2), 7, 5),
                        Arguments.of(numbers, dense(16, 3, 1, 3), 1, 10)));
    }

    @ParameterizedTest
    @MethodSource("subsampled")
    void pixelsThatAStrideSeesAreEnough(DataType numbers, Layer.Convolution layer, int height, int width) {
        assumeThat(Kernels.have(numbers))
                .as("kernels for " + numbers + " on this processor")
                .isTrue();
        check(SubsampledWeightGradient::new, numbers, layer, new FeatureShape(layer.in(), height, width));
    }

    static Stream<Arguments> products() {
        return Stream.of(DataType.values())
                .flatMap(numbers -> Stream.of(
                        Arguments.of(numbers, dense(8, 16, 3, 1), 2, 2),
                        Arguments.of(numbers, dense(5, 3, 3, 1), 1, 1),
                        Arguments.of(numbers, dense(3, 7, 5, 1), 4, 2),
                        Arguments.of(numbers, dense(2, 4, 7, 1), 6, 9)));
    }

    @ParameterizedTest
    @MethodSource("products")
    void productsWithWhatTheWindowSeesAddUp(DataType numbers, Layer.Convolution layer, int height, int width) {
        check(ProductWeightGradient::new, numbers, layer, new FeatureShape(layer.in(), height, width));
    }

    private static Layer.Convolution depthwise(int channels, int kernel, int stride) {
        return new Layer.Convolution("", "", channels, channels, kernel, stride, kernel / 2, true, true);
    }

    private static Layer.Convolution dense(int in, int out, int kernel, int stride) {
        return new Layer.Convolution("", "", in, out, kernel, stride, kernel / 2, false, true);
    }

    private interface Way {
        WeightGradient of(Layer.Convolution layer, DataType numbers, long n, FeatureShape input);
    }

    private static void check(Way way, DataType numbers, Layer.Convolution layer, FeatureShape input) {
        FeatureShape output = layer.outputShape(List.of(input));
        RandomGenerator random = new Seed(1).generator("whole numbers");
        float[] x = whole(random, input);
        float[] dy = whole(random, output);
        int size = (int) layer.weight().shape().count();
        try (PointerScope scope = new PointerScope();
                WeightGradient gradient = way.of(layer, numbers, IMAGES, input);
                Workspace workspace = new Workspace()) {
            FloatPointer weights = new FloatPointer(size);
            FloatPointer biases = new FloatPointer(layer.out());
            // What the memory of a workspace held before does not matter.
            float[] none = new float[x.length];
            Arrays.fill(none, Float.NaN);
            gradient.run(workspace, in(numbers, none), in(numbers, dy), weights.address(), biases.address());
            gradient.run(workspace, in(numbers, x), in(numbers, dy), weights.address(), biases.address());
            float[] dWeights = new float[size];
            weights.get(dWeights);
            assertThat(dWeights).containsExactly(byDefinition(layer, input, output, x, dy));
            float[] dBias = new float[layer.out()];
            biases.get(dBias);
            for (int c = 0; c < layer.out(); c++) {
                int channel = c;
                assertThat(dBias[c]).isEqualTo((float) IntStream.range(0, dy.length)
                        .filter(i -> i % layer.out() == channel)
                        .mapToDouble(i -> dy[i])
                        .sum());
            }
        }
    }

    /** From -2 to 2, channels last. */
    private static float[] whole(RandomGenerator random, FeatureShape shape) {
        float[] values = new float[(int) (IMAGES * shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-2, 3);
        }
        return values;
    }

    /** Where a copy in some numbers is; it lives as long as the innermost scope. */
    private static long in(DataType numbers, float[] values) {
        if (numbers == DataType.FLOAT32) {
            return new FloatPointer(values).address();
        }
        short[] upper = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            upper[i] = (short) (Float.floatToIntBits(values[i]) >>> Short.SIZE);
        }
        return new ShortPointer(upper).address();
    }

    /** out×k×k×in, in = 1 for a depthwise convolution. */
    private static float[] byDefinition(
            Layer.Convolution layer, FeatureShape input, FeatureShape output, float[] x, float[] dy) {
        int k = layer.kernel();
        int ins = layer.depthwise() ? 1 : layer.in();
        float[] sums = new float[layer.out() * k * k * ins];
        for (int n = 0; n < IMAGES; n++) {
            for (int h = 0; h < output.height(); h++) {
                for (int w = 0; w < output.width(); w++) {
                    for (int i = 0; i < k; i++) {
                        for (int j = 0; j < k; j++) {
                            int row = h * layer.stride() + i - layer.padding();
                            int column = w * layer.stride() + j - layer.padding();
                            if (row < 0 || row >= input.height() || column < 0 || column >= input.width()) {
                                continue;
                            }
                            for (int o = 0; o < layer.out(); o++) {
                                float g = dy[((n * output.height() + h) * output.width() + w) * layer.out() + o];
                                int pixel = ((n * input.height() + row) * input.width() + column) * layer.in();
                                for (int c = 0; c < ins; c++) {
                                    sums[((o * k + i) * k + j) * ins + c] += g * x[pixel + (layer.depthwise() ? o : c)];
                                }
                            }
                        }
                    }
                }
            }
        }
        return sums;
    }
}
