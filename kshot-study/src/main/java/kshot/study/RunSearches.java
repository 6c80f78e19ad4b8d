package kshot.study;

import java.util.List;
import java.util.function.UnaryOperator;
import kshot.common.Seed;
import kshot.run.Evaluations;
import kshot.run.Run;
import kshot.search.Evaluator;
import kshot.search.Nsga2;
import kshot.search.RandomSearch;
import kshot.search.SearchResult;
import kshot.space.Architecture;
import kshot.space.Limits;

/**
 * The searches of one run, by its settings and its seed.
 *
 * @param run whose space is searched
 * @param limits of the searches
 * @param evaluator what scores architectures
 */
record RunSearches(Run run, Limits limits, Evaluator evaluator) {

    /** Returns the searches under the trained supernets of a run. */
    static RunSearches of(Run run, Limits limits, Evaluations evaluations) {
        return new RunSearches(run, limits, evaluations.evaluator());
    }

    /** Returns the function from an architecture to the one whose evaluation it shares, by the settings of a run. */
    static UnaryOperator<Architecture> representative(Run run) {
        return run.settings().search().mergeEquivalent() ? run.space()::canonical : architecture -> architecture;
    }

    private Seed seed() {
        return new Seed(run.settings().seed()).derive("search");
    }

    /** Searches as the step {@code search} does. */
    SearchResult nsga2() {
        return new Nsga2(run.space(), limits, run.settings().search(), seed(), evaluator, List.of())
                .run((generation, fresh) -> {});
    }

    /** Searches at random, with as many evaluations. */
    SearchResult random() {
        return new RandomSearch(run.space(), limits, run.settings().search(), seed(), evaluator, List.of())
                .run((generation, fresh) -> {});
    }
}
