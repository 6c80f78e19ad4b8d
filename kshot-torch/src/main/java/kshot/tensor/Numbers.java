package kshot.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A vector of numbers on the device that has found them: nothing waits for it before they are read. It lives in the scope in which it was
 * made, unless it is {@linkplain #own owned}.
 *
 * @param values in float64
 */
public record Numbers(Tensor values) {
    /** Returns numbers of any type as float64. */
    public static Numbers of(Tensor values) {
        return new Numbers(LibTorch.cast(values, ScalarType.Double).reshape(-1));
    }

    /** Returns so many zeros. */
    public static Numbers zeros(long count, Compute compute) {
        return new Numbers(compute.counters(count));
    }

    /** Returns the numbers of several one after the other. */
    public static Numbers joined(List<Numbers> parts) {
        return new Numbers(
                LibTorch.concatenate(parts.stream().map(Numbers::values).toList()));
    }

    /** Reads several at once, so that the device is waited for once. */
    public static List<double[]> read(List<Numbers> all) {
        try (PointerScope scope = new PointerScope()) {
            double[] values = joined(all).read();
            List<double[]> parts = new ArrayList<>();
            int from = 0;
            for (Numbers one : all) {
                int to = from + Math.toIntExact(one.values.numel());
                parts.add(Arrays.copyOfRange(values, from, to));
                from = to;
            }
            return parts;
        }
    }

    /** Reads them, which waits for the device. */
    public double[] read() {
        return LibTorch.toDoubles(values);
    }

    /** Adds others of the same count. */
    public void add(Numbers others) {
        try (PointerScope scope = new PointerScope()) {
            values.add_(others.values);
        }
    }

    /** Replaces them by their sums over all ranks. */
    public void sum(Collective collective) {
        collective.sum(values);
    }

    /** Takes them out of the innermost scope. */
    public Numbers own() {
        NativeScope.own(values);
        return this;
    }

    /** Gives them, {@linkplain #own owned}, to the innermost scope. */
    public Numbers adopt() {
        NativeScope.adopt(values);
        return this;
    }
}
