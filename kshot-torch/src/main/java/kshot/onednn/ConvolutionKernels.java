package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionForm.Packed;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of a convolution. Weights and biases are float32, out×k×k×in as they stand in a vector of weights. oneDNN
 * chooses the layout that its kernels need, and the weights are copied into it at each call.
 */
public final class ConvolutionKernels implements AutoCloseable {
    private final ConvolutionForm form;
    private final Packed forward;
    private final @Nullable FeatureGradient ofFeatures;
    private final @Nullable WeightGradient ofWeights;

    /** Compiles the kernels for n images; the backward pass only for training. */
    ConvolutionKernels(Layer.Convolution layer, DataType numbers, long n, FeatureShape input, boolean training) {
        form = new ConvolutionForm(layer, numbers, n, input);
        try (PointerScope scope = new PointerScope()) {
            convolution_forward.primitive_desc description =
                    form.forward(training ? prop_kind.forward_training : prop_kind.forward_inference);
            forward = form.reads(new Kernel(description), description.weights_desc());
        }
        ofFeatures = training ? new FeatureGradient(layer, numbers, n, input) : null;
        ofWeights = training ? WeightGradient.of(layer, numbers, n, input) : null;
    }

    /**
     * Computes the forward pass.
     *
     * @param x the features
     * @param weights the weights, float32
     * @param bias the biases, float32; not read without a bias
     * @param y the result
     */
    public void forward(Workspace workspace, long x, long weights, long bias, long y) {
        form.read(workspace, forward, weights, packed -> {
            workspace
                    .call()
                    .with(dnnl.DNNL_ARG_SRC, form.features, x)
                    .with(dnnl.DNNL_ARG_WEIGHTS, forward.weights(), packed)
                    .with(dnnl.DNNL_ARG_DST, form.result, y);
            if (form.bias) {
                workspace.with(dnnl.DNNL_ARG_BIAS, form.biases, bias);
            }
            workspace.run(forward.kernel());
        });
    }

    /** Computes ∂L/∂x into dx from ∂L/∂y. */
    public void backward(Workspace workspace, long dy, long weights, long dx) {
        trained(ofFeatures).run(workspace, dy, weights, dx);
    }

    /** Computes ∂L/∂weights and ∂L/∂bias from x and ∂L/∂y. */
    public void gradients(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        trained(ofWeights).run(workspace, x, dy, dWeights, dBias);
    }

    private static <T> T trained(@Nullable T gradient) {
        if (gradient == null) {
            throw new IllegalStateException("compiled for inference only");
        }
        return gradient;
    }

    @Override
    public void close() {
        forward.close();
        form.close();
        if (ofFeatures != null) {
            ofFeatures.close();
        }
        if (ofWeights != null) {
            ofWeights.close();
        }
    }
}
