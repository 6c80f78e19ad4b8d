package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.javacpp.PointerScope;

/** The kernels of pooling: the maximum, or the mean without padding, over a sliding window or the whole map. */
public final class PoolingKernels implements AutoCloseable {
    private final memory.desc features;
    private final memory.desc result;
    private final memory.desc places;
    private final long placeBytes;
    private final Kernel forward;
    private final Kernel backward;

    static PoolingKernels window(Layer.Pool layer, DataType numbers, long n, FeatureShape shape) {
        return new PoolingKernels(
                layer.kind() == Layer.Pool.Kind.MAXIMUM ? algorithm.pooling_max : algorithm.pooling_avg_exclude_padding,
                new long[] {layer.kernel(), layer.kernel()},
                layer.stride(),
                layer.padding(),
                numbers,
                n,
                shape,
                shape.slide(shape.channels(), layer.kernel(), layer.stride(), layer.padding()));
    }

    static PoolingKernels global(DataType numbers, long n, FeatureShape shape) {
        return new PoolingKernels(
                algorithm.pooling_avg_exclude_padding,
                new long[] {shape.height(), shape.width()},
                1,
                0,
                numbers,
                n,
                shape,
                new FeatureShape(shape.channels(), 1, 1));
    }

    private PoolingKernels(
            algorithm kind,
            long[] window,
            long stride,
            long padding,
            DataType numbers,
            long n,
            FeatureShape shape,
            FeatureShape resultShape) {
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.features(numbers, n, shape));
            result = OneDnn.own(OneDnn.features(numbers, n, resultShape));
            long[] strides = {stride, stride};
            long[] paddings = {padding, padding};
            long[] dense = {0, 0};
            pooling_forward.primitive_desc description = new pooling_forward.primitive_desc(
                    OneDnn.ENGINE,
                    prop_kind.forward_training,
                    kind,
                    features,
                    result,
                    strides,
                    window,
                    dense,
                    paddings,
                    paddings,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            forward = new Kernel(description);
            places = OneDnn.own(description.workspace_desc());
            placeBytes = places.get_size();
            backward = new Kernel(new pooling_backward.primitive_desc(
                    OneDnn.ENGINE,
                    kind,
                    features,
                    result,
                    strides,
                    window,
                    dense,
                    paddings,
                    paddings,
                    description,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false));
        }
    }

    /** Returns the size in bytes of the places of the maxima; 0 for a mean. */
    public long placeBytes() {
        return placeBytes;
    }

    /**
     * Computes the forward pass.
     *
     * @param places the places of the maxima, written for maximum pooling
     */
    public void forward(Workspace workspace, long x, long places, long y) {
        workspace.call().with(dnnl.DNNL_ARG_SRC, features, x).with(dnnl.DNNL_ARG_DST, result, y);
        run(workspace, places, forward);
    }

    /** Computes the backward pass. */
    public void backward(Workspace workspace, long places, long dy, long dx) {
        workspace.call().with(dnnl.DNNL_ARG_DIFF_DST, result, dy).with(dnnl.DNNL_ARG_DIFF_SRC, features, dx);
        run(workspace, places, backward);
    }

    private void run(Workspace workspace, long where, Kernel kernel) {
        if (placeBytes > 0) {
            workspace.with(dnnl.DNNL_ARG_WORKSPACE, places, where);
        }
        workspace.run(kernel);
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
        features.close();
        result.close();
        places.close();
    }
}
