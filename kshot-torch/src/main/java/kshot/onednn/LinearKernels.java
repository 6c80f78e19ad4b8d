package kshot.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;

/** The kernels of a linear layer with a bias, all in float32. */
public final class LinearKernels implements AutoCloseable {
    private final memory.desc features;
    private final memory.desc weights;
    private final memory.desc biases;
    private final memory.desc result;
    private final Kernel forward;
    private final Kernel ofFeatures;
    private final Kernel ofWeights;

    LinearKernels(long in, long out, long n) {
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.matrix(n, in));
            weights = OneDnn.own(OneDnn.matrix(out, in));
            biases = OneDnn.own(OneDnn.vector(out));
            result = OneDnn.own(OneDnn.matrix(n, out));
            inner_product_forward.primitive_desc description = new inner_product_forward.primitive_desc(
                    OneDnn.ENGINE,
                    prop_kind.forward_training,
                    features,
                    weights,
                    biases,
                    result,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            forward = new Kernel(description);
            ofFeatures = new Kernel(new inner_product_backward_data.primitive_desc(
                    OneDnn.ENGINE, features, weights, result, description, OneDnn.SCRATCHPAD_OF_CALLER, false));
            ofWeights = new Kernel(new inner_product_backward_weights.primitive_desc(
                    OneDnn.ENGINE, features, weights, biases, result, description, OneDnn.SCRATCHPAD_OF_CALLER, false));
        }
    }

    /** Computes the forward pass, n×in to n×out. */
    public void forward(Workspace workspace, long x, long weights, long bias, long y) {
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, features, x)
                .with(dnnl.DNNL_ARG_WEIGHTS, this.weights, weights)
                .with(dnnl.DNNL_ARG_BIAS, biases, bias)
                .with(dnnl.DNNL_ARG_DST, result, y)
                .run(forward);
    }

    /** Computes ∂L/∂x into dx. */
    public void backward(Workspace workspace, long dy, long weights, long dx) {
        workspace
                .call()
                .with(dnnl.DNNL_ARG_DIFF_DST, result, dy)
                .with(dnnl.DNNL_ARG_WEIGHTS, this.weights, weights)
                .with(dnnl.DNNL_ARG_DIFF_SRC, features, dx)
                .run(ofFeatures);
    }

    /** Computes ∂L/∂weights and ∂L/∂bias. */
    public void gradients(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, features, x)
                .with(dnnl.DNNL_ARG_DIFF_DST, result, dy)
                .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, weights, dWeights)
                .with(dnnl.DNNL_ARG_DIFF_BIAS, biases, dBias)
                .run(ofWeights);
    }

    @Override
    public void close() {
        forward.close();
        ofFeatures.close();
        ofWeights.close();
        features.close();
        weights.close();
        biases.close();
        result.close();
    }
}
