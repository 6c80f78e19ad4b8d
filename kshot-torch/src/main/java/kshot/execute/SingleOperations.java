package kshot.execute;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionKernels;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Makes single operations on random numbers, ready to be run again and again by a benchmark. */
public final class SingleOperations {
    private SingleOperations() {}

    /** Returns whether this processor has kernels for a precision. */
    public static boolean have(Precision precision) {
        return Kernels.have(OneDnnExecutor.numbers(precision));
    }

    /**
     * Makes a convolution, by the kernels of the executor.
     *
     * @param batch images
     * @param measure gets the forward pass, and the backward pass with the gradients of features and kernel
     */
    public static <T> T convolution(
            Precision precision,
            Layer.Convolution layer,
            FeatureShape input,
            int batch,
            BiFunction<Runnable, Runnable, T> measure) {
        FeatureShape output = layer.outputShape(List.of(input));
        try (PointerScope scope = new PointerScope();
                Kernels kernels = new Kernels(OneDnnExecutor.numbers(precision));
                Workspace workspace = new Workspace()) {
            ConvolutionKernels convolution =
                    kernels.convolution(layer, new Kernels.Use(batch, input, true, LibTorch.threads()));
            long x = LibTorch.address(random(precision, batch * input.elements()));
            long y = LibTorch.address(random(precision, batch * output.elements()));
            Tensor weights = torch.rand(layer.weight().shape().count());
            Tensor gradient = weights.clone();
            return measure.apply(
                    scoped(() -> convolution.forward(workspace, x, LibTorch.address(weights), 0, y)), scoped(() -> {
                        convolution.gradients(workspace, x, y, LibTorch.address(gradient), 0);
                        convolution.backward(workspace, y, LibTorch.address(weights), x);
                    }));
        }
    }

    /**
     * Makes a product of two square matrices. In float32 a product runs on one thread (the launcher gives OpenBLAS no more), so
     * there each stream multiplies its share of the rows; in bfloat16 oneDNN does that by itself.
     *
     * @param size rows and columns, at least the number of threads
     * @param measure gets the product
     */
    public static <T> T product(Precision precision, int size, ParallelPasses streams, Function<Runnable, T> measure) {
        int blocks = precision == Precision.BFLOAT16 ? 1 : LibTorch.threads();
        try (PointerScope scope = new PointerScope()) {
            Tensor right = random(precision, size, size);
            List<Tensor> lefts = new ArrayList<>();
            for (long i = 0; i < blocks; i++) {
                lefts.add(random(precision, (i + 1) * size / blocks - i * size / blocks, size));
            }
            Runnable product = scoped(() -> torch.mm(lefts.get(0), right));
            return measure.apply(
                    blocks == 1 ? product : () -> streams.run(blocks, i -> multiply(lefts.get(i), right), done -> {}));
        }
    }

    private static long multiply(Tensor left, Tensor right) {
        try (PointerScope scope = new PointerScope()) {
            return torch.mm(left, right).numel();
        }
    }

    private static Tensor random(Precision precision, long... shape) {
        return LibTorch.cast(torch.rand(shape), precision.features());
    }

    private static Runnable scoped(Runnable operation) {
        return () -> {
            try (PointerScope scope = new PointerScope()) {
                operation.run();
            }
        };
    }
}
