package kshot.onednn;

import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionForm.Packed;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.javacpp.PointerScope;

/** The gradient of the weights of a convolution by the kernel that oneDNN has for it. */
final class PlainWeightGradient implements WeightGradient {
    private final ConvolutionForm form;
    private final Packed kernel;
    private final Widening features;
    private final Widening result;

    PlainWeightGradient(Layer.Convolution layer, Numbers numbers, long n, FeatureShape input) {
        boolean wide = numbers == Numbers.BFLOAT16 && isWrongInBfloat16(layer, input);
        form = new ConvolutionForm(layer, wide ? Numbers.FLOAT32 : numbers, n, input);
        features = wide ? Widening.of(numbers, input, n) : Widening.NONE;
        result = wide ? Widening.of(numbers, layer.outputShape(List.of(input)), n) : Widening.NONE;
        try (PointerScope scope = new PointerScope()) {
            convolution_backward_weights.primitive_desc description = new convolution_backward_weights.primitive_desc(
                    OneDnn.ENGINE,
                    algorithm.convolution_direct,
                    form.features,
                    form.weights(Numbers.FLOAT32),
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

    /**
     * Where the window is larger than the map, oneDNN 3.11 leaves what happened to be in memory in the gradient of weights
     * (docs/decisions/0003-convolutions.md).
     */
    private static boolean isWrongInBfloat16(Layer.Convolution layer, FeatureShape input) {
        return layer.kernel() > Math.min(input.height(), input.width());
    }

    @Override
    public void run(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer seen = features.widen(workspace, x);
        Workspace.Buffer from = result.widen(workspace, dy);
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
        features.close();
        result.close();
    }
}
