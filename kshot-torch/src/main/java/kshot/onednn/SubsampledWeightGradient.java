package kshot.onednn;

import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Layer;

/**
 * The gradient of the weights of a 1×1 convolution with a stride, computed as the gradient of a convolution without a
 * stride over the pixels that it reads.
 *
 * <p>oneDNN 3.11 does the same inside, but has a fault on processors with AVX2 alone: with fewer than eight channels
 * its kernel {@code jit_1x1:avx2} returns wrong values, or never returns (docs/decisions/0003-convolutions.md). So that
 * kernel is used on no processor.
 */
final class SubsampledWeightGradient implements WeightGradient {
    private final PoolingKernels pick;
    private final PlainWeightGradient plain;
    private final long bytes;

    SubsampledWeightGradient(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        FeatureShape seen = layer.outputShape(List.of(input)).withChannels(input.channels());
        // The mean of one pixel.
        Layer.Pool every = new Layer.Pool(Layer.Pool.Kind.AVERAGE, 1, layer.stride(), 0);
        pick = PoolingKernels.window(every, numbers, n, input);
        bytes = n * seen.elements() * numbers.bytes();
        Layer.Convolution everyPixel =
                new Layer.Convolution("", "", layer.in(), layer.out(), 1, 1, 0, false, layer.bias());
        plain = new PlainWeightGradient(everyPixel, numbers, n, seen);
    }

    /** Returns whether a convolution is of this kind. */
    static boolean isFor(Layer.Convolution layer) {
        return layer.kernel() == 1 && layer.padding() == 0 && layer.stride() > 1 && !layer.depthwise();
    }

    @Override
    public void run(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer picked = workspace.take(bytes);
        pick.forward(workspace, x, 0, picked.address());
        plain.run(workspace, picked.address(), dy, dWeights, dBias);
        workspace.release(picked);
    }

    @Override
    public void close() {
        plain.close();
        pick.close();
    }
}
