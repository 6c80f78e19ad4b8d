package kshot.space.macro;

import kshot.space.Architecture;
import kshot.space.macro.Block.Fixed;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;

/** The class scores: a linear layer with a bias. */
record Linear() implements Fixed {
    @Override
    public Flow build(String name, Flow in, Scope scope) {
        return new Flow(scope.net().linear(in.x(), name, "linear", scope.classes()), scope.classes());
    }

    @Override
    public String operation(Architecture architecture) {
        return "linear";
    }
}
