package kshot.study;

import kshot.common.Seed;
import kshot.run.Evaluations;
import kshot.run.Run;
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

    /** Under the trained supernets of the run. */
    static RunSearches of(Run run, Limits limits, Evaluations evaluations) {
        return new RunSearches(run, limits, evaluations.evaluator());
    }

    private Seed seed() {
        return new Seed(run.settings().seed()).derive("search");
    }

    /** What the step {@code search} finds. */
    SearchResult nsga2() {
        return new Nsga2(run.space(), limits, run.settings().search(), seed(), evaluator).run();
    }

    /** A random search with as many evaluations. */
    SearchResult random() {
        return new RandomSearch(run.space(), limits, run.settings().search(), seed(), evaluator).run();
    }
}
