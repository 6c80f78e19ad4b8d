package kshot.execute.layers;

import kshot.network.Node;
import kshot.onednn.PoolingKernels;
import kshot.onednn.Workspace.Buffer;

/** A maximum or mean over windows or the whole map: x N×C×H×W, y N×C×H'×W'. Keeps where each maximum was. */
final class PoolingOperation extends Operation {
    private final PoolingKernels kernels;
    private final Buffer places;

    PoolingOperation(Tape tape, Node node, PoolingKernels kernels) {
        super(tape, node);
        this.kernels = kernels;
        this.places = keep(workspace.take(kernels.placeBytes()));
    }

    @Override
    Buffer forward() {
        Buffer y = features.take(node.shape());
        kernels.forward(workspace, x(0).address(), places.address(), y.address());
        return y;
    }

    @Override
    void backward(Buffer dy) {
        if (isWanted(0)) {
            Buffer dx = features.take(inputShape(0));
            kernels.backward(workspace, places.address(), dy.address(), dx.address());
            contribute(0, dx);
        }
    }
}
