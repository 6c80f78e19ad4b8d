package kshot.space.macro;

import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;

/** Mean over the map. */
record GlobalPool() implements Block {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        return new Flow(scope.net().globalPool(in.x()), in.widest());
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
