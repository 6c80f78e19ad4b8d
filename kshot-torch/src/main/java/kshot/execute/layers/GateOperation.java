package kshot.execute.layers;

import kshot.network.Node;
import kshot.onednn.GateKernels;
import kshot.onednn.Workspace.Buffer;

/** A product with one factor for each channel of each image: x and y N×C×H×W, factors N×C×1×1. Keeps x and the factors. */
final class GateOperation extends Operation {
    private final GateKernels kernels;
    private final Buffer x;
    private final Buffer factors;

    GateOperation(Tape tape, Node node) {
        super(tape, node);
        this.kernels = features.kernels().gate(features.use(node.shape()));
        this.x = keep(x(0).hold());
        this.factors = keep(x(1).hold());
    }

    @Override
    Buffer forward() {
        Buffer y = features.take(node.shape());
        kernels.forward(workspace, x.address(), factors.address(), y.address());
        return y;
    }

    @Override
    void backward(Buffer dy) {
        Buffer dx = features.take(node.shape());
        Buffer dFactors = features.take(inputShape(1));
        kernels.backward(workspace, x.address(), factors.address(), dy.address(), dx.address(), dFactors.address());
        contribute(0, dx);
        contribute(1, dFactors);
    }
}
