package kshot.torch;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import kshot.common.Seed;
import kshot.network.Layer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Compares convolutions of random shapes, forward and backward, as an {@link Executor} does them, with float64. The library
 * beneath computes some shapes wrong, and no rule says which: this finds them.
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

    static Errors errors(Executor executor, Shape shape) {
        Layer.Convolution layer = shape.layer();
        long[] padding = {layer.padding()};
        try (PointerScope scope = new PointerScope()) {
            ScalarType type = shape.precision.compute();
            Tensor x = leaf(random(shape.images, shape.in, shape.size), type);
            Tensor kernel = leaf(random(shape.out, shape.depthwise ? 1 : shape.in, shape.kernel), type);
            Tensor y = executor.convolve(layer, x, kernel, new TensorOptional());
            Tensor direction = LibTorch.cast(random(y.size(0), y.size(1), y.size(2)), type);
            backward(y, direction);

            Tensor exactX = leaf(x.detach(), ScalarType.Double);
            Tensor exactKernel = leaf(kernel.detach(), ScalarType.Double);
            Tensor exact = torch.conv2d(
                    exactX,
                    exactKernel,
                    new TensorOptional(),
                    new long[] {shape.stride},
                    padding,
                    new long[] {1},
                    shape.depthwise ? shape.in : 1);
            backward(exact, LibTorch.cast(direction, ScalarType.Double));
            return new Errors(
                    error(y.detach(), exact.detach()),
                    error(x.grad(), exactX.grad()),
                    error(kernel.grad(), exactKernel.grad()));
        }
    }

    /** Uniform in [-1/2, 1/2), channels last. */
    private static Tensor random(long first, long channels, long size) {
        return torch.rand(new long[] {first, size, size, channels})
                .sub(new Scalar(0.5))
                .permute(0, 3, 1, 2);
    }

    private static Tensor leaf(Tensor values, ScalarType type) {
        return LibTorch.cast(values, type).detach().requires_grad_(true);
    }

    private static void backward(Tensor result, Tensor direction) {
        result.backward(direction, new BoolOptional(false), false, new TensorArrayRefOptional());
    }

    private static double error(Tensor actual, Tensor exact) {
        double largest = exact.abs().max().item_double();
        double difference =
                LibTorch.cast(actual, ScalarType.Double).sub(exact).abs().max().item_double();
        return largest > 0 ? difference / largest : difference;
    }

    /** Tries as many shapes as the first argument says, of the seed in the second; prints those that are wrong. */
    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        Seed seed = new Seed(arguments.length > 1 ? Long.parseLong(arguments[1]) : 1);
        int wrong = 0;
        try (Executor single = new Executor(Precision.FLOAT32);
                Executor half = new Executor(Precision.BFLOAT16)) {
            for (int i = 0; i < count; i++) {
                Shape shape = Shape.random(seed.generator("shape", i));
                Errors errors = errors(shape.precision == Precision.FLOAT32 ? single : half, shape);
                if (errors.largest() > shape.tolerance()) {
                    wrong++;
                    System.out.println(i + ": " + shape + ": " + errors);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%d of %d shapes are wrong%n", wrong, count);
    }
}
