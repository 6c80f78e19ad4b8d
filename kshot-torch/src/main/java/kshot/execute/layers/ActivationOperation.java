package kshot.execute.layers;

import kshot.network.Layer;
import kshot.network.Node;
import kshot.onednn.ElementwiseKernels;
import kshot.onednn.Workspace.Buffer;

/** An elementwise function: x and y N×C×H×W. Keeps y where the derivative follows from it, and may overwrite x then; else x. */
final class ActivationOperation extends Operation {
    private final ElementwiseKernels kernels;
    private final Buffer x;
    private final Buffer y;
    private final Buffer seen;

    ActivationOperation(Tape tape, Node node, Layer.Activation layer) {
        super(tape, node);
        this.kernels = features.kernels().elementwise(layer.function(), features.use(node.shape()));
        boolean overwrites =
                kernels.fromResult() && tape.mayOverwrite(node.inputs().get(0));
        this.x = x(0);
        this.y = overwrites ? x.hold() : features.take(node.shape());
        this.seen = keep((kernels.fromResult() ? y : x).hold());
    }

    @Override
    Buffer forward() {
        kernels.forward(workspace, x.address(), y.address());
        return y;
    }

    @Override
    void backward(Buffer dy) {
        Buffer dx = inPlaceOf(dy);
        kernels.backward(workspace, seen.address(), dy.address(), dx.address());
        contribute(0, dx);
    }
}
