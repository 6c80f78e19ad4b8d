package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;

/** The gradient of the weights of a convolution. */
interface WeightGradient extends AutoCloseable {
    /** Returns the gradient that is right and fast for a convolution of n images. */
    static WeightGradient of(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        if (TiledWeightGradient.isFaster(layer, numbers, input)) {
            return new TiledWeightGradient(layer, numbers, n, input);
        }
        if (SubsampledWeightGradient.isFor(layer)) {
            return new SubsampledWeightGradient(layer, numbers, n, input);
        }
        if (ProductWeightGradient.isBetter(layer, input)) {
            return new ProductWeightGradient(layer, numbers, n, input);
        }
        return new PlainWeightGradient(layer, numbers, n, input);
    }

    /**
     * Computes the gradient.
     *
     * @param x the features
     * @param dy ∂L/∂y
     * @param dWeights the gradient of the weights, float32, which is written
     * @param dBias the gradient of the biases, float32, which is written; not touched without a bias
     */
    void run(Workspace workspace, long x, long dy, long dWeights, long dBias);

    @Override
    void close();
}
