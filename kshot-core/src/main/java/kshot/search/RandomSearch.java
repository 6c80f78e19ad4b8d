package kshot.search;

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
     * Makes a search.
     *
     * @param evaluator gives at least the score that the settings name
     * @throws kshot.common.InvalidInputException if no architecture is inside the limits
     */
    public RandomSearch(SearchSpace space, Limits limits, SearchSettings settings, Seed seed, Evaluator evaluator) {
        super(space, limits, settings, seed, evaluator);
    }

    @Override
    public SearchResult run(Listener listener) {
        Archive archive = archive(listener);
        List<Architecture> generation = generation(archive, 0);
        for (int g = 1; !generation.isEmpty(); g++) {
            archive.evaluate(generation);
            generation = g < settings.generations() ? generation(archive, g) : List.of();
        }
        return SearchResult.of(archive.generations(), settings.decidingScore());
    }

    private List<Architecture> generation(Archive archive, int generation) {
        return draw(archive, settings.population(), seed.generator("random search", generation));
    }
}
