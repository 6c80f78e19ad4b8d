package kshot.execute;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.onednn.ConvolutionKernels;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Compares convolutions of random shapes, forward and backward, as {@link ConvolutionKernels} does them, with float64. Releases of the
 * library beneath have computed some shapes wrong, and no rule said which: this finds them.
 *
 * <p>{@code docs/decisions/0003-convolutions.md} says how to run it.
 */
public final class ConvolutionSweep {
    private static final List<Integer> CHANNELS =
            List.of(1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 32, 36, 40, 48, 56, 64, 72, 80, 96, 120, 160, 240);
    private static final List<Integer> SIZES = List.of(1, 2, 4, 7, 8, 14, 16, 28, 32);
    private static final List<Integer> IMAGES = List.of(1, 2, 8, 16, 32, 64, 128, 256);

    /** Most features of a batch, so that a shape takes milliseconds. */
    private static final int FEATURES = 1 << 20;

    private static final Compute FLOATS = Compute.of(Precision.FLOAT32);

    private ConvolutionSweep() {}

    /**
     * A convolution of a batch.
     *
     * @param size height and width of the features
     * @param images of the batch
     */
    record Shape(
            int in, int out, int kernel, int stride, boolean depthwise, int size, int images, Precision precision) {
        static Shape random(RandomGenerator random) {
            while (true) {
                int in = one(CHANNELS, random);
                boolean depthwise = random.nextInt(3) == 0;
                int kernel = depthwise ? 3 + 2 * random.nextInt(3) : one(List.of(1, 1, 3, 3, 5, 7), random);
                Shape shape = new Shape(
                        in,
                        depthwise ? in : one(CHANNELS, random),
                        kernel,
                        1 + random.nextInt(2),
                        depthwise,
                        one(SIZES, random),
                        one(IMAGES, random),
                        random.nextBoolean() ? Precision.FLOAT32 : Precision.BFLOAT16);
                if (Math.max(in, shape.out) * shape.size * shape.size * shape.images <= FEATURES) {
                    return shape;
                }
            }
        }

        private static int one(List<Integer> values, RandomGenerator random) {
            return values.get(random.nextInt(values.size()));
        }

        private Layer.Convolution layer() {
            return new Layer.Convolution("sweep", "conv", in, out, kernel, stride, kernel / 2, depthwise, false);
        }

        /** Whether this processor has kernels for its numbers. */
        boolean isRunnable() {
            return Kernels.have(OneDnnExecutor.numbers(precision));
        }

        /** What rounding may come to, relative to the largest value. */
        double tolerance() {
            return precision == Precision.FLOAT32 ? 1e-5 : 0.02;
        }
    }

    /**
     * Largest differences from float64, each relative to the largest value there.
     *
     * @param features of the result
     * @param byFeatures of the gradient by the features that it reads
     * @param byKernel of the gradient by the kernel
     */
    record Errors(double features, double byFeatures, double byKernel) {
        double largest() {
            return DoubleStream.of(features, byFeatures, byKernel)
                    .map(error -> Double.isNaN(error) ? Double.POSITIVE_INFINITY : error)
                    .max()
                    .orElseThrow();
        }
    }

    static Errors errors(Shape shape) {
        Layer.Convolution layer = shape.layer();
        FeatureShape input = new FeatureShape(shape.in, shape.size, shape.size);
        FeatureShape output = layer.outputShape(List.of(input));
        ScalarType type = shape.precision.features();
        try (PointerScope scope = new PointerScope();
                Kernels kernels = new Kernels(OneDnnExecutor.numbers(shape.precision));
                Workspace workspace = new Workspace()) {
            Tensor x = LibTorch.cast(random(shape.images, input), type);
            Tensor dy = LibTorch.cast(random(shape.images, output), type);
            Tensor kernel = uniform(layer.weight().shape().count());
            Tensor y = zeros(type, shape.images, output);
            Tensor dx = zeros(type, shape.images, input);
            Tensor dKernel = FLOATS.zeros(kernel.numel());
            ConvolutionKernels convolution =
                    kernels.convolution(layer, new Kernels.Use(shape.images, input, true, LibTorch.threads()));
            convolution.forward(workspace, LibTorch.address(x), LibTorch.address(kernel), 0, LibTorch.address(y));
            convolution.backward(workspace, LibTorch.address(dy), LibTorch.address(kernel), LibTorch.address(dx));
            convolution.gradients(workspace, LibTorch.address(x), LibTorch.address(dy), LibTorch.address(dKernel), 0);

            Tensor exactX = leaf(x.permute(0, 3, 1, 2));
            // The kernel as the features' numbers have it.
            Tensor exactKernel = leaf(WeightLayout.inKernelOrder(LibTorch.cast(kernel, type), layer.weight()));
            Tensor exact = torch.conv2d(
                    exactX,
                    exactKernel,
                    new TensorOptional(),
                    new long[] {shape.stride},
                    new long[] {layer.padding()},
                    new long[] {1},
                    shape.depthwise ? shape.in : 1);
            exact.backward(
                    LibTorch.cast(dy.permute(0, 3, 1, 2), ScalarType.Double),
                    new BoolOptional(false),
                    false,
                    new TensorArrayRefOptional());
            return new Errors(
                    error(y.permute(0, 3, 1, 2), exact.detach()),
                    error(dx.permute(0, 3, 1, 2), exactX.grad()),
                    error(WeightLayout.inKernelOrder(dKernel, layer.weight()), exactKernel.grad()));
        }
    }

    private static Tensor zeros(ScalarType type, long images, FeatureShape shape) {
        return LibTorch.cast(FLOATS.zeros(images, shape.height(), shape.width(), shape.channels()), type);
    }

    /** Uniform in [-1/2, 1/2). */
    private static Tensor uniform(long... shape) {
        return torch.rand(shape).sub(new Scalar(0.5));
    }

    private static Tensor random(long images, FeatureShape shape) {
        return uniform(images, shape.height(), shape.width(), shape.channels());
    }

    private static Tensor leaf(Tensor values) {
        Tensor leaf = LibTorch.cast(values, ScalarType.Double).detach();
        leaf.requires_grad_(true);
        return leaf;
    }

    private static double error(Tensor actual, Tensor exact) {
        double largest = exact.abs().max().item_double();
        double difference =
                LibTorch.cast(actual, ScalarType.Double).sub(exact).abs().max().item_double();
        return largest > 0 ? difference / largest : difference;
    }

    /** Tries as many shapes as the first argument says, of the seed in the second; prints those that are wrong.
     * Those whose numbers this processor has no kernels for are skipped. */
    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        Seed seed = new Seed(arguments.length > 1 ? Long.parseLong(arguments[1]) : 1);
        int wrong = 0;
        int skipped = 0;
        for (int i = 0; i < count; i++) {
            Shape shape = Shape.random(seed.generator("shape", i));
            if (!shape.isRunnable()) {
                skipped++;
                continue;
            }
            Errors errors = errors(shape);
            if (errors.largest() > shape.tolerance()) {
                wrong++;
                System.out.println(i + ": " + shape + ": " + errors);
            }
        }
        System.out.printf(Locale.ROOT, "%d of %d shapes are wrong, %d skipped%n", wrong, count, skipped);
    }
}
