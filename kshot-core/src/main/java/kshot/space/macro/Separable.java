package kshot.space.macro;

import kshot.network.Layer.Activation.Function;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import kshot.space.macro.Block.Sliding;
import org.jspecify.annotations.Nullable;

/** Depthwise conv, activation, 1×1 conv, activation (MobileNet, arXiv:1704.04861). */
record Separable(
        Width out, int kernel, int stride, @Nullable Function activation) implements Sliding {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        Value x = scope.depthwise(in.x(), name, "depthwise", kernel, stride);
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
