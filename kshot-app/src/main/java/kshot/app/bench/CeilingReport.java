package kshot.app.bench;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import kshot.app.terminal.Console;
import kshot.bench.Ceiling;
import kshot.space.SearchSpace;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;

/**
 * The rates that convolutions of a space and a product of matrices reach by themselves. Its components are the keys that the
 * command line prints as JSON; {@link MachineLimits#read} reads the largest rates back.
 *
 * @param limits the largest rates
 * @param space name of the space
 * @param batch images of a batch
 * @param productSize rows and columns of the matrices
 * @param convolutions the largest convolutions of the space
 */
public record CeilingReport(
        @JsonUnwrapped MachineLimits limits, String space, int batch, int productSize, List<Convolution> convolutions) {
    private static final int PRODUCT = 1024;

    /**
     * The rate of a convolution, in GFLOP/s.
     *
     * @param in channels of the input
     * @param out channels of the output
     * @param kernel height and width of the kernel
     * @param stride of the kernel
     * @param height of the input
     * @param width of the input
     * @param flops multiply-adds of one image, forward
     * @param forwardGflops forward
     * @param backwardGflops backward
     * @param trainingGflops forward and backward together
     */
    public record Convolution(
            int in,
            int out,
            int kernel,
            int stride,
            int height,
            int width,
            long flops,
            double forwardGflops,
            double backwardGflops,
            double trainingGflops) {
        /** Returns the convolution for people. */
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%d×%d, %d to %d, stride %d, on %dx%dx%d",
                    kernel,
                    kernel,
                    in,
                    out,
                    stride,
                    in,
                    height,
                    width);
        }

        private static Convolution of(Ceiling.Rate rate) {
            return new Convolution(
                    rate.layer().in(),
                    rate.layer().out(),
                    rate.layer().kernel(),
                    rate.layer().stride(),
                    rate.input().height(),
                    rate.input().width(),
                    rate.multiplyAdds(),
                    rate.forward(),
                    rate.backward(),
                    rate.training());
        }
    }

    /** Measures the convolutions of a space and a product of matrices. */
    public static CeilingReport measure(
            SearchSpace space, int batch, Precision precision, double seconds, Console console) {
        try (Ceiling ceiling = new Ceiling(precision, seconds)) {
            console.say("measuring convolutions of " + space.name());
            List<Ceiling.Rate> convolutions = ceiling.convolutions(space, batch);
            console.say("measuring a product of matrices");
            MachineLimits limits = new MachineLimits(
                    precision.name().toLowerCase(Locale.ROOT),
                    LibTorch.threads(),
                    largest(convolutions, Ceiling.Rate::forward),
                    largest(convolutions, Ceiling.Rate::training),
                    ceiling.product(PRODUCT));
            return new CeilingReport(
                    limits,
                    space.name(),
                    batch,
                    PRODUCT,
                    convolutions.stream().map(Convolution::of).toList());
        }
    }

    private static double largest(List<Ceiling.Rate> convolutions, ToDoubleFunction<Ceiling.Rate> rate) {
        return convolutions.stream().mapToDouble(rate).max().orElse(0);
    }
}
