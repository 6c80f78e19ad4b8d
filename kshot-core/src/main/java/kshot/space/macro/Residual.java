package kshot.space.macro;

import kshot.network.Layer.Activation.Function;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import kshot.space.macro.Block.Sliding;
import org.jspecify.annotations.Nullable;

/**
 * Conv, activation, conv (ResNet, arXiv:1512.03385), squeeze-and-excitation if wanted; with a skip path plus the input,
 * through a 1×1 conv if the stride is not 1 or the widest input is not as wide as the widest output; activation.
 *
 * @param out null for the width of the input
 * @param hidden width between the convs; null for that of the output
 * @param squeezeExcite null for none
 */
record Residual(
        @Nullable Width out,
        int kernel,
        int stride,
        @Nullable Width hidden,
        @Nullable SqueezeExcite squeezeExcite,
        boolean skip,
        @Nullable Function activation)
        implements Sliding {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        int between = hidden == null ? scope.channels(out, in.x()) : scope.channels(hidden);
        int channels = scope.channels(out, in.x());
        Value x = scope.activation(scope.conv(in.x(), name, "conv1", between, kernel, stride), activation);
        x = scope.squeezeExcite(scope.conv(x, name, "conv2", channels, kernel, 1), name, squeezeExcite);
        if (skip) {
            boolean projects = stride != 1 || widest(in.widest()) != in.widest();
            Value shortcut = projects ? scope.conv(in.x(), name, "shortcut", channels, 1, stride) : in.x();
            x = scope.add(x, shortcut);
        }
        return new Flow(scope.activation(x, activation), widest(in.widest()));
    }

    @Override
    public String sharedName(String choice) {
        return choice + ".res_k" + kernel;
    }

    @Override
    public Residual withoutStride() {
        return new Residual(out, kernel, 1, hidden, squeezeExcite, skip, activation);
    }

    @Override
    public String operation(Architecture architecture) {
        return "res_k" + kernel + (squeezeExcite == null ? "" : "_se") + (skip ? "" : "_noskip");
    }
}
