package kshot.search;

import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/** A search over architectures inside hard limits: every run of it gives the same result. */
public abstract sealed class Search permits Nsga2, RandomSearch {
    final SearchSpace space;
    final SearchSettings settings;
    final Seed seed;
    final FeasibleSampler sampler;
    private final Evaluator evaluator;
    private final List<Evaluation> known;

    /**
     * A search.
     *
     * @param known evaluations of an earlier run, which are not made again; empty for none
     * @throws kshot.common.InvalidInputException if no architecture is inside the limits
     */
    Search(
            SearchSpace space,
            Limits limits,
            SearchSettings settings,
            Seed seed,
            Evaluator evaluator,
            Collection<Evaluation> known) {
        this.space = space;
        this.settings = settings;
        this.seed = seed;
        this.sampler = new FeasibleSampler(space, limits);
        this.evaluator = evaluator;
        this.known = List.copyOf(known);
    }

    /**
     * Searches, telling the listener of every generation. Ends early if no new architecture is found any more, which
     * happens in small spaces.
     */
    public abstract SearchResult run(Listener listener);

    /** What one run evaluates, at its beginning. */
    final Archive archive() {
        return new Archive(space, settings.mergeEquivalent(), evaluator, known);
    }

    /** Up to {@code count} random architectures that the run has not met. */
    final List<Architecture> draw(Archive archive, int count, RandomGenerator random) {
        return archive.meet(count, () -> sampler.sample(random), drawn -> true);
    }

    /** Hears of each generation once it is evaluated, in order: to store it, and to show progress. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A generation is done.
         *
         * @param generation its number, from 0
         * @param fresh what was evaluated now; what the search already knew is not among it
         */
        void generationDone(int generation, List<Evaluation> fresh);
    }
}
