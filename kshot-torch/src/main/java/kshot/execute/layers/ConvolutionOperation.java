package kshot.execute.layers;

import kshot.network.Layer;
import kshot.network.Node;
import kshot.onednn.ConvolutionKernels;
import kshot.onednn.Workspace.Buffer;

/** A convolution: x N×in×H×W, weight out×in×k×k or out×1×k×k, bias out or none, y N×out×H'×W'. Keeps x. */
final class ConvolutionOperation extends Operation {
    private final Layer.Convolution layer;
    private final PassWeights weights;
    private final ConvolutionKernels kernels;
    private final long weight;
    private final Buffer x;

    ConvolutionOperation(Tape tape, Node node, Layer.Convolution layer, PassWeights weights) {
        super(tape, node);
        this.layer = layer;
        this.weights = weights;
        this.kernels = features.kernels().convolution(layer, features.use(inputShape(0)));
        this.weight = weights.kernelAddress(layer.weight());
        this.x = keep(x(0).hold());
    }

    @Override
    Buffer forward() {
        Buffer y = features.take(node.shape());
        long bias = layer.bias() ? weights.address(layer.parameters().get(1)) : 0;
        kernels.forward(workspace, x.address(), weight, bias, y.address());
        return y;
    }

    @Override
    void backward(Buffer dy) {
        if (features.wants(Gradients.OF_WEIGHTS)) {
            long dWeight = weights.gradientAddress(layer.weight());
            long dBias =
                    layer.bias() ? weights.gradientAddress(layer.parameters().get(1)) : 0;
            kernels.gradients(workspace, x.address(), dy.address(), dWeight, dBias);
        }
        if (isWanted(0)) {
            Buffer dx = features.take(inputShape(0));
            kernels.backward(workspace, dy.address(), weight, dx.address());
            contribute(0, dx);
        }
    }
}
