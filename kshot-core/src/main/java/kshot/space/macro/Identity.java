package kshot.space.macro;

import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Nothing; or a 1×1 conv without activation, if the stride is not 1 or the widest input is not as wide as the widest
 * output. Where it does nothing, the next block reads what came, whatever width was chosen here.
 *
 * @param out null for the width of the input
 */
record Identity(@Nullable Width out, int stride) implements Block {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        if (passesThrough(scope.architecture(), in.widest())) {
            return in;
        }
        Value x = scope.conv(in.x(), name, "project", scope.channels(out, in.x()), 1, stride);
        return new Flow(x, widest(in.widest()));
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
