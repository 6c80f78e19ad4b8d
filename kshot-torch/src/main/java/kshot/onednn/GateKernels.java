package kshot.onednn;

import kshot.network.FeatureShape;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;

/** The kernels of a product of features with one factor for each channel of each image. */
public final class GateKernels implements AutoCloseable {
    private final long bytes;
    private final memory.desc features;
    private final memory.desc factors;
    private final Kernel product;
    private final Kernel productOfFeatures;
    private final PoolingKernels mean;
    private final Kernel times;

    GateKernels(DataType numbers, long n, FeatureShape shape) {
        bytes = n * shape.elements() * numbers.bytes();
        mean = PoolingKernels.global(numbers, n, shape);
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.features(numbers, n, shape));
            factors = OneDnn.own(OneDnn.features(numbers, n, new FeatureShape(shape.channels(), 1, 1)));
            product = product(factors);
            productOfFeatures = product(features);
            // The sum over a map is its mean times the number of its pixels: pooling is fast, a reduction is not.
            times = new Kernel(new eltwise_forward.primitive_desc(
                    OneDnn.ENGINE,
                    prop_kind.forward_inference,
                    algorithm.eltwise_linear,
                    factors,
                    factors,
                    (float) shape.height() * shape.width(),
                    0,
                    OneDnn.SCRATCHPAD_OF_CALLER,
                    false));
        }
    }

    private Kernel product(memory.desc second) {
        return new Kernel(new binary.primitive_desc(
                OneDnn.ENGINE, algorithm.binary_mul, features, second, features, OneDnn.SCRATCHPAD_OF_CALLER, false));
    }

    /** Computes the forward pass. */
    public void forward(Workspace workspace, long x, long gate, long y) {
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC_0, features, x)
                .with(dnnl.DNNL_ARG_SRC_1, factors, gate)
                .with(dnnl.DNNL_ARG_DST, features, y)
                .run(product);
    }

    /** Computes ∂L/∂x and ∂L/∂gate. */
    public void backward(Workspace workspace, long x, long gate, long dy, long dx, long dGate) {
        forward(workspace, dy, gate, dx);
        Workspace.Buffer products = workspace.take(bytes);
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC_0, features, x)
                .with(dnnl.DNNL_ARG_SRC_1, features, dy)
                .with(dnnl.DNNL_ARG_DST, features, products.address())
                .run(productOfFeatures);
        mean.forward(workspace, products.address(), 0, dGate);
        workspace
                .call()
                .with(dnnl.DNNL_ARG_SRC, factors, dGate)
                .with(dnnl.DNNL_ARG_DST, factors, dGate)
                .run(times);
        workspace.release(products);
    }

    @Override
    public void close() {
        mean.close();
        product.close();
        productOfFeatures.close();
        times.close();
        features.close();
        factors.close();
    }
}
