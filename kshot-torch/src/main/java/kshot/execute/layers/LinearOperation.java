package kshot.execute.layers;

import kshot.network.Layer;
import kshot.network.Node;
import kshot.onednn.LinearKernels;
import kshot.onednn.Workspace.Buffer;
import org.jspecify.annotations.Nullable;

/** A linear layer in float32 whatever the features are: x N×in, weight out×in, bias out, y N×out. Keeps x. */
final class LinearOperation extends Operation {
    private final Layer.Linear layer;
    private final PassWeights weights;
    private final LinearKernels kernels;
    private final @Nullable Buffer scores;
    private final long weight;
    private final Buffer x;

    /**
     * A linear layer.
     *
     * @param scores where the class scores go, float32; null for a layer that yields features
     */
    LinearOperation(Tape tape, Node node, Layer.Linear layer, PassWeights weights, @Nullable Buffer scores) {
        super(tape, node);
        this.layer = layer;
        this.weights = weights;
        this.kernels = features.kernels().linear(layer.in(), layer.out(), features.use(inputShape(0)));
        this.scores = scores;
        this.weight = weights.address(layer.weight());
        this.x = keep(features.toFloats(x(0), inputShape(0)));
    }

    @Override
    Buffer forward() {
        Buffer y = scores == null ? features.takeFloats(features.n() * layer.out()) : scores;
        kernels.forward(workspace, x.address(), weight, weights.address(layer.bias()), y.address());
        return scores == null ? features.fromFloats(y, node.shape()) : y;
    }

    @Override
    void backward(Buffer gradient) {
        Buffer dy = scores == null ? features.toFloats(gradient, node.shape()) : gradient.hold();
        if (features.wants(Gradients.OF_WEIGHTS)) {
            long dWeight = weights.gradientAddress(layer.weight());
            long dBias = weights.gradientAddress(layer.bias());
            kernels.gradients(workspace, x.address(), dy.address(), dWeight, dBias);
        }
        if (isWanted(0)) {
            Buffer dx = features.takeFloats(features.n() * layer.in());
            kernels.backward(workspace, dy.address(), weight, dx.address());
            contribute(0, features.fromFloats(dx, inputShape(0)));
        }
        features.release(dy);
    }
}
