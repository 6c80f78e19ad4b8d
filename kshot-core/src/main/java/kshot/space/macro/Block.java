package kshot.space.macro;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import kshot.network.Layer.Activation.Function;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import org.jspecify.annotations.Nullable;

/**
 * A block of a {@link MacroSpace}: what stands in a place of its layers. A new kind of block is a record that
 * implements it and a line in {@link BlockReader}'s vocabulary.
 *
 * <p>Convolutions have no bias and are followed by affine batch normalisation; "conv" below means both. Widths are those
 * of the sampled architecture. Whether a block can add its input to its output, or pass it on, is decided by the widest
 * widths, so that it is the same for all architectures: see {@link Flow}.
 */
interface Block {
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

        /** Squeeze-and-excitation with weights of a block; x itself where there is none. */
        Value squeezeExcite(Value x, String block, @Nullable SqueezeExcite squeezeExcite) {
            return squeezeExcite == null ? x : squeezeExcite.build(x, block, net);
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

    /**
     * Returns the weight block that this block, as an option of a choice that shares weights, has in common with other options:
     * weights of one name are one, and narrower ones are leading slices of wider ones. Null if its weights are its own.
     *
     * @param choice name of the weight block of the choice
     */
    default @Nullable String sharedName(String choice) {
        return null;
    }

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

    /** Returns the number of channels of a width, those that go in where there is none, in the widest architecture. */
    static int widest(@Nullable Width out, int in) {
        return out == null ? in : out.widest();
    }

    /** The product of strides, up to {@link #MAX_STRIDE}. */
    static int product(LongStream strides) {
        return (int) strides.reduce(1, (a, b) -> Math.min(a * b, MAX_STRIDE));
    }

    /** A block that has neither a width nor a stride of its own. */
    interface Fixed extends Block {
        @Override
        default int widest(int in) {
            return in;
        }

        @Override
        default int stride() {
            return 1;
        }

        @Override
        default Block withoutStride() {
            return this;
        }
    }

    /** A block with one kernel, whose output has a width of its own or that of the input. */
    interface Sliding extends Block {
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
}
