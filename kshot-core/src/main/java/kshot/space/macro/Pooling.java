package kshot.space.macro;

import kshot.common.InvalidInputException;
import kshot.network.Layer.Pool;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import kshot.space.macro.Block.Sliding;
import org.jspecify.annotations.Nullable;

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
        int room = Math.min(in.x().shape().height(), in.x().shape().width()) + 2 * padding;
        InvalidInputException.require(
                kernel <= room,
                "kernel of the pooling " + name,
                kernel,
                "at most " + room + ", as its map is " + in.x().shape());
        Value x = scope.net().add(new Pool(kind, kernel, stride, padding), in.x());
        boolean projects = widest(in.widest()) != in.widest();
        return new Flow(
                projects ? scope.conv(x, name, "project", scope.channels(out, x), 1, 1) : x, widest(in.widest()));
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
