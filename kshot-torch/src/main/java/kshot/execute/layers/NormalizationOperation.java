package kshot.execute.layers;

import kshot.network.Layer;
import kshot.network.Node;
import kshot.onednn.NormalizationKernels;
import kshot.onednn.NormalizationKernels.Mode;
import kshot.onednn.Workspace.Buffer;

/**
 * Batch normalisation, and max(·, 0) after it if asked for: x and y N×C×H×W, scale and shift C or none, mean and variance C. Keeps x,
 * the statistics, and the signs of y where there is a max(·, 0).
 */
final class NormalizationOperation extends Operation {
    private final Layer.BatchNorm layer;
    private final PassWeights weights;
    private final NormalizationKernels kernels;
    private final boolean given;
    private final long scale;
    private final Buffer x;
    private final Buffer mean;
    private final Buffer variance;
    private final Buffer signs;

    NormalizationOperation(Tape tape, Node node, Layer.BatchNorm layer, boolean relu, PassWeights weights) {
        super(tape, node);
        this.layer = layer;
        this.weights = weights;
        this.given = weights.normalizesByRunningStatistics();
        Mode mode = given ? Mode.GIVEN : features.training() ? Mode.TRAINING : Mode.BATCH;
        this.kernels = features.kernels().normalization(layer, relu, mode, features.use(node.shape()));
        this.scale = layer.affine() ? weights.address(layer.scale()) : 0;
        this.x = keep(x(0).hold());
        this.mean = keep(given ? Buffer.of(weights.mean(layer)) : features.takeFloats(layer.channels()));
        this.variance = keep(given ? Buffer.of(weights.variance(layer)) : features.takeFloats(layer.channels()));
        this.signs = keep(workspace.take(kernels.signBytes()));
    }

    @Override
    Buffer forward() {
        Buffer y = features.take(node.shape());
        kernels.forward(
                workspace,
                x.address(),
                scale,
                layer.affine() ? weights.address(layer.shift()) : 0,
                mean.address(),
                variance.address(),
                signs.address(),
                y.address());
        if (!given) {
            double count =
                    (double) features.n() * node.shape().height() * node.shape().width();
            weights.track(layer, mean, variance, count);
        }
        return y;
    }

    @Override
    void backward(Buffer dy) {
        Buffer dx = inPlaceOf(dy);
        kernels.backward(
                workspace,
                x.address(),
                scale,
                mean.address(),
                variance.address(),
                signs.address(),
                dy.address(),
                dx.address(),
                layer.affine() ? weights.gradientAddress(layer.scale()) : 0,
                layer.affine() ? weights.gradientAddress(layer.shift()) : 0);
        contribute(0, dx);
    }
}
