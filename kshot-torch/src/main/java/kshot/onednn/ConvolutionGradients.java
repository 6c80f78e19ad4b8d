package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionForm.Packed;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.javacpp.PointerScope;

/** The backward pass of a convolution. */
final class ConvolutionGradients implements AutoCloseable {
    private final ConvolutionForm form;
    private final Packed ofFeatures;
    private final Packed ofWeights;

    ConvolutionGradients(Layer.Convolution layer, Numbers numbers, long n, FeatureShape input) {
        form = new ConvolutionForm(layer, numbers, n, input);
        try (PointerScope scope = new PointerScope()) {
            convolution_forward.primitive_desc forward = form.forward(prop_kind.forward_training);
            convolution_backward_data.primitive_desc data = new convolution_backward_data.primitive_desc(
                    OneDnn.ENGINE,
                    algorithm.convolution_direct,
                    form.features,
                    form.weights(numbers),
                    form.result,
                    form.strides,
                    form.padding,
                    form.padding,
                    forward,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            ofFeatures = form.reads(new Kernel(data), data.weights_desc());
            convolution_backward_weights.primitive_desc weights = new convolution_backward_weights.primitive_desc(
                    OneDnn.ENGINE,
                    algorithm.convolution_direct,
                    form.features,
                    form.weights(Numbers.FLOAT32),
                    form.biases,
                    form.result,
                    form.strides,
                    form.padding,
                    form.padding,
                    forward,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false);
            ofWeights = form.writes(new Kernel(weights), weights.diff_weights_desc());
        }
    }

    /** ∂L/∂x into dx, from ∂L/∂y. */
    void ofFeatures(Workspace workspace, long dy, long weights, long dx) {
        form.read(
                workspace,
                ofFeatures,
                weights,
                packed -> workspace
                        .call()
                        .with(dnnl.DNNL_ARG_DIFF_DST, form.result, dy)
                        .with(dnnl.DNNL_ARG_WEIGHTS, ofFeatures.weights(), packed)
                        .with(dnnl.DNNL_ARG_DIFF_SRC, form.features, dx)
                        .run(ofFeatures.kernel()));
    }

    /** ∂L/∂weights and ∂L/∂bias, from x and ∂L/∂y. */
    void ofWeights(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        form.write(workspace, ofWeights, dWeights, packed -> {
            workspace
                    .call()
                    .with(dnnl.DNNL_ARG_SRC, form.features, x)
                    .with(dnnl.DNNL_ARG_DIFF_DST, form.result, dy)
                    .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, ofWeights.weights(), packed);
            if (form.bias) {
                workspace.with(dnnl.DNNL_ARG_DIFF_BIAS, form.biases, dBias);
            }
            workspace.run(ofWeights.kernel());
        });
    }

    @Override
    public void close() {
        ofFeatures.close();
        ofWeights.close();
        form.close();
    }
}
