package kshot.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import kshot.common.InvalidInputException;
import kshot.execute.LibTorch;
import kshot.execute.OneDnnExecutor;
import kshot.execute.ParallelPasses;
import kshot.execute.Precision;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Node;
import kshot.onednn.ConvolutionKernels;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.space.SearchSpace;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How fast single operations run on this machine when nothing stands between them: what a whole step is measured against.
 * Rates are in GFLOP/s and count each multiply-add twice.
 */
public final class Ceiling implements AutoCloseable {
    /** Convolutions of a space that are measured: those with the most multiply-adds. The others are no faster. */
    private static final int CONVOLUTIONS = 12;

    private static final int ROUNDS = 3;

    private final Precision precision;
    private final double seconds;
    private final ParallelPasses streams = new ParallelPasses(LibTorch.threads());

    /**
     * How fast a convolution is.
     *
     * @param layer the convolution
     * @param input shape of the features that it reads
     * @param multiplyAdds of one image, forward
     * @param batch images of a batch
     * @param forwardSeconds of a batch
     * @param backwardSeconds of a batch: the gradients of features and kernel, twice as many multiply-adds
     */
    public record Rate(
            Layer.Convolution layer,
            FeatureShape input,
            long multiplyAdds,
            int batch,
            double forwardSeconds,
            double backwardSeconds) {
        /** GFLOP/s of the forward pass. */
        public double forward() {
            return rate(1, forwardSeconds);
        }

        /** GFLOP/s of the backward pass. */
        public double backward() {
            return rate(2, backwardSeconds);
        }

        /** GFLOP/s of both together, as training needs them. */
        public double training() {
            return rate(3, forwardSeconds + backwardSeconds);
        }

        private double rate(int passes, double seconds) {
            return gigaflops((double) passes * multiplyAdds * batch, seconds);
        }
    }

    /**
     * Measures features of one precision.
     *
     * @param seconds the least time of one round; the best of {@value #ROUNDS} rounds counts
     * @throws InvalidInputException if this processor has no kernels for the precision
     */
    public Ceiling(Precision precision, double seconds) {
        InvalidInputException.require(
                Kernels.have(OneDnnExecutor.numbers(precision)),
                "precision of single kernels",
                precision.name().toLowerCase(Locale.ROOT),
                "float32, all that this processor has kernels for");
        this.precision = precision;
        this.seconds = seconds;
    }

    /** GFLOP/s of so many multiply-adds. */
    public static double gigaflops(double multiplyAdds, double seconds) {
        return 2 * multiplyAdds / seconds / 1e9;
    }

    /** The dense convolutions of a space, each shape once: those with the most multiply-adds, largest first. */
    static List<Node> convolutions(SearchSpace space) {
        return space.cover().stream()
                .flatMap(architecture -> space.network(architecture).liveNodes().stream())
                .filter(node -> node.layer() instanceof Layer.Convolution convolution && !convolution.depthwise())
                .map(Ceiling::anywhere)
                .distinct()
                .sorted(Comparator.comparingLong(Ceiling::multiplyAdds).reversed())
                .limit(CONVOLUTIONS)
                .toList();
    }

    /** The same layer without its place in a network. */
    private static Node anywhere(Node node) {
        Layer.Convolution layer = (Layer.Convolution) node.layer();
        Layer.Convolution free = new Layer.Convolution(
                "ceiling",
                "convolution",
                layer.in(),
                layer.out(),
                layer.kernel(),
                layer.stride(),
                layer.padding(),
                false,
                false);
        return new Node(0, free, List.of(), node.shape(), node.inputShapes());
    }

    /** Of one image. */
    static long multiplyAdds(Node node) {
        return Cost.flops(node, FlopsConvention.MULTIPLY_ADDS);
    }

    /** Measures the convolutions of a space, those with the most multiply-adds first. */
    public List<Rate> convolutions(SearchSpace space, int batch) {
        return convolutions(space).stream()
                .map(node -> convolution(node, batch))
                .toList();
    }

    /** By the kernels of the executor. */
    private Rate convolution(Node node, int batch) {
        Layer.Convolution layer = (Layer.Convolution) node.layer();
        FeatureShape input = node.inputShapes().get(0);
        try (PointerScope scope = new PointerScope();
                Kernels kernels = new Kernels(OneDnnExecutor.numbers(precision));
                Workspace workspace = new Workspace()) {
            ConvolutionKernels convolution =
                    kernels.convolution(layer, new Kernels.Use(batch, input, true, LibTorch.threads()));
            long x = LibTorch.address(random(batch * input.elements()));
            long y = LibTorch.address(random(batch * node.shape().elements()));
            Tensor weights = torch.rand(layer.weight().shape().count());
            Tensor gradient = weights.clone();
            double forward = time(() -> convolution.forward(workspace, x, LibTorch.address(weights), 0, y));
            double backward = time(() -> {
                convolution.gradients(workspace, x, y, LibTorch.address(gradient), 0);
                convolution.backward(workspace, y, LibTorch.address(weights), x);
            });
            return new Rate(layer, input, multiplyAdds(node), batch, forward, backward);
        }
    }

    private Tensor random(long... shape) {
        return LibTorch.cast(torch.rand(shape), precision.compute());
    }

    /**
     * GFLOP/s of the product of two square matrices. In float32 a product runs on one thread (the launcher gives OpenBLAS no
     * more), so there each thread multiplies its share of the rows; in bfloat16 oneDNN does that by itself.
     *
     * @param size rows and columns, at least the number of threads
     */
    public double product(int size) {
        int blocks = precision == Precision.BFLOAT16 ? 1 : LibTorch.threads();
        try (PointerScope scope = new PointerScope()) {
            Tensor right = random(size, size);
            List<Tensor> lefts = new ArrayList<>();
            for (long i = 0; i < blocks; i++) {
                lefts.add(random((i + 1) * size / blocks - i * size / blocks, size));
            }
            Runnable product = blocks == 1
                    ? () -> torch.mm(lefts.get(0), right)
                    : () -> streams.run(blocks, i -> multiply(lefts.get(i), right), done -> {});
            return gigaflops(Math.pow(size, 3), time(product));
        }
    }

    private static long multiply(Tensor left, Tensor right) {
        try (PointerScope scope = new PointerScope()) {
            return torch.mm(left, right).numel();
        }
    }

    /** Seconds of one call: the mean of the best round. The first round, which finds out how many calls it takes, warms up. */
    private double time(Runnable call) {
        int calls = 0;
        long start = System.nanoTime();
        do {
            call(call);
            calls++;
        } while ((System.nanoTime() - start) / 1e9 < seconds);
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                call(call);
            }
            best = Math.min(best, (System.nanoTime() - begin) / 1e9 / calls);
        }
        return best;
    }

    private static void call(Runnable call) {
        try (PointerScope scope = new PointerScope()) {
            call.run();
        }
    }

    @Override
    public void close() {
        streams.close();
    }
}
