package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer.Activation.Function;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;

/** The kernels of an elementwise function. */
public final class ElementwiseKernels implements AutoCloseable {
    private static final float SIX = 6;
    private static final float SIXTH = 1 / 6f;
    private static final float HALF = 0.5f;

    private final boolean fromResult;
    private final memory.desc features;
    private final Kernel forward;
    private final Kernel backward;

    private record Formula(algorithm kind, float alpha, float beta, boolean fromResult) {
        static Formula of(Function function) {
            return switch (function) {
                case RELU -> new Formula(algorithm.eltwise_relu_use_dst_for_bwd, 0, 0, true);
                case RELU6 -> new Formula(algorithm.eltwise_clip_v2_use_dst_for_bwd, 0, SIX, true);
                case HSWISH -> new Formula(algorithm.eltwise_hardswish, SIXTH, HALF, false);
                case HSIGMOID -> new Formula(algorithm.eltwise_hardsigmoid, SIXTH, HALF, false);
                case SIGMOID -> new Formula(algorithm.eltwise_logistic_use_dst_for_bwd, 0, 0, true);
            };
        }
    }

    ElementwiseKernels(Function function, DataType numbers, long n, FeatureShape shape) {
        Formula formula = Formula.of(function);
        fromResult = formula.fromResult;
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.features(numbers, n, shape));
            eltwise_forward.primitive_desc description = new eltwise_forward.primitive_desc(
                    OneDnn.ENGINE,
                    prop_kind.forward_training,
                    formula.kind,
                    features,
                    features,
                    formula.alpha,
                    formula.beta,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            forward = new Kernel(description);
            backward = new Kernel(new eltwise_backward.primitive_desc(
                    OneDnn.ENGINE,
                    formula.kind,
                    features,
                    features,
                    features,
                    formula.alpha,
                    formula.beta,
                    description,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false));
        }
    }

    /**
     * Returns whether the backward pass reads the result and not the argument. If so, the result may overwrite the
     * argument.
     */
    public boolean fromResult() {
        return fromResult;
    }

    /** Computes the forward pass; y may be x. */
    public void forward(Workspace workspace, long x, long y) {
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, features, x)
                .with(dnnl.DNNL_ARG_DST, features, y)
                .run(forward);
    }

    /**
     * Computes the backward pass; dx may be dy.
     *
     * @param seen the result y if {@link #fromResult()}, else the argument x
     */
    public void backward(Workspace workspace, long seen, long dy, long dx) {
        workspace
                .call()
                .with(fromResult ? dnnl.DNNL_ARG_DST : dnnl.DNNL_ARG_SRC, features, seen)
                .with(dnnl.DNNL_ARG_DIFF_DST, features, dy)
                .with(dnnl.DNNL_ARG_DIFF_SRC, features, dx)
                .run(backward);
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
        features.close();
    }
}
