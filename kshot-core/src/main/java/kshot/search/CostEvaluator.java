package kshot.search;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kshot.network.Cost;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Paths;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/**
 * An evaluator that counts: its scores are the FLOPs, the live FLOPs and the parameters of a network, its {@linkplain
 * Paths#kernelExtent kernel extent} and {@linkplain Paths#shortest shortest path}, and the sum of the logarithms of the widths that were chosen, which is 0 in a space without decisions about widths.
 * They cost nothing, and a larger network is often the better one. Where architectures differ in widths, a sum of logarithms ranks
 * better than FLOPs: a narrow place is made up for by no wide one.
 *
 * <p>Of the widths those count that set how many channels a convolution of more than one pixel has: what a network sees of the
 * neighbourhood of a pixel goes through these, while convolutions of one pixel only mix it. Where no width does, all of them count.
 *
 * <p>Paths are those of the operations that were chosen, with all widths at their widest: otherwise a path would count as longer where
 * two widths happen to be equal.
 */
public final class CostEvaluator implements Evaluator {
    /** Names of its scores that say how large a network is. */
    public static final List<String> SIZES =
            List.of(Scores.FLOPS, Scores.LIVE_FLOPS, Scores.PARAMETERS, Scores.LOG_WIDTHS);

    /** Names of its scores that say what paths a network has. */
    public static final List<String> PATHS = List.of(Scores.KERNEL_EXTENT, Scores.SHORTEST_PATH);

    /** Names of all its scores. */
    public static final List<String> NAMES =
            Stream.of(SIZES, PATHS).flatMap(List::stream).toList();

    private final SearchSpace space;
    private final List<Integer> widths;

    /** Creates an evaluator of the architectures of a space. */
    public CostEvaluator(SearchSpace space) {
        this.space = space;
        List<Integer> all = space.widths();
        List<Integer> spatial = all.stream().filter(this::isSpatial).toList();
        this.widths = spatial.isEmpty() ? all : spatial;
    }

    /** Returns whether a width is that of a convolution of more than one pixel, in any architecture of a cover of the space. */
    private boolean isSpatial(int decision) {
        int widest = space.decisions().get(decision).size() - 1;
        return space.cover().stream()
                .anyMatch(architecture -> !spatialWidths(architecture.with(decision, 0))
                        .equals(spatialWidths(architecture.with(decision, widest))));
    }

    private List<Integer> spatialWidths(Architecture architecture) {
        return space.network(architecture).nodes().stream()
                .map(node -> node.layer() instanceof Layer.Convolution layer && layer.kernel() > 1 ? layer.out() : 0)
                .filter(width -> width > 0)
                .toList();
    }

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        population.forEach(architecture -> results.accept(evaluate(architecture)));
    }

    private Evaluation evaluate(Architecture architecture) {
        Network network = space.network(architecture);
        Network paths = widths.isEmpty() ? network : space.network(widest(architecture));
        Cost cost = Cost.of(network);
        Scores scores = Scores.of(Scores.FLOPS, (double) cost.flops())
                .with(Scores.LIVE_FLOPS, (double) cost.liveFlops())
                .with(Scores.PARAMETERS, (double) cost.parameters())
                .with(Scores.LOG_WIDTHS, logWidths(architecture))
                .with(Scores.KERNEL_EXTENT, Paths.kernelExtent(paths))
                .with(Scores.SHORTEST_PATH, -Paths.shortest(paths));
        return new Evaluation(architecture, scores, cost);
    }

    private Architecture widest(Architecture architecture) {
        Architecture widest = architecture;
        for (int i : space.widths()) {
            widest = widest.with(i, space.decisions().get(i).size() - 1);
        }
        return widest;
    }

    private double logWidths(Architecture architecture) {
        double sum = 0;
        for (int i : widths) {
            Decision decision = space.decisions().get(i);
            sum += Math.log(decision.widths().get(architecture.choice(i)));
        }
        return sum;
    }
}
