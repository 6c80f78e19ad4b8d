package kshot.space.macro;

import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;

/** The class scores: a linear layer with a bias. */
record Linear() implements Block {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        return new Flow(scope.net().linear(in.x(), name, "linear", scope.classes()), scope.classes());
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
