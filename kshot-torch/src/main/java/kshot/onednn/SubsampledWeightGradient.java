package kshot.onednn;

import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.javacpp.PointerScope;

/**
 * The gradient of the weights of a 1×1 convolution with a stride: that of one without a stride over the pixels that it sees.
 *
 * <p>oneDNN 3.11 would do the same inside, but not rightly on processors with AVX2 alone: with fewer than eight channels its
 * kernel {@code jit_1x1:avx2} returns wrong values, or never (docs/decisions/0003-convolutions.md). So no processor is asked to.
 */
final class SubsampledWeightGradient implements WeightGradient {
    private final memory.desc features;
    private final memory.desc pixels;
    private final Kernel pick;
    private final PlainWeightGradient plain;

    SubsampledWeightGradient(Layer.Convolution layer, Numbers numbers, long n, FeatureShape input) {
        FeatureShape seen = layer.outputShape(List.of(input)).withChannels(input.channels());
        long[] one = {1, 1};
        long[] none = {0, 0};
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.features(numbers, n, input));
            pixels = OneDnn.own(OneDnn.features(numbers, n, seen));
            // The mean of one pixel.
            pick = new Kernel(new pooling_forward.primitive_desc(
                    OneDnn.ENGINE,
                    prop_kind.forward_inference,
                    algorithm.pooling_avg_exclude_padding,
                    features,
                    pixels,
                    new long[] {layer.stride(), layer.stride()},
                    one,
                    none,
                    none,
                    none,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false));
        }
        Layer.Convolution everyPixel =
                new Layer.Convolution("", "", layer.in(), layer.out(), 1, 1, 0, false, layer.bias());
        plain = new PlainWeightGradient(everyPixel, numbers, n, seen);
    }

    /** Whether it is such a convolution. */
    static boolean isFor(Layer.Convolution layer) {
        return layer.kernel() == 1 && layer.padding() == 0 && layer.stride() > 1 && !layer.depthwise();
    }

    @Override
    public void run(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer picked = workspace.take(pixels.get_size());
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, features, x)
                .with(dnnl.DNNL_ARG_DST, pixels, picked.address())
                .run(pick);
        plain.run(workspace, picked.address(), dy, dWeights, dBias);
        workspace.release(picked);
    }

    @Override
    public void close() {
        plain.close();
        pick.close();
        features.close();
        pixels.close();
    }
}
