package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Layer.Activation.Function;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.onnx.proto.ModelProto;
import kshot.onnx.proto.NodeProto;
import kshot.space.NasBench201;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxWriterTest {
    private static final double TOLERANCE = 1e-4;
    private static final OnnxOptions FOLDED = OnnxOptions.defaults();
    private static final OnnxOptions UNFOLDED = OnnxOptions.defaults().withFold(false);
    private static final RandomWeights WEIGHTS = new RandomWeights(new Seed(7));

    private static final String CELL =
            "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|";

    /** Small networks that together have each kind of layer, each activation, and each way layers meet. */
    static Stream<Arguments> networks() {
        NasBench201 small = new NasBench201(4, 2, new FeatureShape(3, 12, 12), 7);
        return Stream.of(
                Arguments.of("NAS-Bench-201, all operations", nasBench(small, CELL)),
                Arguments.of(
                        "NAS-Bench-201, one path of convolutions",
                        nasBench(small, "|nor_conv_1x1~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|nor_conv_1x1~2|")),
                Arguments.of(
                        "NAS-Bench-201, pooling only",
                        nasBench(
                                small,
                                "|avg_pool_3x3~0|+|avg_pool_3x3~0|avg_pool_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|avg_pool_3x3~2|")),
                Arguments.of(
                        "NAS-Bench-201, with edges that lead nowhere",
                        nasBench(small, "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|")),
                Arguments.of("inverted residual with squeeze and excitation", invertedResidual()),
                Arguments.of("pools and maps that are not square", pools()),
                Arguments.of("widths that differ", widths()),
                Arguments.of("a linear layer in the middle", linearInTheMiddle()),
                Arguments.of("normalisations that can't be folded", normalisations()),
                Arguments.of("names that collide", collidingNames()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void givesWhatTheDefinitionGives(String name, Network network) {
        float[] images = images(network, 3);
        float[][] expected = ReferenceExecutor.logits(network, WEIGHTS, images, 3);
        for (OnnxOptions options : List.of(FOLDED, UNFOLDED)) {
            Parity parity = Parity.compare(expected, run(OnnxWriter.encode(network, WEIGHTS, options), images, 3));
            parity.requireWithin(TOLERANCE);
            assertThat(parity.disagreements()).isZero();
        }
    }

    @Test
    void givesWhatTheDefinitionGivesAtFullSize() {
        Network network = nasBench(NasBench201.cifar10(), CELL);
        float[] images = images(network, 1);
        Parity.compare(
                        ReferenceExecutor.logits(network, WEIGHTS, images, 1),
                        run(OnnxWriter.encode(network, WEIGHTS, FOLDED), images, 1))
                .requireWithin(TOLERANCE);
    }

    @Test
    void parityFindsOneWrongWeight() {
        Network network = invertedResidual();
        float[] images = images(network, 3);
        WeightValues wrong = perturbed("b1.expand", 0.05f);
        float[][] expected = ReferenceExecutor.logits(network, WEIGHTS, images, 3);
        float[][] actual = run(OnnxWriter.encode(network, wrong, FOLDED), images, 3);
        Parity parity = Parity.compare(expected, actual);
        assertThatThrownBy(() -> parity.requireWithin(TOLERANCE)).isInstanceOf(ParityException.class);
    }

    @Test
    void foldsWhatOneNormalisationReads() {
        assertThat(operators(OnnxWriter.encode(nasBench(NasBench201.cifar10(), CELL), WEIGHTS, FOLDED)))
                // The head's, which reads a sum.
                .containsOnlyOnce("BatchNormalization");
        assertThat(operators(OnnxWriter.encode(normalisations(), WEIGHTS, FOLDED)))
                .filteredOn("BatchNormalization"::equals)
                .hasSize(3);
        assertThat(operators(OnnxWriter.encode(normalisations(), WEIGHTS, UNFOLDED)))
                .filteredOn("BatchNormalization"::equals)
                .hasSize(4);
    }

    @Test
    void namesOperatorsAfterBlocks() throws IOException {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(1, 4, 4));
        Value x = net.relu(net.batchNorm(net.convolution(net.input(), "stem", "conv", 2, 3, 1), "stem", "bn"));
        Network network = finish(net, x);
        ModelProto model = ModelProto.parseFrom(OnnxWriter.encode(network, WEIGHTS, UNFOLDED));
        assertThat(model.getGraph().getNodeList())
                .extracting(NodeProto::getName)
                .containsExactly(
                        "stem.conv", "stem.bn", "relu_3", "global_pool_4", "head.linear.flatten", "head.linear");
        assertThat(model.getGraph().getInitializerList())
                .extracting(tensor -> tensor.getName() + tensor.getDimsList())
                .containsExactly(
                        "stem.conv.weight[2, 1, 3, 3]",
                        "stem.bn.scale[2]",
                        "stem.bn.shift[2]",
                        "stem.bn.mean[2]",
                        "stem.bn.variance[2]",
                        "head.linear.weight[3, 2]",
                        "head.linear.bias[3]");
    }

    @Test
    void addsProbabilities() throws Exception {
        Network network = pools();
        byte[] model = OnnxWriter.encode(network, WEIGHTS, FOLDED.withProbabilities(true));
        float[] images = images(network, 2);
        FeatureShape shape = network.input().shape();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(model);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), new long[] {
                    2, shape.channels(), shape.height(), shape.width()
                });
                OrtSession.Result result = session.run(Map.of("images", tensor))) {
            assertThat(session.getOutputNames()).containsExactly("logits", "probabilities");
            float[][] logits = (float[][]) result.get(0).getValue();
            float[][] probabilities = (float[][]) result.get(1).getValue();
            for (int n = 0; n < 2; n++) {
                double sum = 0;
                for (float logit : logits[n]) {
                    sum += Math.exp(logit);
                }
                for (int c = 0; c < logits[n].length; c++) {
                    assertThat((double) probabilities[n][c]).isCloseTo(Math.exp(logits[n][c]) / sum, within(1e-6));
                }
            }
        }
    }

    @Test
    void saysWhatItIsToOnnxRuntime() throws Exception {
        OnnxOptions options = FOLDED.withDescription("Three classes, found in a test")
                .withClasses(List.of("cat", "dog", "sea lion"))
                .withPreprocessing(new Preprocessing(
                        Preprocessing.Colours.RGB,
                        255,
                        List.of(0.5, 0.25, 0.125),
                        List.of(0.2, 0.2, 0.3),
                        Preprocessing.Resize.crop(9)))
                .withMetadata(Map.of("run", "runs/1", "größe", "½"));
        byte[] bytes = OnnxWriter.encode(invertedResidual(), WEIGHTS, options);
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(bytes)) {
            OnnxModelMetadata metadata = session.getMetadata();
            assertThat(metadata.getProducerName()).isEqualTo("kshot");
            assertThat(metadata.getDescription()).isEqualTo("Three classes, found in a test");
            assertThat(metadata.getCustomMetadata())
                    .isEqualTo(Map.of(
                            "kshot.classes", "cat\ndog\nsea lion",
                            "kshot.colours", "rgb",
                            "kshot.maximum", "255",
                            "kshot.mean", "0.5,0.25,0.125",
                            "kshot.deviation", "0.2,0.2,0.3",
                            "kshot.resize", "crop",
                            "kshot.cover", "9",
                            "run", "runs/1",
                            "größe", "½"));
        }
        try (OnnxSession session = OnnxSession.open(bytes, 1)) {
            assertThat(session.metadata()).containsEntry("run", "runs/1").hasSize(9);
        }
    }

    @Test
    void givesTheSameBytesForTheSameInput() {
        OnnxOptions options = FOLDED.withMetadata(Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
        assertThat(OnnxWriter.encode(widths(), WEIGHTS, options))
                .isEqualTo(OnnxWriter.encode(widths(), WEIGHTS, options))
                .isNotEqualTo(OnnxWriter.encode(widths(), new RandomWeights(new Seed(8)), options));
    }

    @Test
    void isAsLargeAsItsWeights() {
        Network network = nasBench(NasBench201.cifar10(), CELL);
        long weights = network.liveParameters().stream()
                .mapToLong(parameter -> parameter.shape().count())
                .sum();
        long statistics = network.liveNodes().stream()
                .map(Node::layer)
                .filter(BatchNorm.class::isInstance)
                .mapToLong(layer -> 2L * ((BatchNorm) layer).channels())
                .sum();
        long numbers = Float.BYTES * (weights + statistics);
        assertThat((long) OnnxWriter.encode(network, WEIGHTS, UNFOLDED).length)
                .isBetween(numbers, numbers + 400L * network.liveNodes().size());
        assertThat(OnnxWriter.encode(network, WEIGHTS, FOLDED).length)
                .isLessThan(OnnxWriter.encode(network, WEIGHTS, UNFOLDED).length);
    }

    @Test
    void writesAWholeFileOrNone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.writeString(file, "something older, longer than nothing");
        OnnxWriter.write(file, pools(), WEIGHTS, FOLDED);
        assertThat(file).hasBinaryContent(OnnxWriter.encode(pools(), WEIGHTS, FOLDED));
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
        try (OnnxSession session = OnnxSession.open(file, 1)) {
            assertThat(session.input()).isEqualTo(new FeatureShape(2, 11, 8));
            assertThat(session.classes()).isEqualTo(3);
        }
        Path impossible = folder.resolve("missing").resolve("model.onnx");
        assertThatThrownBy(() -> OnnxWriter.write(impossible, pools(), WEIGHTS, FOLDED))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void refusesANetworkWithoutPath() {
        Network network = nasBench(NasBench201.cifar10(), "|none~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|");
        assertThatThrownBy(() -> OnnxWriter.encode(network, WEIGHTS, FOLDED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no path leads from its images to its class scores");
    }

    @Test
    void refusesClassesAndColoursOfAnotherNetwork() {
        assertThatThrownBy(() -> OnnxWriter.encode(pools(), WEIGHTS, FOLDED.withClasses(List.of("one", "two"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("number of class names: 2 is not allowed; allowed: 3");
        Preprocessing grey = new Preprocessing(
                Preprocessing.Colours.GREY, 255, List.of(0.5), List.of(0.5), Preprocessing.Resize.STRETCH);
        assertThatThrownBy(() -> OnnxWriter.encode(pools(), WEIGHTS, FOLDED.withPreprocessing(grey)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("colours of the preprocessing: GREY is not allowed; allowed: 2 channels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines"})
    void refusesClassNamesThatAreNotOneLine(String name) {
        assertThatThrownBy(() -> FOLDED.withClasses(List.of("fine", name)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("one line of text");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void refusesWeightsThatAreNotFinite(float change) {
        assertThatThrownBy(() -> OnnxWriter.encode(invertedResidual(), perturbed("head.linear", change), FOLDED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("head.linear.weight holds");
    }

    @Test
    void refusesWeightsOfAnotherSize() {
        WeightValues wrong = new ChangedWeights() {
            @Override
            public float[] mean(BatchNorm bn) {
                return new float[bn.channels() + 1];
            }
        };
        assertThatThrownBy(() -> OnnxWriter.encode(invertedResidual(), wrong, FOLDED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stem.bn.mean needs 4 values, not 5");
    }

    private static Network nasBench(NasBench201 space, String architecture) {
        return space.network(space.parse(architecture));
    }

    private static Network invertedResidual() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 9, 9));
        Value stem = net.batchNorm(net.convolution(net.input(), "stem", "conv", 4, 3, 2), "stem", "bn");
        Value x = net.activation(stem, Function.RELU6);
        Value y = net.batchNorm(net.convolution(x, "b1", "expand", 8, 1, 1), "b1", "bn1");
        y = net.activation(y, Function.HSWISH);
        y = net.batchNorm(net.depthwise(y, "b1", "depthwise", 5, 1), "b1", "bn2");
        Value squeezed = net.relu(net.pointwiseWithBias(net.globalPool(y), "b1", "squeeze", 2));
        Value factors = net.activation(net.pointwiseWithBias(squeezed, "b1", "excite", 8), Function.HSIGMOID);
        y = net.activation(net.gate(y, factors), Function.HSWISH);
        y = net.batchNorm(net.convolution(y, "b1", "project", 4, 1, 1), "b1", "bn3");
        return finish(net, net.sum(List.of(x, y)));
    }

    private static Value maximumPool(NetworkBuilder net, Value x, int kernel, int stride, int padding) {
        return net.add(new Layer.Pool(Layer.Pool.Kind.MAXIMUM, kernel, stride, padding), x);
    }

    private static Network pools() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(2, 11, 8));
        Value x = maximumPool(net, net.input(), 3, 2, 1);
        Value y = net.averagePool(net.input(), 3, 2, 1);
        Value z = net.depthwise(net.input(), "b1", "conv", 3, 2);
        Value sum = net.sum(List.of(x, y, net.activation(z, Function.SIGMOID)));
        return finish(net, net.averagePool(maximumPool(net, sum, 2, 1, 0), 2, 2, 0));
    }

    private static Network widths() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 6, 5));
        Value x = net.relu(net.convolution(net.input(), "stem", "conv", 6, 3, 1));
        Value narrow = net.convolution(net.leadingChannels(x, 4), "b1", "narrow", 5, 1, 1);
        Value wide = net.convolution(x, "b1", "wide", 9, 3, 1);
        return finish(net, net.sum(List.of(net.leadingChannels(narrow, 9), wide, net.leadingChannels(net.input(), 9))));
    }

    private static Network linearInTheMiddle() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 5, 5));
        Value x = net.relu(net.convolution(net.input(), "stem", "conv", 6, 3, 1));
        Value hidden = net.relu(net.linear(net.globalPool(x), "se", "squeeze", 2));
        Value factors = net.activation(net.linear(hidden, "se", "excite", 6), Function.SIGMOID);
        return finish(net, net.gate(x, factors));
    }

    /** After the images; not affine; after a convolution that something else reads too; after one with a bias. */
    private static Network normalisations() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 5, 5));
        Value x = net.batchNorm(net.input(), "input", "bn");
        x = net.batchNorm(net.relu(x), "b0", "bn", false);
        Value shared = net.convolution(x, "b1", "conv", 4, 3, 1);
        Value y = net.sum(List.of(shared, net.batchNorm(shared, "b1", "bn")));
        y = net.batchNorm(net.pointwiseWithBias(y, "b2", "conv", 5), "b2", "bn", false);
        return finish(net, y);
    }

    /** One slot read twice, a block named like another's weight, and blocks named like the input and the outputs. */
    private static Network collidingNames() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 5, 5));
        Value x = net.convolution(net.input(), "a", "conv", 3, 3, 1);
        x = net.convolution(x, "a", "conv", 3, 3, 1);
        x = net.convolution(x, "a.conv", "weight", 3, 1, 1);
        x = net.add(new Layer.Convolution("a", "conv_2", 3, 3, 1, 1, 0, false, true), x);
        x = net.relu(net.convolution(x, "images", "", 3, 1, 1));
        return finish(net, net.convolution(x, "softmax", "probabilities", 3, 1, 1));
    }

    private static Network finish(NetworkBuilder net, Value x) {
        return net.build(net.linear(net.globalPool(x), "head", "linear", 3), FlopsConvention.MULTIPLY_ADDS);
    }

    private static float[] images(Network network, int count) {
        int size = (int) network.input().shape().elements();
        return WEIGHTS.uniform("images", count * size, -2, 2);
    }

    private static float[][] run(byte[] model, float[] images, int count) {
        try (OnnxSession session = OnnxSession.open(model, 1)) {
            return session.logits(images, count);
        }
    }

    private static List<String> operators(byte[] model) {
        try {
            return ModelProto.parseFrom(model).getGraph().getNodeList().stream()
                    .map(NodeProto::getOpType)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The first weight of one slot changed. */
    private static WeightValues perturbed(String slot, float change) {
        return new ChangedWeights() {
            @Override
            public float[] values(Parameter parameter) {
                float[] values = super.values(parameter);
                if (parameter.slot().equals(slot)) {
                    values[0] += change;
                }
                return values;
            }
        };
    }

    private static class ChangedWeights implements WeightValues {
        @Override
        public float[] values(Parameter parameter) {
            return WEIGHTS.values(parameter);
        }

        @Override
        public float[] mean(BatchNorm bn) {
            return WEIGHTS.mean(bn);
        }

        @Override
        public float[] variance(BatchNorm bn) {
            return WEIGHTS.variance(bn);
        }
    }
}
