package kshot.onednn;

import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionForm.Packed;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * A convolution. Kernels and biases are float32, out×k×k×in as they stand in a vector of weights; oneDNN chooses how it wants them,
 * and they are rearranged at each call.
 */
public final class ConvolutionKernels implements AutoCloseable {
    private static final int LARGE_DEPTHWISE_KERNEL = 5;

    private final ConvolutionForm form;
    private final Packed forward;
    private final @Nullable ConvolutionGradients gradients;
    private final Widening features;
    private final Widening result;

    /** Compiles for n images; the backward pass only for training. */
    ConvolutionKernels(Layer.Convolution layer, Numbers numbers, long n, FeatureShape input, boolean training) {
        form = new ConvolutionForm(layer, numbers, n, input);
        try (PointerScope scope = new PointerScope()) {
            convolution_forward.primitive_desc description =
                    form.forward(training ? prop_kind.forward_training : prop_kind.forward_inference);
            forward = form.reads(new Kernel(description), description.weights_desc());
        }
        boolean wide = training && numbers == Numbers.BFLOAT16 && isBadInBfloat16(layer, input);
        features = wide ? Widening.of(numbers, input, n) : Widening.NONE;
        result = wide ? Widening.of(numbers, layer.outputShape(List.of(input)), n) : Widening.NONE;
        gradients = training ? new ConvolutionGradients(layer, wide ? Numbers.FLOAT32 : numbers, n, input) : null;
    }

    /**
     * Whether the backward pass is better off in float32. Where the window is larger than the map, oneDNN 3.11 leaves what happened
     * to be in memory in the gradient of bfloat16 weights (docs/decisions/0003-convolutions.md); and its bfloat16 kernels for
     * depthwise convolutions with a stride or a large window take two to forty times as long.
     */
    private static boolean isBadInBfloat16(Layer.Convolution layer, FeatureShape input) {
        return layer.kernel() > Math.min(input.height(), input.width())
                || (layer.depthwise() && (layer.stride() > 1 || layer.kernel() >= LARGE_DEPTHWISE_KERNEL));
    }

    /**
     * Forward.
     *
     * @param x features
     * @param weights float32
     * @param bias float32; not read without a bias
     * @param y result
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

    /** ∂L/∂x into dx, from ∂L/∂y. */
    public void backward(Workspace workspace, long dy, long weights, long dx) {
        Workspace.Buffer from = result.widen(workspace, dy);
        Workspace.Buffer to = features.place(workspace, dx);
        trained().ofFeatures(workspace, from.address(), weights, to.address());
        workspace.release(from);
        features.narrow(workspace, to, dx);
    }

    /** ∂L/∂weights and ∂L/∂bias, from x and ∂L/∂y. */
    public void gradients(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer seen = features.widen(workspace, x);
        Workspace.Buffer from = result.widen(workspace, dy);
        trained().ofWeights(workspace, seen.address(), from.address(), dWeights, dBias);
        workspace.release(seen);
        workspace.release(from);
    }

    private ConvolutionGradients trained() {
        if (gradients == null) {
            throw new IllegalStateException("compiled for inference only");
        }
        return gradients;
    }

    @Override
    public void close() {
        forward.close();
        form.close();
        if (gradients != null) {
            gradients.close();
        }
        features.close();
        result.close();
    }
}
