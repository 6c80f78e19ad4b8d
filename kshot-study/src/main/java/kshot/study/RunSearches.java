package kshot.study;

import kshot.common.Seed;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.search.Evaluator;
import kshot.search.Nsga2;
import kshot.search.RandomSearch;
import kshot.search.SearchResult;
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

    private Seed seed() {
        return new Seed(run.context().settings().seed()).derive("search");
    }

    /** Searches as the step {@code search} does. */
    SearchResult nsga2() {
        return new Nsga2(run.context().space(), limits, run.context().settings().search(), seed(), evaluator).run();
    }

    /** Searches at random, with as many evaluations. */
    SearchResult random() {
        return new RandomSearch(
                        run.context().space(), limits, run.context().settings().search(), seed(), evaluator)
                .run();
    }
}
