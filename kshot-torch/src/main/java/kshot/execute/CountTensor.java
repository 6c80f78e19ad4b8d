package kshot.execute;

import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A {@link Loss.Count} on the device that has counted: nothing waits for it before it is read. It lives in the scope of the caller.
 *
 * @param numbers of images, of correct ones among them, and the summed log-likelihood
 */
public record CountTensor(Numbers numbers) {
    /** How many numbers it is. */
    public static final int SIZE = 3;

    /** Returns the count of no images. */
    public static CountTensor none(Compute compute) {
        return new CountTensor(Numbers.zeros(SIZE, compute));
    }

    static CountTensor of(Tensor scores, Tensor labels) {
        try (PointerScope scope = new PointerScope()) {
            Tensor correct =
                    torch.argmax(scores, new LongOptional(1), false).eq(labels).sum();
            Tensor mean = LibTorch.cast(Loss.crossEntropy(scores, labels, 0), ScalarType.Double);
            double images = labels.numel();
            return new CountTensor(new Numbers(NativeScope.keep(torch.stack(
                    new TensorVector(
                            torch.full_like(mean, new Scalar(images)),
                            LibTorch.cast(correct, ScalarType.Double),
                            mean.mul(new Scalar(-images))),
                    0))));
        }
    }

    /** Adds another count. */
    public void add(CountTensor other) {
        numbers.add(other.numbers);
    }

    /** Reads the count, which waits for the device. */
    public Loss.Count read() {
        return Loss.Count.of(numbers.read());
    }
}
