package kshot.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import kshot.common.InvalidInputException;
import kshot.execute.SingleOperations;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Node;
import kshot.space.SearchSpace;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.tensor.Precision;

/**
 * Measures how fast single operations run on this machine when nothing stands between them: what a whole step is compared
 * with.
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
     * The speed of a convolution.
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
        /** Returns GFLOP/s of the forward pass. */
        public double forward() {
            return rate(1, forwardSeconds);
        }

        /** Returns GFLOP/s of the backward pass. */
        public double backward() {
            return rate(2, backwardSeconds);
        }

        /** Returns GFLOP/s of both together, as training needs them. */
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
                SingleOperations.have(precision),
                "precision of single kernels",
                precision.name().toLowerCase(Locale.ROOT),
                "float32, all that this processor has kernels for");
        this.precision = precision;
        this.seconds = seconds;
    }

    /** Returns GFLOP/s of so many multiply-adds. */
    public static double gigaflops(double multiplyAdds, double seconds) {
        return 2 * multiplyAdds / seconds / 1e9;
    }

    /** Returns the dense convolutions of a space, each shape once: those with the most multiply-adds, largest first. */
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

    /** Returns a layer without its place in a network. */
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

    /** Returns the multiply-adds of one image. */
    static long multiplyAdds(Node node) {
        return Cost.flops(node, FlopsConvention.MULTIPLY_ADDS);
    }

    /** Measures the convolutions of a space, those with the most multiply-adds first. */
    public List<Rate> convolutions(SearchSpace space, int batch) {
        return convolutions(space).stream()
                .map(node -> convolution(node, batch))
                .toList();
    }

    private Rate convolution(Node node, int batch) {
        Layer.Convolution layer = (Layer.Convolution) node.layer();
        FeatureShape input = node.inputShapes().get(0);
        return SingleOperations.convolution(
                precision,
                layer,
                input,
                batch,
                (forward, backward) ->
                        new Rate(layer, input, multiplyAdds(node), batch, time(forward), time(backward)));
    }

    /**
     * Measures the product of two square matrices, in GFLOP/s; see {@link SingleOperations#product}.
     *
     * @param size rows and columns, at least the number of threads
     */
    public double product(int size) {
        double seconds = SingleOperations.product(precision, size, streams, this::time);
        return gigaflops(Math.pow(size, 3), seconds);
    }

    /** Returns the seconds of one call: the mean of the best round. The first round, which finds out how many calls it takes, warms up. */
    private double time(Runnable call) {
        int calls = 0;
        long start = System.nanoTime();
        do {
            call.run();
            calls++;
        } while ((System.nanoTime() - start) / 1e9 < seconds);
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            best = Math.min(best, (System.nanoTime() - begin) / 1e9 / calls);
        }
        return best;
    }

    @Override
    public void close() {
        streams.close();
    }
}
