package kshot.execute.layers;

import kshot.network.Layer.BatchNorm;
import kshot.network.Parameter;
import kshot.onednn.Workspace.Buffer;

/** The weights that a pass reads, and their gradient, which it writes: addresses of float32. */
public interface PassWeights {
    /** Returns where the weights of a parameter are. */
    long address(Parameter parameter);

    /** Returns where the kernel of a convolution is, rounded to the numbers of the features where those are emulated. */
    long kernelAddress(Parameter parameter);

    /**
     * Returns where the gradient of a parameter is to be written. Each call is for one gradient more: where several layers share
     * a parameter, the gradient of it is their sum.
     */
    long gradientAddress(Parameter parameter);

    /** Returns whether batch normalisation normalises by running statistics, in place of those of the batch. */
    boolean normalizesByRunningStatistics();

    /** Returns where the running mean of a layer is, C values; only if the pass normalises by it. */
    long mean(BatchNorm layer);

    /** Returns where the running variance of a layer is, C values; only if the pass normalises by it. */
    long variance(BatchNorm layer);

    /**
     * Moves the running statistics of a layer, if there are any, towards those of a batch.
     *
     * @param mean of the batch, C values
     * @param variance of the batch, C values: the mean square of the deviations
     * @param count values of a channel in the batch: images times pixels
     */
    void track(BatchNorm layer, Buffer mean, Buffer variance, double count);
}
