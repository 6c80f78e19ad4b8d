package kshot.execute;

import kshot.tensor.LibTorch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The gradient ∂(Σ y)/∂x of the sum of all class scores of a batch in its images: a row for each image. It lives in the scope
 * of the pass's caller.
 *
 * @param rows N×(C·H·W), in the type of stored weights
 */
public record ImageGradient(Tensor rows) {

    /**
     * Returns the eigenvalues of the correlation matrix of the rows, N×N. A row whose numbers are all equal correlates with
     * none, itself included.
     *
     * @return N numbers, ascending; of 0 or more, but for rounding
     */
    public double[] correlationEigenvalues() {
        try (PointerScope scope = new PointerScope()) {
            Tensor all = LibTorch.cast(rows, ScalarType.Double);
            Tensor centred = all.sub(all.mean(new long[] {1}, true, new ScalarTypeOptional()));
            Tensor norms = centred.square()
                    .sum(new long[] {1}, true, new ScalarTypeOptional())
                    .sqrt();
            Tensor units = centred.div(norms.clamp_min(new Scalar(Double.MIN_NORMAL)));
            return LibTorch.toDoubles(
                    torch.linalg_eigvalsh(units.matmul(units.t()).cpu()));
        }
    }
}
