package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.onnx.proto.ModelProto;
import kshot.onnx.proto.NodeProto;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {
    private static final RandomWeights WEIGHTS = new RandomWeights(new Seed(7));

    /** The residuals, inverted residuals and squeeze-excites of the default space. */
    private static final String SMALL =
            "res_k3:16-res_k3_se:16-ir_k5_e3_se:24-res_k3:24-ir_k3_e6:48-id:48-ir_k5_e6_se:48";

    /**
     * A convolution that halves, a mean and two scores, on an image of 0, 1, 2 and 2.55. Its steps are 0.01 for the image, 0.005 for the
     * convolution and 0.69375 / 255 = 0.0027206 for the mean.
     */
    @Test
    void roundsEachValueToItsSteps() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(1, 2, 2));
        NetworkBuilder.Value halved = net.convolution(net.input(), "b", "conv", 1, 1, 1);
        Network network =
                net.build(net.linear(net.globalPool(halved), "head", "linear", 2), FlopsConvention.MULTIPLY_ADDS);
        byte[] model = quantized(network, new Given(), new float[] {0, 1, 2, 2.55f});
        try (OnnxSession session = OnnxSession.open(model, 1)) {
            assertThat(session.logits(new float[] {0, 1, 2, 2.55f}, 1)[0])
                    .containsExactly(new float[] {0.94375f, -1.3875f}, within(1e-4f));
            // 1.234 has 123 steps, its half too, and the mean of 0.615 has 226 steps: 0.614853. Without steps it is
            // 0.617.
            assertThat(session.logits(new float[] {1.234f, 1.234f, 1.234f, 1.234f}, 1)[0])
                    .containsExactly(new float[] {0.864853f, -1.229706f}, within(1e-4f));
            assertThat(session.logits(new float[] {9, 9, 9, 9}, 1)[0])
                    .as("beyond the ranges")
                    .containsExactly(new float[] {0.94375f, -1.3875f}, within(1e-4f));
        }
    }

    @Test
    void computesNearlyWhatTheNetworkComputes() {
        Network network = small();
        float[] images = images(network, 32);
        float[][] expected = ReferenceExecutor.logits(network, WEIGHTS, images, 32);
        byte[] model = quantized(network, WEIGHTS, images);
        try (OnnxSession session = OnnxSession.open(model, 1)) {
            Parity parity = Parity.compare(expected, session.logits(images, 32));
            assertThat(parity.maxDifference() / parity.scale()).isBetween(1e-4, 0.1);
        }
    }

    /** Pairs around an operator make a runtime compute it with integers; a cut between two of them disappears. */
    @Test
    void isComputedWithIntegers(@TempDir Path folder) throws IOException, OrtException {
        Network network = small();
        List<String> operators = optimised(quantized(network, WEIGHTS, images(network, 4)), folder.resolve("model"));
        assertThat(operators)
                .contains("QLinearConv", "QLinearAdd", "QLinearMul", "QLinearGlobalAveragePool", "QGemm")
                .doesNotContain("Conv", "Gemm", "Add", "Mul", "Relu", "Clip", "GlobalAveragePool");
    }

    @Test
    void isAQuarterOfTheSize() {
        Network network = small();
        byte[] model = model(network, WEIGHTS);
        assertThat((double) model.length / quantized(network, WEIGHTS, images(network, 4)).length)
                .isBetween(3.0, 4.0);
    }

    @Test
    void keepsMetadataAndOutputs() {
        Network network = small();
        byte[] model = OnnxWriter.encode(
                network, WEIGHTS, OnnxOptions.defaults().withProbabilities(true).withMetadata(Map.of("run", "1")));
        byte[] quantized = Quantizer.quantize(model, Stream.of(images(network, 3), images(network, 2)));
        try (OnnxSession session = OnnxSession.open(quantized, 1)) {
            assertThat(session.metadata())
                    .containsEntry("run", "1")
                    .containsEntry(
                            Quantizer.KEY,
                            "weights of 64 steps to either side of zero for each channel, values of 8 bits in the ranges of 5 images");
        }
        assertThat(quantized).isEqualTo(Quantizer.quantize(model, Stream.of(images(network, 3), images(network, 2))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
                "|avg_pool_3x3~0|+|avg_pool_3x3~0|avg_pool_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|avg_pool_3x3~2|"
            })
    void takesCells(String cell) {
        SearchSpace space = Spaces.named("nas-bench-201");
        Network network = space.network(space.parse(cell));
        float[] images = images(network, 2);
        float[][] expected = ReferenceExecutor.logits(network, WEIGHTS, images, 2);
        try (OnnxSession session = OnnxSession.open(quantized(network, WEIGHTS, images), 1)) {
            Parity parity = Parity.compare(expected, session.logits(images, 2));
            assertThat(parity.maxDifference() / parity.scale()).isBetween(1e-4, 0.2);
        }
    }

    @Test
    void refusesWhatIsNoModelAndNoNumbers() {
        assertThatThrownBy(() -> Quantizer.quantize(new byte[] {1, 2, 3}, Stream.of(new float[4])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("the model to quantize is no ONNX file");
        Network network = small();
        float[] images = images(network, 1);
        images[3] = Float.NaN;
        assertThatThrownBy(() -> quantized(network, WEIGHTS, images))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NaN is not allowed; allowed: finite");
        assertThatThrownBy(() -> Quantizer.quantize(model(network, WEIGHTS), Stream.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Network small() {
        SearchSpace space = Spaces.named("small");
        Architecture architecture = space.parse(SMALL);
        return space.network(architecture);
    }

    private static byte[] model(Network network, WeightValues weights) {
        return OnnxWriter.encode(network, weights, OnnxOptions.defaults());
    }

    private static byte[] quantized(Network network, WeightValues weights, float[] images) {
        return Quantizer.quantize(model(network, weights), Stream.of(images));
    }

    private static float[] images(Network network, int count) {
        return WEIGHTS.uniform("images", (int) (count * network.input().shape().elements()), -1, 1);
    }

    /** Returns the operators of a model as ONNX Runtime computes it. */
    private static List<String> optimised(byte[] model, Path file) throws IOException, OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment().createSession(model, options).close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }

    /** A kernel of 0.5, and a linear layer of 1 and −2 with biases of 0.25 and 0. */
    private static final class Given implements WeightValues {
        @Override
        public float[] values(Parameter parameter) {
            return switch (parameter.role()) {
                case LINEAR -> new float[] {1, -2};
                case BIAS -> new float[] {0.25f, 0};
                default -> filled((int) parameter.shape().count());
            };
        }

        private static float[] filled(int count) {
            float[] numbers = new float[count];
            Arrays.fill(numbers, 0.5f);
            return numbers;
        }

        @Override
        public float[] mean(BatchNorm bn) {
            return new float[bn.channels()];
        }

        @Override
        public float[] variance(BatchNorm bn) {
            return filled(bn.channels());
        }
    }
}
