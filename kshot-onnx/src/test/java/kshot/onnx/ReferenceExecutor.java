package kshot.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.WeightValues;

/**
 * Runs a network on one image as its definition says: every node, in double precision, with plain loops. Shares nothing
 * with the writer, not even which layers are live: a value without signal is {@link #NO_SIGNAL}.
 */
final class ReferenceExecutor implements Layer.Visitor<double[]> {
    private static final double[] NO_SIGNAL = {};

    private final WeightValues weights;
    private final double[] image;
    private final List<double[]> values = new ArrayList<>();

    private ReferenceExecutor(WeightValues weights, double[] image) {
        this.weights = weights;
        this.image = image;
    }

    /** Logits of images, count×C×H×W: count×classes. */
    static float[][] logits(Network network, WeightValues weights, float[] images, int count) {
        float[][] logits = new float[count][];
        int size = images.length / count;
        for (int n = 0; n < count; n++) {
            double[] image = doubles(Arrays.copyOfRange(images, n * size, (n + 1) * size));
            ReferenceExecutor executor = new ReferenceExecutor(weights, image);
            for (Node node : network.nodes()) {
                executor.values.add(node.accept(executor));
            }
            double[] scores = executor.values.get(network.output().id());
            logits[n] = new float[scores.length];
            for (int c = 0; c < scores.length; c++) {
                logits[n][c] = (float) scores[c];
            }
        }
        return logits;
    }

    @Override
    public double[] input(Layer.Input layer, Node node) {
        return image;
    }

    @Override
    public double[] convolution(Layer.Convolution layer, Node node) {
        double[] x = read(node, 0);
        if (x == NO_SIGNAL) {
            return NO_SIGNAL;
        }
        double[] w = doubles(weights.values(layer.weight()));
        double[] bias = layer.bias() ? doubles(weights.values(layer.parameters().get(1))) : new double[layer.out()];
        FeatureShape from = node.inputShapes().get(0);
        FeatureShape to = node.shape();
        int inputsOfOne = layer.depthwise() ? 1 : layer.in();
        int k = layer.kernel();
        double[] y = new double[(int) to.elements()];
        for (int out = 0; out < to.channels(); out++) {
            for (int row = 0; row < to.height(); row++) {
                for (int column = 0; column < to.width(); column++) {
                    double sum = bias[out];
                    for (int i = 0; i < inputsOfOne; i++) {
                        int in = layer.depthwise() ? out : i;
                        for (int a = 0; a < k; a++) {
                            for (int b = 0; b < k; b++) {
                                int r = row * layer.stride() + a - layer.padding();
                                int c = column * layer.stride() + b - layer.padding();
                                if (isInside(from, r, c)) {
                                    sum += w[((out * inputsOfOne + i) * k + a) * k + b] * x[index(from, in, r, c)];
                                }
                            }
                        }
                    }
                    y[index(to, out, row, column)] = sum;
                }
            }
        }
        return y;
    }

    @Override
    public double[] batchNorm(Layer.BatchNorm layer, Node node) {
        double[] x = read(node, 0);
        float[] mean = weights.mean(layer);
        float[] variance = weights.variance(layer);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int c = channel(node.shape(), i);
            y[i] = (x[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5);
            if (layer.affine()) {
                y[i] = y[i] * weights.values(layer.scale())[c] + weights.values(layer.shift())[c];
            }
        }
        return x == NO_SIGNAL ? NO_SIGNAL : y;
    }

    @Override
    public double[] activation(Layer.Activation layer, Node node) {
        return switch (layer.function()) {
            case RELU -> map(node, v -> Math.max(v, 0));
            case RELU6 -> map(node, v -> Math.min(Math.max(v, 0), 6));
            case HSWISH -> map(node, v -> v * Math.min(Math.max(v + 3, 0), 6) / 6);
            case HSIGMOID -> map(node, v -> Math.min(Math.max(v + 3, 0), 6) / 6);
            case SIGMOID -> map(node, v -> 1 / (1 + Math.exp(-v)));
        };
    }

    private double[] map(Node node, DoubleUnaryOperator function) {
        double[] x = read(node, 0);
        return x == NO_SIGNAL ? NO_SIGNAL : Arrays.stream(x).map(function).toArray();
    }

    @Override
    public double[] pool(Layer.Pool layer, Node node) {
        double[] x = read(node, 0);
        if (x == NO_SIGNAL) {
            return NO_SIGNAL;
        }
        FeatureShape from = node.inputShapes().get(0);
        FeatureShape to = node.shape();
        double[] y = new double[(int) to.elements()];
        for (int channel = 0; channel < to.channels(); channel++) {
            for (int row = 0; row < to.height(); row++) {
                for (int column = 0; column < to.width(); column++) {
                    double sum = 0;
                    double maximum = Double.NEGATIVE_INFINITY;
                    int pixels = 0;
                    for (int a = 0; a < layer.kernel(); a++) {
                        for (int b = 0; b < layer.kernel(); b++) {
                            int r = row * layer.stride() + a - layer.padding();
                            int c = column * layer.stride() + b - layer.padding();
                            if (isInside(from, r, c)) {
                                sum += x[index(from, channel, r, c)];
                                maximum = Math.max(maximum, x[index(from, channel, r, c)]);
                                pixels++;
                            }
                        }
                    }
                    y[index(to, channel, row, column)] =
                            layer.kind() == Layer.Pool.Kind.AVERAGE ? sum / pixels : maximum;
                }
            }
        }
        return y;
    }

    @Override
    public double[] globalPool(Layer.GlobalPool layer, Node node) {
        double[] x = read(node, 0);
        FeatureShape from = node.inputShapes().get(0);
        double[] y = new double[node.shape().channels()];
        for (int i = 0; i < x.length; i++) {
            y[channel(from, i)] += x[i] / from.height() / from.width();
        }
        return x == NO_SIGNAL ? NO_SIGNAL : y;
    }

    /** The last layer of all: without any signal its value is its bias. */
    @Override
    public double[] linear(Layer.Linear layer, Node node) {
        double[] x = read(node, 0);
        double[] w = doubles(weights.values(layer.weight()));
        double[] y = doubles(weights.values(layer.bias()));
        for (int out = 0; out < layer.out(); out++) {
            for (int in = 0; in < x.length; in++) {
                y[out] += w[out * layer.in() + in] * x[in];
            }
        }
        return y;
    }

    @Override
    public double[] add(Layer.Add layer, Node node) {
        double[] y = new double[(int) node.shape().elements()];
        boolean signal = false;
        for (int input = 0; input < node.inputs().size(); input++) {
            double[] x = read(node, input);
            signal |= x != NO_SIGNAL;
            for (int i = 0; i < x.length; i++) {
                y[i] += x[i];
            }
        }
        return signal ? y : NO_SIGNAL;
    }

    @Override
    public double[] gate(Layer.Gate layer, Node node) {
        double[] x = read(node, 0);
        double[] factors = read(node, 1);
        if (x == NO_SIGNAL || factors == NO_SIGNAL) {
            return NO_SIGNAL;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * factors[channel(node.shape(), i)];
        }
        return y;
    }

    @Override
    public double[] leadingChannels(Layer.LeadingChannels layer, Node node) {
        double[] x = read(node, 0);
        return x == NO_SIGNAL ? NO_SIGNAL : Arrays.copyOf(x, (int) node.shape().elements());
    }

    @Override
    public double[] zero(Layer.Zero layer, Node node) {
        return NO_SIGNAL;
    }

    private double[] read(Node node, int input) {
        return values.get(node.inputs().get(input));
    }

    private static boolean isInside(FeatureShape shape, int row, int column) {
        return row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
    }

    private static int index(FeatureShape shape, int channel, int row, int column) {
        return (channel * shape.height() + row) * shape.width() + column;
    }

    private static int channel(FeatureShape shape, int index) {
        return index / (shape.height() * shape.width());
    }

    private static double[] doubles(float[] numbers) {
        double[] doubles = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            doubles[i] = numbers[i];
        }
        return doubles;
    }
}
