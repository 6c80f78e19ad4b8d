package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionForm.Packed;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.javacpp.PointerScope;

/** The gradient of the weights of a convolution, computed by oneDNN's own kernel. */
final class PlainWeightGradient implements WeightGradient {
    private final ConvolutionForm form;
    private final Packed kernel;

    PlainWeightGradient(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        // Here the gradient of oneDNN 3.11 is uninitialised memory (docs/decisions/0003-convolutions.md).
        boolean wide = numbers == DataType.BFLOAT16 && ConvolutionForm.exceedsMap(layer, input);
        form = new ConvolutionForm(layer, numbers, n, input, wide);
        try (PointerScope scope = new PointerScope()) {
            convolution_backward_weights.primitive_desc description = new convolution_backward_weights.primitive_desc(
                    OneDnn.ENGINE,
                    algorithm.convolution_direct,
                    form.features,
                    form.weights(DataType.FLOAT32),
                    form.biases,
                    form.result,
                    form.strides,
                    form.padding,
                    form.padding,
                    form.forward(prop_kind.forward_training),
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            kernel = form.writes(new Kernel(description), description.diff_weights_desc());
        }
    }

    @Override
    public void run(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer seen = form.ofFeatures.widen(workspace, x);
        Workspace.Buffer from = form.ofResult.widen(workspace, dy);
        form.write(workspace, kernel, dWeights, packed -> {
            workspace
                    .call()
                    .with(dnnl.DNNL_ARG_SRC, form.features, seen.address())
                    .with(dnnl.DNNL_ARG_DIFF_DST, form.result, from.address())
                    .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, kernel.weights(), packed);
            if (form.bias) {
                workspace.with(dnnl.DNNL_ARG_DIFF_BIAS, form.biases, dBias);
            }
            workspace.run(kernel.kernel());
        });
        workspace.release(seen);
        workspace.release(from);
    }

    @Override
    public void close() {
        kernel.close();
        form.close();
    }
}
