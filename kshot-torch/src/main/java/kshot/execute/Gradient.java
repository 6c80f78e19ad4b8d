package kshot.execute;

import kshot.network.Network;
import kshot.tensor.Compute;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The gradient ∂L/∂θ̃ of a pass: one vector in the layout of the weights that the pass had. It lives in the scope of the
 * pass's caller, unless it is {@linkplain #own owned}.
 *
 * @param layout where the gradient of each weight stands
 * @param values all of them, in the type of stored weights
 */
public record Gradient(WeightLayout layout, Tensor values) implements AutoCloseable {

    /** Returns a gradient of zeros, in the scope of the caller. */
    public static Gradient zeros(Network network, Compute compute) {
        WeightLayout layout = WeightLayout.of(network);
        return new Gradient(layout, compute.zeros(layout.size()));
    }

    /** Returns the Euclidean norm. */
    public Numbers norm() {
        try (PointerScope scope = new PointerScope()) {
            Tensor norm = torch.linalg_vector_norm(
                    values, new Scalar(2.0), new LongArrayRefOptional(), false, new ScalarTypeOptional());
            return new Numbers(NativeScope.keep(Numbers.of(norm).values()));
        }
    }

    /**
     * Scales the gradient down to a largest Euclidean norm (Pascanu et al. 2013, arXiv:1211.5063).
     *
     * @param norm its norm, which callers know already
     * @param largest that it may be; 0 for no limit
     */
    public void clip(double norm, double largest) {
        if (largest > 0 && norm > largest) {
            scale(largest / norm);
        }
    }

    /** Multiplies the gradient by a factor. */
    private void scale(double factor) {
        try (PointerScope scope = new PointerScope()) {
            values.mul_(new Scalar(factor));
        }
    }

    /** Takes the gradient out of the innermost scope: the caller closes it. */
    public Gradient own() {
        NativeScope.own(values);
        return this;
    }

    @Override
    public void close() {
        values.close();
    }
}
