package kshot.search;

import java.util.List;
import java.util.random.RandomGenerator;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * A search over architectures inside hard limits. Every run of it gives the same result. What it evaluates it tells its
 * {@link Archive}, of which each run has one of its own.
 */
public abstract class Search {
    /** The space that is searched. */
    protected final SearchSpace space;
    /** The settings of the search. */
    protected final SearchSettings settings;
    /** The root of its randomness. */
    protected final Seed seed;
    /** Draws architectures inside the limits. */
    protected final FeasibleSampler sampler;

    private final Evaluator evaluator;

    /**
     * Makes a search.
     *
     * @param evaluator gives at least the score that the settings name
     * @throws kshot.common.InvalidInputException if no architecture is inside the limits
     */
    protected Search(SearchSpace space, Limits limits, SearchSettings settings, Seed seed, Evaluator evaluator) {
        this.space = space;
        this.settings = settings;
        this.seed = seed;
        this.sampler = new FeasibleSampler(space, limits);
        this.evaluator = evaluator;
    }

    /**
     * Searches, and tells the listener of every evaluation. Ends early if no new architecture is found any more, which
     * happens in small spaces.
     */
    public abstract SearchResult run(Listener listener);

    /** Searches without a listener. */
    public final SearchResult run() {
        return run((generation, evaluation) -> {});
    }

    /** Makes the archive of one run, at its beginning. */
    protected final Archive archive(Listener listener) {
        return new Archive(space, settings.mergeEquivalent(), evaluator, listener);
    }

    /** Draws up to {@code count} random architectures that the run has not met. */
    protected final List<Architecture> draw(Archive archive, int count, RandomGenerator random) {
        return archive.meet(count, () -> sampler.sample(random), drawn -> true);
    }

    /** Hears of each evaluation as soon as it is there, in order: to store it, and to show progress. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called after an evaluation. What it throws ends the search.
         *
         * @param generation number of the generation, from 0
         * @param evaluation what came of an architecture of it
         */
        void evaluated(int generation, Evaluation evaluation);
    }
}
