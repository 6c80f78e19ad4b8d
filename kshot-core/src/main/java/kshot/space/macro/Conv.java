package kshot.space.macro;

import kshot.network.Layer.Activation.Function;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import kshot.space.macro.Block.Sliding;
import org.jspecify.annotations.Nullable;

/** Conv, activation. */
record Conv(Width out, int kernel, int stride, @Nullable Function activation) implements Sliding {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        Value x = scope.conv(in.x(), name, "conv", scope.channels(out), kernel, stride);
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
