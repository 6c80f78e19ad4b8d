package kshot.search;

import java.util.Collection;
import java.util.List;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * The baseline of every search: as many different architectures as {@link Nsga2} evaluates with the same settings, drawn
 * at random inside the limits. Of the settings it uses the population, which is the size of a batch, the generations, the
 * score and the merging of equivalent architectures.
 */
public final class RandomSearch extends Search {
    /**
     * A search.
     *
     * @param known evaluations of an earlier run, which are not made again; empty for none
     * @throws kshot.common.InvalidInputException if no architecture is inside the limits
     */
    public RandomSearch(
            SearchSpace space,
            Limits limits,
            SearchSettings settings,
            Seed seed,
            Evaluator evaluator,
            Collection<Evaluation> known) {
        super(space, limits, settings, seed, evaluator, known);
    }

    @Override
    public SearchResult run(Listener listener) {
        Archive archive = archive();
        List<Architecture> generation = generation(archive, 0);
        for (int g = 1; !generation.isEmpty(); g++) {
            archive.evaluate(generation, listener);
            generation = g < settings.generations() ? generation(archive, g) : List.of();
        }
        return SearchResult.of(archive.generations(), settings.score());
    }

    private List<Architecture> generation(Archive archive, int generation) {
        return draw(archive, settings.population(), seed.generator("random search", generation));
    }
}
