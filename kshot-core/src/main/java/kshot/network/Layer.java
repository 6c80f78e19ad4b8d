package kshot.network;

import java.util.List;
import kshot.network.Parameter.Role;

/**
 * One layer of a network. The set is closed: each reader of networks (cost, diagram, executor, exporter) is a
 * {@link Visitor}, so that a new kind of layer is one record here and one case in each reader, and the compiler finds
 * the missing ones.
 */
public sealed interface Layer {

    /** Shape of the result for inputs of the given shapes, in order. */
    FeatureShape outputShape(List<FeatureShape> inputs);

    /** The learnable tensors, in a fixed order; empty for a layer without any. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /** Calls the case of this kind of layer. */
    <R> R accept(Visitor<R> visitor, Node node);

    /** One case for each kind of layer. The node says which values the layer reads and what it yields. */
    interface Visitor<R> {
        /** The images. */
        R input(Input layer, Node node);

        /** A convolution. */
        R convolution(Convolution layer, Node node);

        /** Batch normalisation. */
        R batchNorm(BatchNorm layer, Node node);

        /** An elementwise function. */
        R activation(Activation layer, Node node);

        /** A pooling window. */
        R pool(Pool layer, Node node);

        /** Mean over the map. */
        R globalPool(GlobalPool layer, Node node);

        /** A linear layer. */
        R linear(Linear layer, Node node);

        /** A sum. */
        R add(Add layer, Node node);

        /** A product with one factor for each channel. */
        R gate(Gate layer, Node node);

        /** Another number of channels, by cutting or zero padding. */
        R leadingChannels(LeadingChannels layer, Node node);

        /** Zeros. */
        R zero(Zero layer, Node node);
    }

    /** The images, C×H×W. */
    record Input(FeatureShape shape) implements Layer {
        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            return shape;
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.input(this, node);
        }
    }

    /**
     * Two-dimensional convolution with zero padding: in×H×W to out×H'×W', {@code H' = floor((H + 2 padding - kernel) /
     * stride) + 1}. Weight {@code block.name}: out×in×kernel×kernel, or out×1×kernel×kernel if depthwise; with a bias,
     * {@code block.name_bias}: out.
     *
     * @param depthwise whether each output channel reads its own input channel only; then in equals out
     */
    record Convolution(
            String block,
            String name,
            int in,
            int out,
            int kernel,
            int stride,
            int padding,
            boolean depthwise,
            boolean bias)
            implements Layer {
        public Convolution {
            requirePositive("in", in);
            requirePositive("out", out);
            requirePositive("kernel", kernel);
            requirePositive("stride", stride);
            if (depthwise && in != out) {
                throw new IllegalArgumentException(block + "." + name
                        + ": a depthwise convolution has as many outputs as inputs, not " + out + " for " + in);
            }
        }

        /** The kernel. */
        public Parameter weight() {
            return new Parameter(
                    block,
                    name,
                    depthwise ? Role.DEPTHWISE : Role.CONVOLUTION,
                    new WeightShape(out, depthwise ? 1 : in, kernel));
        }

        @Override
        public List<Parameter> parameters() {
            return bias
                    ? List.of(weight(), new Parameter(block, name + "_bias", Role.BIAS, WeightShape.vector(out)))
                    : List.of(weight());
        }

        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            requireChannels(block + "." + name, in, inputs.get(0));
            return inputs.get(0).slide(out, kernel, stride, padding);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.convolution(this, node);
        }
    }

    /**
     * Batch normalisation over a batch's images and pixels, C×H×W to C×H×W, ε = {@value #EPSILON}. If affine, scale
     * {@code block.name_scale} and shift {@code block.name_shift}: C each. Running statistics, where someone keeps them,
     * go by the name {@code block.name}.
     */
    record BatchNorm(String block, String name, int channels, boolean affine) implements Layer {
        /** Added to the variance; the default of PyTorch, which the benchmarks were trained with. */
        public static final double EPSILON = 1e-5;

        /** The factor, if affine. */
        public Parameter scale() {
            return new Parameter(block, name + "_scale", Role.SCALE, WeightShape.vector(channels));
        }

        /** The offset, if affine. */
        public Parameter shift() {
            return new Parameter(block, name + "_shift", Role.SHIFT, WeightShape.vector(channels));
        }

        /** Name of the running statistics. */
        public String statistics() {
            return block + "." + name;
        }

        @Override
        public List<Parameter> parameters() {
            return affine ? List.of(scale(), shift()) : List.of();
        }

        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            requireChannels(block + "." + name, channels, inputs.get(0));
            return inputs.get(0);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.batchNorm(this, node);
        }
    }

    /** An elementwise function; the shape stays. */
    record Activation(Function function) implements Layer {
        /** The functions. */
        public enum Function {
            /** max(x, 0). */
            RELU,
            /** min(max(x, 0), 6). */
            RELU6,
            /** x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, doi:10.1109/ICCV.2019.00140). */
            HSWISH,
            /** min(max(x + 3, 0), 6) / 6. */
            HSIGMOID,
            /** 1 / (1 + exp(-x)). */
            SIGMOID
        }

        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            return inputs.get(0);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.activation(this, node);
        }
    }

    /** Maximum or mean over a sliding window; the mean does not count padding in its divisor. */
    record Pool(Kind kind, int kernel, int stride, int padding) implements Layer {
        /** The value that pooling takes of a window. */
        public enum Kind {
            /** The mean of the pixels that are not padding. */
            AVERAGE,
            /** The maximum. */
            MAXIMUM
        }

        public Pool {
            requirePositive("kernel", kernel);
            requirePositive("stride", stride);
        }

        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            return inputs.get(0).slide(inputs.get(0).channels(), kernel, stride, padding);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.pool(this, node);
        }
    }

    /** Mean over the map: C×H×W to C×1×1. */
    record GlobalPool() implements Layer {
        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            return new FeatureShape(inputs.get(0).channels(), 1, 1);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.globalPool(this, node);
        }
    }

    /** in×1×1 to out×1×1 with a bias. Weight {@code block.name}: out×in; bias {@code block.name_bias}: out. */
    record Linear(String block, String name, int in, int out) implements Layer {
        public Linear {
            requirePositive("in", in);
            requirePositive("out", out);
        }

        /** The matrix. */
        public Parameter weight() {
            return new Parameter(block, name, Role.LINEAR, new WeightShape(out, in, 1));
        }

        /** The bias. */
        public Parameter bias() {
            return new Parameter(block, name + "_bias", Role.BIAS, WeightShape.vector(out));
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(weight(), bias());
        }

        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            requireChannels(block + "." + name, in, inputs.get(0));
            return new FeatureShape(out, 1, 1);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.linear(this, node);
        }
    }

    /** Sum of one or more values of one shape. */
    record Add() implements Layer {
        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            for (FeatureShape shape : inputs) {
                if (!shape.equals(inputs.get(0))) {
                    throw new IllegalArgumentException("a sum needs equal shapes, not " + inputs);
                }
            }
            return inputs.get(0);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.add(this, node);
        }
    }

    /** Product of features C×H×W with factors C×1×1: the last step of squeeze-and-excitation. */
    record Gate() implements Layer {
        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            FeatureShape factors = inputs.get(1);
            if (!factors.equals(new FeatureShape(inputs.get(0).channels(), 1, 1))) {
                throw new IllegalArgumentException("a gate needs one factor for each channel, not " + inputs);
            }
            return inputs.get(0);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.gate(this, node);
        }
    }

    /**
     * The first {@code channels} channels, zeros where the input has fewer. With it two maps of different searched widths
     * can be added: the channels that both have are summed.
     */
    record LeadingChannels(int channels) implements Layer {
        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            return inputs.get(0).withChannels(channels);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.leadingChannels(this, node);
        }
    }

    /** Zeros of the input's shape: no signal. A layer none of whose inputs has a signal yields none either. */
    record Zero() implements Layer {
        @Override
        public FeatureShape outputShape(List<FeatureShape> inputs) {
            return inputs.get(0);
        }

        @Override
        public <R> R accept(Visitor<R> visitor, Node node) {
            return visitor.zero(this, node);
        }
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " has to be at least 1, not " + value);
        }
    }

    private static void requireChannels(String where, int expected, FeatureShape actual) {
        if (actual.channels() != expected) {
            throw new IllegalArgumentException(where + " expects " + expected + " channels, not " + actual);
        }
    }
}
