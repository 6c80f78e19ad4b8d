package kshot.app.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import kshot.app.pipeline.Evaluations;
import kshot.app.pipeline.Run;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.RandomSearch;
import kshot.search.SearchResult;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * The searches of one run, by its settings and its seed.
 *
 * @param run whose space is searched
 * @param limits of the searches
 * @param evaluator what scores architectures
 */
record Searching(Run run, Limits limits, Evaluator evaluator) {

    /** Under the trained supernets of the run. */
    static Searching of(Run run, Limits limits, Evaluations evaluations) {
        return new Searching(run, limits, evaluations.evaluator());
    }

    private Seed seed() {
        return new Seed(run.settings().seed()).derive("search");
    }

    /** What the step {@code search} finds. */
    SearchResult nsga2() {
        return new Nsga2(run.space(), limits, run.settings().search(), seed(), evaluator, List.of())
                .run((generation, fresh) -> {});
    }

    /** A random search with as many evaluations. */
    SearchResult random() {
        return new RandomSearch(run.space(), limits, run.settings().search(), seed(), evaluator, List.of())
                .run((generation, fresh) -> {});
    }

    /** What one picks who looks at FLOPs alone. */
    Architecture flopsPick() {
        return new FeasibleSampler(run.space(), limits).largest(seed().generator("FLOPs-only pick"));
    }

    /**
     * The true values of what is inside limits.
     *
     * @param space that it is from
     * @param values by architecture
     */
    record Known(SearchSpace space, Map<Architecture, Double> values) {
        static Known of(SearchSpace space, Limits limits, Truth truth) {
            List<String> keys = truth.table().keys();
            double[] values = truth.table().column(truth.column(), keys);
            Map<Architecture, Double> inside = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) {
                Architecture architecture = space.parse(keys.get(i));
                if (limits.allow(space.network(architecture))) {
                    inside.put(architecture, values[i]);
                }
            }
            return new Known(space, inside);
        }

        double best() {
            return values.values().stream().mapToDouble(x -> x).max().orElseThrow();
        }

        /** What is known of all. */
        List<Pick> picks() {
            return values.keySet().stream().map(this::pick).toList();
        }

        /** What is known of those that have the most of something, which may be many. */
        List<Pick> most(ToLongFunction<Cost> of) {
            Map<Architecture, Long> amounts = new LinkedHashMap<>();
            values.keySet().forEach(arch -> amounts.put(arch, of.applyAsLong(Cost.of(space.network(arch)))));
            long most = Collections.max(amounts.values());
            return amounts.keySet().stream()
                    .filter(arch -> Objects.requireNonNull(amounts.get(arch)) == most)
                    .map(this::pick)
                    .toList();
        }

        /** What is known of a pick, which is inside the limits; see {@link Truth#requireWhole}. */
        Pick pick(Architecture architecture) {
            double truth = Objects.requireNonNull(values.get(architecture), "inside the limits, of a whole space");
            long better =
                    values.values().stream().filter(other -> other > truth).count();
            return new Pick(truth, 1 + (int) better);
        }
    }
}
