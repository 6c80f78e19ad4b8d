package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionForm.Packed;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.javacpp.PointerScope;

/** The gradient of the features of a convolution. */
final class FeatureGradient implements AutoCloseable {
    private static final int LARGE_DEPTHWISE_KERNEL = 5;

    private final ConvolutionForm form;
    private final Packed kernel;

    FeatureGradient(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        boolean wide = numbers == DataType.BFLOAT16 && isBadInBfloat16(layer, input);
        form = new ConvolutionForm(layer, numbers, n, input, wide);
        try (PointerScope scope = new PointerScope()) {
            convolution_backward_data.primitive_desc description = new convolution_backward_data.primitive_desc(
                    OneDnn.ENGINE,
                    algorithm.convolution_direct,
                    form.features,
                    form.weights(form.numbers),
                    form.result,
                    form.strides,
                    form.padding,
                    form.padding,
                    form.forward(prop_kind.forward_training),
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            kernel = form.reads(new Kernel(description), description.weights_desc());
        }
    }

    /**
     * Returns whether oneDNN's bfloat16 kernels are bad here. For depthwise convolutions with a stride or a large
     * window they take two to forty times as long. Where the window is larger than the map, those for weights are
     * wrong, so these are not relied on either.
     */
    private static boolean isBadInBfloat16(Layer.Convolution layer, FeatureShape input) {
        return ConvolutionForm.exceedsMap(layer, input)
                || (layer.depthwise() && (layer.stride() > 1 || layer.kernel() >= LARGE_DEPTHWISE_KERNEL));
    }

    /** Computes ∂L/∂x into dx from ∂L/∂y. */
    void run(Workspace workspace, long dy, long weights, long dx) {
        Workspace.Buffer from = form.ofResult.widen(workspace, dy);
        Workspace.Buffer to = form.ofFeatures.place(workspace, dx);
        form.read(
                workspace,
                kernel,
                weights,
                packed -> workspace
                        .call()
                        .with(dnnl.DNNL_ARG_DIFF_DST, form.result, from.address())
                        .with(dnnl.DNNL_ARG_WEIGHTS, kernel.weights(), packed)
                        .with(dnnl.DNNL_ARG_DIFF_SRC, form.features, to.address())
                        .run(kernel.kernel()));
        workspace.release(from);
        form.ofFeatures.narrow(workspace, to, dx);
    }

    @Override
    public void close() {
        kernel.close();
        form.close();
    }
}
