package kshot.onnx;

import static kshot.onnx.GraphBuilder.integer;
import static kshot.onnx.GraphBuilder.integers;
import static kshot.onnx.GraphBuilder.real;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Layer.BatchNorm;
import kshot.network.Layer.Convolution;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.network.WeightValues;
import kshot.onnx.proto.AttributeProto;
import kshot.onnx.proto.GraphProto;
import org.jspecify.annotations.Nullable;

/**
 * An encoder of the live layers of a network as ONNX operators (https://onnx.ai/onnx/operators/). Each visit writes the
 * operators of one layer and returns the name of their result. A layer with weights is named after its block and name,
 * any other layer after its kind and the id of its node. An operator and its result share their name.
 */
final class GraphEncoder implements Layer.Visitor<String> {
    private final Network network;
    private final WeightValues weights;
    /** The convolutions that are written together with the normalisation that reads them. */
    private final Set<Integer> folded;

    private final GraphBuilder graph = new GraphBuilder();
    /** The name of the value of each node. */
    private final Map<Integer, String> values = new HashMap<>();

    private GraphEncoder(Network network, WeightValues weights, boolean fold) {
        this.network = network;
        this.weights = weights;
        this.folded = fold ? convolutionsReadByNormalisationAlone(network) : Set.of();
    }

    /** Returns the graph of a network; see {@link OnnxOptions} for the two choices. */
    static GraphProto encode(Network network, WeightValues weights, boolean fold, boolean probabilities) {
        return new GraphEncoder(network, weights, fold).encode(probabilities);
    }

    private static Set<Integer> convolutionsReadByNormalisationAlone(Network network) {
        int[] readers = new int[network.nodes().size()];
        network.liveNodes().forEach(node -> node.inputs().forEach(input -> readers[input]++));
        Set<Integer> found = new HashSet<>();
        for (Node node : network.liveNodes()) {
            if (node.layer() instanceof BatchNorm) {
                int input = node.inputs().get(0);
                if (readers[input] == 1 && network.nodes().get(input).layer() instanceof Convolution) {
                    found.add(input);
                }
            }
        }
        return found;
    }

    private GraphProto encode(boolean probabilities) {
        FeatureShape images = network.input().shape();
        int classes = network.output().shape().channels();
        graph.input(OnnxWriter.IMAGES, images.channels(), images.height(), images.width());
        graph.output(OnnxWriter.LOGITS, classes);
        if (probabilities) {
            graph.output(OnnxWriter.PROBABILITIES, classes);
        }
        for (Node node : network.liveNodes()) {
            values.put(node.id(), node.accept(this));
        }
        if (probabilities) {
            graph.operator(
                    "Softmax",
                    graph.unique("softmax"),
                    OnnxWriter.PROBABILITIES,
                    List.of(OnnxWriter.LOGITS),
                    integer("axis", 1));
        }
        return graph.build();
    }

    @Override
    public String input(Layer.Input layer, Node node) {
        return OnnxWriter.IMAGES;
    }

    /**
     * Writes a convolution. A folded one writes nothing and passes its input on to the normalisation, which writes
     * both.
     */
    @Override
    public String convolution(Convolution layer, Node node) {
        return folded.contains(node.id())
                ? read(node, 0)
                : convolution(layer, read(node, 0), weight(layer.weight()), bias(layer));
    }

    private String convolution(Convolution layer, String x, float[] kernel, float @Nullable [] bias) {
        String name = graph.unique(layer.block() + "." + layer.name());
        WeightShape shape = layer.weight().shape();
        String weight =
                graph.constant(name + ".weight", kernel, shape.out(), shape.in(), shape.kernel(), shape.kernel());
        List<String> inputs = bias == null
                ? List.of(x, weight)
                : List.of(x, weight, graph.constant(name + ".bias", bias, bias.length));
        return graph.operator(
                "Conv",
                name,
                inputs,
                integers("kernel_shape", layer.kernel(), layer.kernel()),
                integers("strides", layer.stride(), layer.stride()),
                pads(layer.padding()),
                integer("group", layer.depthwise() ? layer.out() : 1));
    }

    @Override
    public String batchNorm(BatchNorm layer, Node node) {
        Normalisation numbers = new Normalisation(layer);
        int input = node.inputs().get(0);
        if (folded.contains(input)) {
            return foldedConvolution((Convolution) network.nodes().get(input).layer(), read(node, 0), numbers);
        }
        String name = graph.unique(layer.statistics());
        return graph.operator(
                "BatchNormalization",
                name,
                List.of(
                        read(node, 0),
                        graph.constant(name + ".scale", numbers.scale, layer.channels()),
                        graph.constant(name + ".shift", numbers.shift, layer.channels()),
                        graph.constant(name + ".mean", numbers.mean, layer.channels()),
                        graph.constant(name + ".variance", numbers.variance, layer.channels())),
                real("epsilon", BatchNorm.EPSILON));
    }

    /** The numbers of a batch normalisation: {@code (x - mean) / √(variance + ε) · scale + shift}. */
    private final class Normalisation {
        private final float[] scale;
        private final float[] shift;
        private final float[] mean;
        private final float[] variance;

        Normalisation(BatchNorm layer) {
            int channels = layer.channels();
            scale = layer.affine() ? weight(layer.scale()) : filled(channels, 1);
            shift = layer.affine() ? weight(layer.shift()) : filled(channels, 0);
            mean = requireLength(layer.statistics() + ".mean", weights.mean(layer), channels);
            variance = requireLength(layer.statistics() + ".variance", weights.variance(layer), channels);
        }

        /** Returns the factor by which x is multiplied. */
        double factor(int channel) {
            return scale[channel] / Math.sqrt(variance[channel] + BatchNorm.EPSILON);
        }
    }

    /**
     * Writes a convolution with the normalisation after it. With the factor f of an output channel, its kernel w
     * becomes f w and its bias b becomes f (b - mean) + shift.
     */
    private String foldedConvolution(Convolution layer, String x, Normalisation after) {
        float[] kernel = weight(layer.weight()).clone();
        float @Nullable [] bias = bias(layer);
        float[] foldedBias = new float[layer.out()];
        int size = kernel.length / layer.out();
        for (int out = 0; out < layer.out(); out++) {
            double factor = after.factor(out);
            for (int i = out * size; i < (out + 1) * size; i++) {
                kernel[i] = (float) (factor * kernel[i]);
            }
            double own = bias == null ? 0 : bias[out];
            foldedBias[out] = (float) (factor * (own - after.mean[out]) + after.shift[out]);
        }
        return convolution(layer, x, kernel, foldedBias);
    }

    @Override
    public String activation(Layer.Activation layer, Node node) {
        String name = name(layer.function().name(), node);
        String x = read(node, 0);
        return switch (layer.function()) {
            case RELU -> graph.operator("Relu", name, List.of(x));
            case RELU6 -> {
                String low = graph.constant(name + ".low", new float[] {0});
                String high = graph.constant(name + ".high", new float[] {6});
                yield graph.operator("Clip", name, List.of(x, low, high));
            }
            case HSWISH -> graph.operator("HardSwish", name, List.of(x));
            // max(0, min(1, alpha x + beta)), beta 0.5 by default. OpenCV 4.6 takes the gate of a squeeze-excite for a
            // HardSwish where beta is written down.
            case HSIGMOID -> graph.operator("HardSigmoid", name, List.of(x), real("alpha", 1.0 / 6));
            case SIGMOID -> graph.operator("Sigmoid", name, List.of(x));
        };
    }

    @Override
    public String pool(Layer.Pool layer, Node node) {
        String name = name(layer.kind() + "_pool", node);
        List<String> x = List.of(read(node, 0));
        AttributeProto kernel = integers("kernel_shape", layer.kernel(), layer.kernel());
        AttributeProto strides = integers("strides", layer.stride(), layer.stride());
        AttributeProto pads = pads(layer.padding());
        return switch (layer.kind()) {
            // Only what lies inside of the map counts, by default; an attribute of 0 would make OpenCV refuse the file.
            case AVERAGE -> graph.operator("AveragePool", name, x, kernel, strides, pads);
            case MAXIMUM -> graph.operator("MaxPool", name, x, kernel, strides, pads);
        };
    }

    @Override
    public String globalPool(Layer.GlobalPool layer, Node node) {
        return graph.operator("GlobalAveragePool", name("global_pool", node), List.of(read(node, 0)));
    }

    /**
     * Writes a linear layer. Gemm reads and yields matrices; if another layer reads its result, the two spatial
     * dimensions of 1 are put back.
     */
    @Override
    public String linear(Layer.Linear layer, Node node) {
        String name = graph.unique(layer.block() + "." + layer.name());
        String flat =
                graph.operator("Flatten", graph.unique(name + ".flatten"), List.of(read(node, 0)), integer("axis", 1));
        String weight = graph.constant(name + ".weight", weight(layer.weight()), layer.out(), layer.in());
        String bias = graph.constant(name + ".bias", weight(layer.bias()), layer.out());
        boolean last = node.id() == network.output().id();
        String scores = graph.operator(
                "Gemm", name, last ? OnnxWriter.LOGITS : name, List.of(flat, weight, bias), integer("transB", 1));
        if (last) {
            return scores;
        }
        String map = graph.unique(name + ".unsqueeze");
        return graph.operator("Unsqueeze", map, List.of(scores, graph.constant(map + ".axes", 2, 3)));
    }

    /** Writes a sum. If the other terms carry no signal, it is the one term that is left. */
    @Override
    public String add(Layer.Add layer, Node node) {
        List<String> terms = node.inputs().stream().map(this::valueOf).toList();
        if (terms.size() == 1) {
            return terms.get(0);
        }
        return graph.operator(terms.size() == 2 ? "Add" : "Sum", name("add", node), terms);
    }

    @Override
    public String gate(Layer.Gate layer, Node node) {
        return graph.operator("Mul", name("gate", node), List.of(read(node, 0), read(node, 1)));
    }

    @Override
    public String leadingChannels(Layer.LeadingChannels layer, Node node) {
        String name = name("channels", node);
        String x = read(node, 0);
        int missing = layer.channels() - node.inputShapes().get(0).channels();
        if (missing > 0) {
            // How much is added before each of N, C, H, W, then how much after.
            String pads = graph.constant(name + ".pads", 0, 0, 0, 0, 0, missing, 0, 0);
            return graph.operator("Pad", name, List.of(x, pads));
        }
        String starts = graph.constant(name + ".starts", 0);
        String ends = graph.constant(name + ".ends", layer.channels());
        String axes = graph.constant(name + ".axes", 1);
        return graph.operator("Slice", name, List.of(x, starts, ends, axes));
    }

    @Override
    public String zero(Layer.Zero layer, Node node) {
        throw new IllegalStateException("zeros carry no signal and are never live: " + node);
    }

    private String read(Node node, int input) {
        return valueOf(node.inputs().get(input));
    }

    private String valueOf(int id) {
        String value = values.get(id);
        if (value == null) {
            throw new IllegalStateException("node " + id + " is read before it is written");
        }
        return value;
    }

    private float @Nullable [] bias(Convolution layer) {
        return layer.bias() ? weight(layer.parameters().get(1)) : null;
    }

    private float[] weight(Parameter parameter) {
        return requireLength(
                parameter.slot(), weights.values(parameter), parameter.shape().count());
    }

    private static float[] requireLength(String what, float[] numbers, long length) {
        if (numbers.length != length) {
            throw new IllegalArgumentException(what + " needs " + length + " values, not " + numbers.length);
        }
        return numbers;
    }

    private static float[] filled(int length, float value) {
        float[] numbers = new float[length];
        Arrays.fill(numbers, value);
        return numbers;
    }

    private String name(String kind, Node node) {
        return graph.unique(kind.toLowerCase(Locale.ROOT) + "_" + node.id());
    }

    /** Returns the attribute of padding: before the rows and columns, then after them. */
    private static AttributeProto pads(int padding) {
        return integers("pads", padding, padding, padding, padding);
    }
}
