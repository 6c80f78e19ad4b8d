package kshot.examples;

import java.util.List;
import java.util.function.Consumer;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Nsga2;
import kshot.search.Scores;
import kshot.search.SearchSettings;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;

/**
 * A program that searches NAS-Bench-201 by a predictor of its own, which trains nothing: the multiply-adds on paths from the
 * images to the classes, and of two architectures with as many the deeper one.
 */
public final class OwnPredictor {
    private static final String NAME = "live_flops_and_depth";

    private OwnPredictor() {}

    /** A predictor is a class that scores a population. */
    private record LiveFlopsAndDepth(SearchSpace space) implements Evaluator {
        @Override
        public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
            for (Architecture architecture : population) {
                Network network = space.network(architecture);
                Cost cost = Cost.of(network);
                double score = cost.liveFlops() + 1e-3 * network.liveNodes().size();
                results.accept(new Evaluation(architecture, Scores.of(NAME, score), cost));
            }
        }
    }

    /** Returns the best architecture that a search finds inside a limit of FLOPs. */
    static Evaluation search(long maxFlops, Seed seed) {
        SearchSpace space = Spaces.named("nas-bench-201");
        SearchSettings settings = SearchSettings.standard().withScore(NAME);
        Limits limits = Limits.NONE.withMaxFlops(maxFlops);
        return new Nsga2(space, limits, settings, seed, new LiveFlopsAndDepth(space))
                .run()
                .best();
    }

    /** Entry point: the limit of FLOPs. */
    public static void main(String[] arguments) {
        Evaluation best = search(Long.parseLong(arguments[0]), new Seed(1));
        System.out.println(Spaces.named("nas-bench-201").format(best.architecture()) + ": " + best.scores());
    }
}
