package kshot.space.macro;

import kshot.space.Architecture;
import kshot.space.macro.Block.Fixed;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;

/** Mean over the map. */
record GlobalPool() implements Fixed {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        return new Flow(scope.net().globalPool(in.x()), in.widest());
    }

    @Override
    public String operation(Architecture architecture) {
        return "global_pool";
    }
}
