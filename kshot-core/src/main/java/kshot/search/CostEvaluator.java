package kshot.search;

import java.util.List;
import java.util.function.Consumer;
import kshot.network.Cost;
import kshot.network.KernelExtent;
import kshot.network.Network;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/**
 * An evaluator that counts: its scores are the FLOPs, the live FLOPs and the parameters of a network, its {@linkplain KernelExtent
 * kernel extent}, and the sum of the logarithms of the widths that were chosen, which is 0 in a space without decisions about widths.
 * They cost nothing, and a larger network is often the better one. Where architectures differ in widths, a sum of logarithms ranks
 * better than FLOPs: a narrow place is made up for by no wide one.
 *
 * @param space whose networks are counted
 */
public record CostEvaluator(SearchSpace space) implements Evaluator {
    /** Names of its scores. */
    public static final List<String> NAMES =
            List.of(Scores.FLOPS, Scores.LIVE_FLOPS, Scores.PARAMETERS, Scores.LOG_WIDTHS, Scores.KERNEL_EXTENT);

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        population.forEach(architecture -> results.accept(evaluate(architecture)));
    }

    private Evaluation evaluate(Architecture architecture) {
        Network network = space.network(architecture);
        Cost cost = Cost.of(network);
        Scores scores = Scores.of(Scores.FLOPS, (double) cost.flops())
                .with(Scores.LIVE_FLOPS, (double) cost.liveFlops())
                .with(Scores.PARAMETERS, (double) cost.parameters())
                .with(Scores.LOG_WIDTHS, logWidths(architecture))
                .with(Scores.KERNEL_EXTENT, KernelExtent.of(network));
        return new Evaluation(architecture, scores, cost);
    }

    private double logWidths(Architecture architecture) {
        List<Decision> decisions = space.decisions();
        double sum = 0;
        for (int i = 0; i < decisions.size(); i++) {
            if (decisions.get(i).isWidth()) {
                sum += Math.log(decisions.get(i).widths().get(architecture.choice(i)));
            }
        }
        return sum;
    }
}
