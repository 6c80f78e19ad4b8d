package kshot.space.macro;

import kshot.network.Layer.Activation.Function;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import kshot.space.macro.Block.Sliding;
import org.jspecify.annotations.Nullable;

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
        Value x = in.x();
        if (hidden != null || expansion > 1) {
            int channels = hidden == null ? expansion * x.channels() : scope.channels(hidden);
            x = scope.activation(scope.conv(x, name, "expand", channels, 1, 1), activation);
        }
        x = scope.activation(scope.depthwise(x, name, "depthwise_k" + kernel, kernel, stride), activation);
        x = scope.squeezeExcite(x, name, squeezeExcite);
        x = scope.conv(x, name, "project", scope.channels(out, in.x()), 1, 1);
        boolean adds = stride == 1 && widest(in.widest()) == in.widest();
        return new Flow(adds ? scope.add(x, in.x()) : x, widest(in.widest()));
    }

    @Override
    public String sharedName(String choice) {
        return choice;
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
