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

/** Batch normalisation, with max(·, 0) after it in the same pass if asked for. Statistics, scale and shift are float32. */
public final class NormalizationKernels implements AutoCloseable {
    /**
     * oneDNN 3.11 is fast for multiples of this number of channels. For others it takes fifty times as long in bfloat16, and several
     * times as long in float32 with max(·, 0) in the same pass.
     */
    private static final int VECTOR = 16;

    /** What is normalised by. */
    public enum Mode {
        /** The statistics of the batch, which are yielded; a backward pass follows. */
        TRAINING,
        /** The statistics of the batch, no backward pass. */
        BATCH,
        /** Given statistics, no backward pass. */
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

    /** Whether so many channels are normalised fast, and with max(·, 0) in the same pass faster than without. */
    public static boolean isFast(int channels) {
        return channels % VECTOR == 0;
    }

    /** Bytes of what the backward pass has to know of the signs of the results; 0 if nothing. */
    public long signBytes() {
        return signBytes;
    }

    /**
     * Forward.
     *
     * @param scale C, and shift: not read if not affine
     * @param mean C, and variance: written in training, read if given
     * @param signs written in training
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
     * Backward; dx may be dy.
     *
     * @param dScale C, and dShift: written if affine
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
