package kshot.space;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kshot.common.InvalidInputException;
import kshot.network.Layer.Activation.Function;
import kshot.network.Layer.Pool;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import org.jspecify.annotations.Nullable;

/**
 * A block of a {@link MacroSpace}: what stands in a place of its layers. A new kind of block is a record here and a line
 * in {@link MacroSpaceReader}'s vocabulary.
 *
 * <p>Convolutions have no bias and are followed by affine batch normalisation; "conv" below means both. Widths are those
 * of the sampled architecture. Whether a block can add its input to its output, or pass it on, is decided by the widest
 * widths, so that it is the same for all architectures: see {@link Flow}.
 */
sealed interface Block {
    /** More than any image has pixels: products of strides stop here. */
    int MAX_STRIDE = 1 << 16;

    /**
     * The features that flow from block to block.
     *
     * @param x the value
     * @param widest the number of channels it has in the widest architecture
     */
    record Flow(Value x, int widest) {}

    /**
     * One network under construction.
     *
     * @param net what the layers are added to
     * @param architecture the choices
     * @param classes number of classes
     * @param read receives the decisions that were asked for: those that the network depends on
     */
    record Scope(NetworkBuilder net, Architecture architecture, int classes, BitSet read) {

        int option(int decision) {
            read.set(decision);
            return architecture.choice(decision);
        }

        int channels(Width width) {
            return width.channels().get(width.decision() == Width.FIXED ? 0 : option(width.decision()));
        }

        int channels(@Nullable Width width, Value otherwise) {
            return width == null ? otherwise.channels() : channels(width);
        }

        /** A dense convolution {@code block.name} and batch normalisation {@code block.name_bn}. */
        Value conv(Value x, String block, String name, int out, int kernel, int stride) {
            return net.batchNorm(net.convolution(x, block, name, out, kernel, stride), block, name + "_bn");
        }

        /** A depthwise convolution {@code block.name} and batch normalisation {@code block.name_bn}. */
        Value depthwise(Value x, String block, String name, int kernel, int stride) {
            return net.batchNorm(net.depthwise(x, block, name, kernel, stride), block, name + "_bn");
        }

        Value activation(Value x, @Nullable Function function) {
            return function == null ? x : net.activation(x, function);
        }

        /** y plus those channels of a shortcut that both have. */
        Value add(Value y, Value shortcut) {
            return net.sum(List.of(y, net.leadingChannels(shortcut, y.channels())));
        }
    }

    /**
     * Adds the layers of this block.
     *
     * @param name name of the weight block
     */
    Flow build(String name, Flow in, Scope scope);

    /** The number of channels that come out in the widest architecture, where {@code in} go in. */
    int widest(int in);

    /** Product of the strides, up to {@link #MAX_STRIDE}. */
    int stride();

    /** Returns this block with stride 1. */
    Block withoutStride();

    /** Returns the operation in a word, for example {@code ir_k3_e6_se}; that of the chosen option where there is a choice. */
    String operation(Architecture architecture);

    /** The kernel of the chosen operation; 0 if it has none. */
    default int kernel(Architecture architecture) {
        return 0;
    }

    /** Whether the chosen option yields its input as it is, where {@code in} channels are the widest input. */
    default boolean passesThrough(Architecture architecture, int in) {
        return false;
    }

    /** Chooses, in all that this block contains, the widest option of each choice. */
    default void chooseWidest(int in, int[] choices) {}

    /** Adds to a cover, for each option of each choice in this block, the given choices with those that lead there. */
    default void branch(int[] choices, Collection<Architecture> cover) {}

    private static int widest(@Nullable Width out, int in) {
        return out == null ? in : out.widest();
    }

    /** The product of strides, up to {@link #MAX_STRIDE}. */
    static int product(LongStream strides) {
        return (int) strides.reduce(1, (a, b) -> Math.min(a * b, MAX_STRIDE));
    }

    /** A block with one kernel, whose output has a width of its own or that of the input. */
    sealed interface Sliding extends Block {
        /** Height and width of the kernel. */
        int kernel();

        /** Null for the width of the input. */
        @Nullable
        Width out();

        @Override
        default int kernel(Architecture architecture) {
            return kernel();
        }

        @Override
        default int widest(int in) {
            return Block.widest(out(), in);
        }
    }

    /** Conv, activation. */
    record Conv(Width out, int kernel, int stride, @Nullable Function activation) implements Sliding {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            Value x = scope.conv(in.x, name, "conv", scope.channels(out), kernel, stride);
            return new Flow(scope.activation(x, activation), out.widest());
        }

        @Override
        public Conv withoutStride() {
            return new Conv(out, kernel, 1, activation);
        }

        @Override
        public String operation(Architecture architecture) {
            return "conv_k" + kernel;
        }
    }

    /** Depthwise conv, activation, 1×1 conv, activation (MobileNet, arXiv:1704.04861). */
    record Separable(
            Width out, int kernel, int stride, @Nullable Function activation) implements Sliding {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            Value x = scope.depthwise(in.x, name, "depthwise", kernel, stride);
            x = scope.conv(scope.activation(x, activation), name, "pointwise", scope.channels(out), 1, 1);
            return new Flow(scope.activation(x, activation), out.widest());
        }

        @Override
        public Separable withoutStride() {
            return new Separable(out, kernel, 1, activation);
        }

        @Override
        public String operation(Architecture architecture) {
            return "sep_k" + kernel;
        }
    }

    /**
     * Squeeze-and-excitation (arXiv:1709.01507): the channels are multiplied by factors made of their means, by two 1×1
     * convolutions with biases, {@code c → max(1, c / reduction) → c}, with ReLU between them and the gate at the end.
     *
     * @param gate {@link Function#HSIGMOID} or {@link Function#SIGMOID}
     */
    record SqueezeExcite(int reduction, Function gate) {
        Value build(Value x, String name, NetworkBuilder net) {
            int squeezed = Math.max(1, x.channels() / reduction);
            Value factors = net.relu(net.pointwiseWithBias(net.globalPool(x), name, "se_reduce", squeezed));
            factors = net.pointwiseWithBias(factors, name, "se_expand", x.channels());
            return net.gate(x, net.activation(factors, gate));
        }
    }

    /**
     * 1×1 conv to the hidden width, activation, depthwise conv, activation, squeeze-and-excitation if wanted, 1×1 conv
     * (MobileNetV2, arXiv:1801.04381). The input is added if the stride is 1 and the widest input is as wide as the
     * widest output. Without an explicit hidden width and with expansion 1 there is no first conv.
     *
     * @param out null for the width of the input
     * @param hidden explicit hidden width; null for {@code expansion} times the channels of the input
     * @param squeezeExcite null for none
     */
    record InvertedResidual(
            @Nullable Width out,
            int kernel,
            int stride,
            @Nullable Width hidden,
            int expansion,
            @Nullable SqueezeExcite squeezeExcite,
            @Nullable Function activation)
            implements Sliding {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            Value x = in.x;
            if (hidden != null || expansion > 1) {
                int channels = hidden == null ? expansion * x.channels() : scope.channels(hidden);
                x = scope.activation(scope.conv(x, name, "expand", channels, 1, 1), activation);
            }
            x = scope.activation(scope.depthwise(x, name, "depthwise_k" + kernel, kernel, stride), activation);
            if (squeezeExcite != null) {
                x = squeezeExcite.build(x, name, scope.net);
            }
            x = scope.conv(x, name, "project", scope.channels(out, in.x), 1, 1);
            boolean adds = stride == 1 && widest(in.widest) == in.widest;
            return new Flow(adds ? scope.add(x, in.x) : x, widest(in.widest));
        }

        @Override
        public InvertedResidual withoutStride() {
            return new InvertedResidual(out, kernel, 1, hidden, expansion, squeezeExcite, activation);
        }

        @Override
        public String operation(Architecture architecture) {
            return "ir_k" + kernel + (hidden == null ? "_e" + expansion : "") + (squeezeExcite == null ? "" : "_se");
        }
    }

    /**
     * Conv, activation, conv (ResNet, arXiv:1512.03385); with a skip path plus the input, through a 1×1 conv if the stride
     * is not 1 or the widest input is not as wide as the widest output; activation.
     *
     * @param out null for the width of the input
     * @param hidden width between the convs; null for that of the output
     */
    record Residual(
            @Nullable Width out,
            int kernel,
            int stride,
            @Nullable Width hidden,
            boolean skip,
            @Nullable Function activation)
            implements Sliding {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            int between = hidden == null ? scope.channels(out, in.x) : scope.channels(hidden);
            int channels = scope.channels(out, in.x);
            Value x = scope.activation(scope.conv(in.x, name, "conv1", between, kernel, stride), activation);
            x = scope.conv(x, name, "conv2", channels, kernel, 1);
            if (skip) {
                boolean projects = stride != 1 || widest(in.widest) != in.widest;
                Value shortcut = projects ? scope.conv(in.x, name, "shortcut", channels, 1, stride) : in.x;
                x = scope.add(x, shortcut);
            }
            return new Flow(scope.activation(x, activation), widest(in.widest));
        }

        @Override
        public Residual withoutStride() {
            return new Residual(out, kernel, 1, hidden, skip, activation);
        }

        @Override
        public String operation(Architecture architecture) {
            return "res_k" + kernel + (skip ? "" : "_noskip");
        }
    }

    /**
     * Nothing; or a 1×1 conv without activation, if the stride is not 1 or the widest input is not as wide as the widest
     * output. Where it does nothing, the next block reads what came, whatever width was chosen here.
     *
     * @param out null for the width of the input
     */
    record Identity(@Nullable Width out, int stride) implements Block {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            if (passesThrough(scope.architecture, in.widest)) {
                return in;
            }
            Value x = scope.conv(in.x, name, "project", scope.channels(out, in.x), 1, stride);
            return new Flow(x, widest(in.widest));
        }

        @Override
        public boolean passesThrough(Architecture architecture, int in) {
            return stride == 1 && widest(in) == in;
        }

        @Override
        public int widest(int in) {
            return Block.widest(out, in);
        }

        @Override
        public Identity withoutStride() {
            return new Identity(out, 1);
        }

        @Override
        public String operation(Architecture architecture) {
            return "id";
        }
    }

    /**
     * Pooling, padded by {@code (kernel - 1) / 2}; then a 1×1 conv without activation if the widest input is not as wide
     * as the widest output.
     *
     * @param out null for the width of the input
     */
    record Pooling(Pool.Kind kind, @Nullable Width out, int kernel, int stride) implements Sliding {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            int padding = (kernel - 1) / 2;
            int room = Math.min(in.x.shape().height(), in.x.shape().width()) + 2 * padding;
            InvalidInputException.require(
                    kernel <= room,
                    "kernel of the pooling " + name,
                    kernel,
                    "at most " + room + ", as its map is " + in.x.shape());
            Value x = scope.net.add(new Pool(kind, kernel, stride, padding), in.x);
            boolean projects = widest(in.widest) != in.widest;
            return new Flow(
                    projects ? scope.conv(x, name, "project", scope.channels(out, x), 1, 1) : x, widest(in.widest));
        }

        @Override
        public Pooling withoutStride() {
            return new Pooling(kind, out, kernel, 1);
        }

        @Override
        public String operation(Architecture architecture) {
            return (kind == Pool.Kind.MAXIMUM ? "max_k" : "avg_k") + kernel;
        }
    }

    /** Mean over the map. */
    record GlobalPool() implements Block {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            return new Flow(scope.net.globalPool(in.x), in.widest);
        }

        @Override
        public int widest(int in) {
            return in;
        }

        @Override
        public int stride() {
            return 1;
        }

        @Override
        public GlobalPool withoutStride() {
            return this;
        }

        @Override
        public String operation(Architecture architecture) {
            return "global_pool";
        }
    }

    /** The class scores: a linear layer with a bias. */
    record Linear() implements Block {
        @Override
        public Flow build(String name, Flow in, Scope scope) {
            return new Flow(scope.net.linear(in.x, name, "linear", scope.classes), scope.classes);
        }

        @Override
        public int widest(int in) {
            return in;
        }

        @Override
        public int stride() {
            return 1;
        }

        @Override
        public Linear withoutStride() {
            return this;
        }

        @Override
        public String operation(Architecture architecture) {
            return "linear";
        }
    }

    /** Blocks one after the other; the i-th, from 1, has the weight block {@code name.i}. */
    record Sequence(List<Block> blocks) implements Block {
        public Sequence {
            blocks = List.copyOf(blocks);
        }

        @Override
        public Flow build(String name, Flow in, Scope scope) {
            Flow flow = in;
            for (int i = 0; i < blocks.size(); i++) {
                flow = blocks.get(i).build(name + "." + (i + 1), flow, scope);
            }
            return flow;
        }

        @Override
        public int widest(int in) {
            int widest = in;
            for (Block block : blocks) {
                widest = block.widest(widest);
            }
            return widest;
        }

        @Override
        public int stride() {
            return product(blocks.stream().mapToLong(Block::stride));
        }

        @Override
        public Sequence withoutStride() {
            return new Sequence(blocks.stream().map(Block::withoutStride).toList());
        }

        @Override
        public String operation(Architecture architecture) {
            return blocks.stream().map(b -> b.operation(architecture)).collect(Collectors.joining("+"));
        }

        @Override
        public int kernel(Architecture architecture) {
            return blocks.stream().mapToInt(b -> b.kernel(architecture)).max().orElse(0);
        }

        @Override
        public boolean passesThrough(Architecture architecture, int in) {
            return blocks.stream().allMatch(b -> b.passesThrough(architecture, in));
        }

        @Override
        public void chooseWidest(int in, int[] choices) {
            int widest = in;
            for (Block block : blocks) {
                block.chooseWidest(widest, choices);
                widest = block.widest(widest);
            }
        }

        @Override
        public void branch(int[] choices, Collection<Architecture> cover) {
            blocks.forEach(block -> block.branch(choices, cover));
        }
    }

    /**
     * One of several blocks; that called L has the weight block {@code name.L}.
     *
     * @param shared whether those that are inverted residuals have the weight block {@code name} together: they share their
     *     1×1 convolutions, of which each uses the leading slices of its hidden width, and depthwise kernels of one size
     */
    record Choice(int decision, List<String> labels, List<Block> options, boolean shared) implements Block {
        public Choice {
            labels = List.copyOf(labels);
            options = List.copyOf(options);
        }

        private Block chosen(Architecture architecture) {
            return options.get(architecture.choice(decision));
        }

        @Override
        public Flow build(String name, Flow in, Scope scope) {
            int option = scope.option(decision);
            Block chosen = options.get(option);
            boolean own = !shared || !(chosen instanceof InvertedResidual);
            Flow flow = chosen.build(own ? name + "." + labels.get(option) : name, in, scope);
            return new Flow(flow.x, widest(in.widest));
        }

        @Override
        public int widest(int in) {
            return options.stream().mapToInt(option -> option.widest(in)).max().orElseThrow();
        }

        @Override
        public int stride() {
            return options.stream().mapToInt(Block::stride).max().orElseThrow();
        }

        @Override
        public Choice withoutStride() {
            return new Choice(
                    decision, labels, options.stream().map(Block::withoutStride).toList(), shared);
        }

        @Override
        public String operation(Architecture architecture) {
            return chosen(architecture).operation(architecture);
        }

        @Override
        public int kernel(Architecture architecture) {
            return chosen(architecture).kernel(architecture);
        }

        @Override
        public boolean passesThrough(Architecture architecture, int in) {
            return chosen(architecture).passesThrough(architecture, in);
        }

        @Override
        public void chooseWidest(int in, int[] choices) {
            options.forEach(option -> option.chooseWidest(in, choices));
            int widest = widest(in);
            choices[decision] = IntStream.range(0, options.size())
                    .filter(option -> options.get(option).widest(in) == widest)
                    .reduce((first, second) -> second)
                    .orElseThrow();
        }

        @Override
        public void branch(int[] choices, Collection<Architecture> cover) {
            for (int option = 0; option < options.size(); option++) {
                int[] there = choices.clone();
                there[decision] = option;
                cover.add(Architecture.of(there));
                options.get(option).branch(there, cover);
            }
        }
    }
}
