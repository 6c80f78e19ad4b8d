package kshot.network;

/**
 * Shape of a learnable tensor: {@code out × in × kernel × kernel}. A matrix has kernel 1; a vector has in 1 and kernel 1;
 * a depthwise convolution has in 1.
 */
public record WeightShape(int out, int in, int kernel) {
    public WeightShape {
        if (out < 1 || in < 1 || kernel < 1) {
            throw new IllegalArgumentException(
                    "weight shape " + out + "x" + in + "x" + kernel + ": every extent has to be at least 1");
        }
    }

    /** A vector of {@code length} weights. */
    public static WeightShape vector(int length) {
        return new WeightShape(length, 1, 1);
    }

    /** Number of weights. */
    public long count() {
        return (long) out * in * kernel * kernel;
    }

    /** Whether this is a leading slice of {@code whole}: no more outputs or inputs, the same kernel. */
    public boolean isSliceOf(WeightShape whole) {
        return out <= whole.out && in <= whole.in && kernel == whole.kernel;
    }

    /** The smallest shape of which both are leading slices. */
    public WeightShape union(WeightShape other) {
        if (kernel != other.kernel) {
            throw new IllegalArgumentException("kernels differ: " + this + " and " + other);
        }
        return new WeightShape(Math.max(out, other.out), Math.max(in, other.in), kernel);
    }
}
