package kshot.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Layer.Activation;

/**
 * Builds a {@link Network} layer by layer. Each method adds a layer and returns the value it yields. A layer that reads
 * the same values and weights as an earlier one <em>is</em> that earlier one: edges that start with the same activation
 * share it.
 */
public final class NetworkBuilder {

    /** A value in the network under construction. */
    public static final class Value {
        private final Node node;

        private Value(Node node) {
            this.node = node;
        }

        /** Returns the shape of the value. */
        public FeatureShape shape() {
            return node.shape();
        }

        /** Returns the number of channels. */
        public int channels() {
            return node.shape().channels();
        }
    }

    private record Key(Layer layer, List<Integer> inputs) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Map<Key, Value> values = new HashMap<>();
    private final Value input;

    /** Starts a network for images of the given shape. */
    public NetworkBuilder(FeatureShape images) {
        this.input = add(new Layer.Input(images));
    }

    /** Returns the images. */
    public Value input() {
        return input;
    }

    /** Adds a layer of any kind. */
    public Value add(Layer layer, Value... inputs) {
        List<Integer> ids = Arrays.stream(inputs).map(v -> v.node.id()).toList();
        return values.computeIfAbsent(new Key(layer, ids), key -> {
            List<FeatureShape> shapes = Arrays.stream(inputs).map(Value::shape).toList();
            Node node = new Node(nodes.size(), layer, ids, layer.outputShape(shapes), shapes);
            nodes.add(node);
            return new Value(node);
        });
    }

    /** Adds a dense convolution without bias, padded by {@code kernel / 2}. */
    public Value convolution(Value x, String block, String name, int out, int kernel, int stride) {
        return add(new Layer.Convolution(block, name, x.channels(), out, kernel, stride, kernel / 2, false, false), x);
    }

    /** Adds a depthwise convolution without bias, padded by {@code kernel / 2}. */
    public Value depthwise(Value x, String block, String name, int kernel, int stride) {
        return add(
                new Layer.Convolution(block, name, x.channels(), x.channels(), kernel, stride, kernel / 2, true, false),
                x);
    }

    /** Adds a convolution of 1×1 maps with a bias, as squeeze-and-excitation uses it. */
    public Value pointwiseWithBias(Value x, String block, String name, int out) {
        return add(new Layer.Convolution(block, name, x.channels(), out, 1, 1, 0, false, true), x);
    }

    /** Adds affine batch normalisation. */
    public Value batchNorm(Value x, String block, String name) {
        return batchNorm(x, block, name, true);
    }

    /** Adds batch normalisation, affine or not. */
    public Value batchNorm(Value x, String block, String name, boolean affine) {
        return add(new Layer.BatchNorm(block, name, x.channels(), affine), x);
    }

    /** Adds an elementwise function. */
    public Value activation(Value x, Activation.Function function) {
        return add(new Activation(function), x);
    }

    /** Adds max(x, 0). */
    public Value relu(Value x) {
        return activation(x, Activation.Function.RELU);
    }

    /** Adds the mean over windows; padding is not counted in the divisor. */
    public Value averagePool(Value x, int kernel, int stride, int padding) {
        return add(new Layer.Pool(Layer.Pool.Kind.AVERAGE, kernel, stride, padding), x);
    }

    /** Adds the mean over the whole map. */
    public Value globalPool(Value x) {
        return add(new Layer.GlobalPool(), x);
    }

    /** Adds a linear layer with a bias. */
    public Value linear(Value x, String block, String name, int out) {
        return add(new Layer.Linear(block, name, x.channels(), out), x);
    }

    /** Adds the sum of values of one shape; a single value is its own sum. */
    public Value sum(List<Value> terms) {
        return terms.size() == 1 ? terms.get(0) : add(new Layer.Add(), terms.toArray(Value[]::new));
    }

    /** Adds the product of x with one factor for each channel. */
    public Value gate(Value x, Value factors) {
        return add(new Layer.Gate(), x, factors);
    }

    /** Adds the first channels of x, zeros where it has fewer; x itself if it has just as many. */
    public Value leadingChannels(Value x, int channels) {
        return x.channels() == channels ? x : add(new Layer.LeadingChannels(channels), x);
    }

    /** Adds zeros of the shape of x. */
    public Value zero(Value x) {
        return add(new Layer.Zero(), x);
    }

    /**
     * Returns the finished network.
     *
     * @param output the class scores: a linear layer, the last that was added
     */
    public Network build(Value output, FlopsConvention convention) {
        if (!(output.node.layer() instanceof Layer.Linear) || output.node.id() != nodes.size() - 1) {
            throw new IllegalArgumentException("a network ends with its linear layer");
        }
        return new Network(nodes, convention);
    }
}
