package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of batch normalisation, with max(·, 0) after it in the same pass if asked for. Statistics, scale and
 * shift are float32.
 */
public final class NormalizationKernels implements AutoCloseable {
    /**
     * The number of channels whose multiples oneDNN 3.11 normalises fast. Other numbers of channels take fifty times as
     * long in bfloat16, and several times as long in float32 with max(·, 0) in the same pass.
     */
    private static final int VECTOR = 16;

    /** The statistics by which features are normalised. */
    public enum Mode {
        /** The statistics of the batch, which are returned; a backward pass follows. */
        TRAINING,
        /** The statistics of the batch, without a backward pass. */
        BATCH,
        /** Given statistics, without a backward pass. */
        GIVEN
    }

    private final boolean affine;
    private final Mode mode;
    private final memory.desc features;
    private final memory.desc vector;
    private final memory.desc signs;
    private final long signBytes;
    private final Kernel forward;
    private final @Nullable Kernel backward;
    private final Float32Conversion widening;

    NormalizationKernels(Layer.BatchNorm layer, boolean relu, Mode mode, DataType numbers, long n, FeatureShape shape) {
        boolean wide = numbers == DataType.BFLOAT16 && !isFast(shape.channels());
        widening = wide ? Float32Conversion.of(numbers, shape, n) : Float32Conversion.NONE;
        try (PointerScope scope = new PointerScope()) {
            this.affine = layer.affine();
            this.mode = mode;
            features = OneDnn.own(OneDnn.features(wide ? DataType.FLOAT32 : numbers, n, shape));
            vector = OneDnn.own(OneDnn.vector(shape.channels()));
            int flags = (affine ? normalization_flags.use_scale.value | normalization_flags.use_shift.value : 0)
                    | (relu ? normalization_flags.fuse_norm_relu.value : 0)
                    | (mode == Mode.GIVEN ? normalization_flags.use_global_stats.value : 0);
            batch_normalization_forward.primitive_desc description = new batch_normalization_forward.primitive_desc(
                    OneDnn.ENGINE,
                    (mode == Mode.TRAINING ? prop_kind.forward_training : prop_kind.forward_inference).value,
                    features,
                    features,
                    (float) Layer.BatchNorm.EPSILON,
                    flags,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            forward = new Kernel(description);
            signs = OneDnn.own(description.workspace_desc());
            signBytes = signs.get_size();
            backward = mode != Mode.TRAINING
                    ? null
                    : new Kernel(new batch_normalization_backward.primitive_desc(
                            OneDnn.ENGINE,
                            (affine ? prop_kind.backward : prop_kind.backward_data).value,
                            features,
                            features,
                            features,
                            (float) Layer.BatchNorm.EPSILON,
                            flags,
                            description,
                            OneDnn.SCRATCHPAD_OF_CALLER,
                            false));
        }
    }

    /**
     * Returns whether this number of channels is normalised fast, and faster with max(·, 0) in the same pass than
     * without.
     */
    public static boolean isFast(int channels) {
        return channels % VECTOR == 0;
    }

    /** Returns the size in bytes of the signs of the results that the backward pass needs; 0 if it needs none. */
    public long signBytes() {
        return signBytes;
    }

    /**
     * Computes the forward pass.
     *
     * @param scale the scale of C channels, as {@code shift}; both are not read if the layer is not affine
     * @param mean the mean of C channels, as {@code variance}; both are written in training, and read if they are given
     * @param signs the signs of the results, written in training
     */
    public void forward(
            Workspace workspace, long x, long scale, long shift, long mean, long variance, long signs, long y) {
        Workspace.Buffer from = widening.widen(workspace, x);
        Workspace.Buffer to = widening.place(workspace, y);
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, features, from.address())
                .with(dnnl.DNNL_ARG_DST, features, to.address());
        if (affine) {
            workspace.with(dnnl.DNNL_ARG_SCALE, vector, scale).with(dnnl.DNNL_ARG_SHIFT, vector, shift);
        }
        if (mode != Mode.BATCH) {
            workspace.with(dnnl.DNNL_ARG_MEAN, vector, mean).with(dnnl.DNNL_ARG_VARIANCE, vector, variance);
        }
        if (signBytes > 0) {
            workspace.with(dnnl.DNNL_ARG_WORKSPACE, this.signs, signs);
        }
        workspace.run(forward);
        workspace.release(from);
        widening.narrow(workspace, to, y);
    }

    /**
     * Computes the backward pass; dx may be dy.
     *
     * @param dScale the gradient of the scale of C channels, as {@code dShift}; both are written if the layer is affine
     */
    public void backward(
            Workspace workspace,
            long x,
            long scale,
            long mean,
            long variance,
            long signs,
            long dy,
            long dx,
            long dScale,
            long dShift) {
        if (backward == null) {
            throw new IllegalStateException("compiled for inference only");
        }
        Workspace.Buffer seen = widening.widen(workspace, x);
        Workspace.Buffer from = widening.widen(workspace, dy);
        Workspace.Buffer to = widening.place(workspace, dx);
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, features, seen.address())
                .with(dnnl.DNNL_ARG_MEAN, vector, mean)
                .with(dnnl.DNNL_ARG_VARIANCE, vector, variance)
                .with(dnnl.DNNL_ARG_DIFF_DST, features, from.address())
                .with(dnnl.DNNL_ARG_DIFF_SRC, features, to.address());
        if (affine) {
            workspace
                    .with(dnnl.DNNL_ARG_SCALE, vector, scale)
                    .with(dnnl.DNNL_ARG_DIFF_SCALE, vector, dScale)
                    .with(dnnl.DNNL_ARG_DIFF_SHIFT, vector, dShift);
        }
        if (signBytes > 0) {
            workspace.with(dnnl.DNNL_ARG_WORKSPACE, this.signs, signs);
        }
        workspace.run(backward);
        workspace.release(seen);
        workspace.release(from);
        widening.narrow(workspace, to, dx);
    }

    @Override
    public void close() {
        forward.close();
        if (backward != null) {
            backward.close();
        }
        widening.close();
        features.close();
        vector.close();
        signs.close();
    }
}
