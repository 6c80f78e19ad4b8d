package kshot.app.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import kshot.app.config.SettingsTree;
import kshot.app.pipeline.Evaluations;
import kshot.app.pipeline.Run;
import kshot.app.store.EvaluationSetup.Codes;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.RandomSearch;
import kshot.search.Search;
import kshot.search.SearchSettings;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * What searches find, by the truth of a table: NSGA-II and a random search with as many evaluations under the supernets of
 * each training, the architecture with the most FLOPs inside the limits, and the best there is.
 *
 * @param inside number of architectures of the table inside the limits
 * @param best true value of the best of them
 * @param flopsPick what one picks who looks at FLOPs alone
 * @param rows one for each training
 */
public record SearchStudy(int inside, double best, Pick flopsPick, List<Row> rows) {
    public SearchStudy {
        rows = List.copyOf(rows);
    }

    /**
     * What was picked.
     *
     * @param truth its true value
     * @param rank 1 for the best inside the limits
     */
    public record Pick(double truth, int rank) {}

    /**
     * Searches under the supernets of one training.
     *
     * @param k K
     * @param seed of training and searches
     * @param nsga2 what NSGA-II picks
     * @param random what the random search picks
     */
    public record Row(int k, long seed, Pick nsga2, Pick random) {}

    /** Trains what is missing, and searches under each; see {@link KStudy#of}. The sample of the truth is not used. */
    public static SearchStudy of(Pool pool, SettingsTree base, List<Integer> ks, int seeds, Truth truth)
            throws IOException {
        List<Member> members = ks.stream()
                .flatMap(k -> LongStream.rangeClosed(1, seeds).mapToObj(seed -> Member.of(base, k, seed)))
                .toList();
        List<Found> found = pool.each(members, run -> search(run, truth));
        Found first = found.get(0);
        return new SearchStudy(
                first.inside,
                first.best,
                first.flopsPick,
                found.stream().map(Found::row).toList());
    }

    /** What is known after one training; all but the row is the same for all. */
    private record Found(int inside, double best, Pick flopsPick, Row row) {}

    private static Found search(Run run, Truth truth) throws IOException {
        Limits limits = run.limits();
        Map<Architecture, Double> inside = inside(run.space(), limits, truth);
        Seed seed = new Seed(run.settings().seed()).derive("search");
        SearchSettings settings = run.settings().search();
        FeasibleSampler sampler = new FeasibleSampler(run.space(), limits);
        try (Evaluations evaluations = Evaluations.open(run)) {
            Evaluator evaluator = architectures -> {
                List<Evaluation> evaluated = new ArrayList<>();
                evaluations.each(architectures, Codes.LEARNED, settings.mergeEquivalent(), evaluated::add);
                return evaluated;
            };
            Search nsga2 = new Nsga2(run.space(), limits, settings, seed, evaluator, List.of());
            Search random = new RandomSearch(run.space(), limits, settings, seed, evaluator, List.of());
            return new Found(
                    inside.size(),
                    inside.values().stream().mapToDouble(x -> x).max().orElseThrow(),
                    pick(sampler.largest(seed.generator("FLOPs-only pick")), inside),
                    new Row(
                            run.settings().supernet().k(),
                            run.settings().seed(),
                            pick(best(nsga2), inside),
                            pick(best(random), inside)));
        }
    }

    private static Architecture best(Search search) {
        return search.run((generation, fresh) -> {}).best().architecture();
    }

    private static Map<Architecture, Double> inside(SearchSpace space, Limits limits, Truth truth) {
        List<String> keys = truth.table().keys();
        double[] values = truth.table().column(truth.column(), keys);
        Map<Architecture, Double> inside = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Architecture architecture = space.parse(keys.get(i));
            if (limits.allow(space.network(architecture))) {
                inside.put(architecture, values[i]);
            }
        }
        return inside;
    }

    private static Pick pick(Architecture architecture, Map<Architecture, Double> inside) {
        Double truth = inside.get(architecture);
        if (truth == null) {
            throw InvalidInputException.of(
                    "table of the study, architecture " + architecture, "none", "all of the search space");
        }
        return new Pick(
                truth,
                1
                        + (int) inside.values().stream()
                                .filter(other -> other > truth)
                                .count());
    }

    /** A row for each K, then what needs no supernets. */
    public String toMarkdown() {
        StringBuilder text =
                new StringBuilder("| what picks | true value | true rank of " + inside + " |\n| --- | --- | --- |\n");
        Map<Integer, List<Row>> byK = new LinkedHashMap<>();
        rows.forEach(row -> byK.computeIfAbsent(row.k, k -> new ArrayList<>()).add(row));
        byK.forEach((k, ofK) -> {
            append(text, "NSGA-II, K = " + k, ofK.stream().map(Row::nsga2).toList());
            append(
                    text,
                    "random search, K = " + k,
                    ofK.stream().map(Row::random).toList());
        });
        append(text, "the most FLOPs inside the limit", List.of(flopsPick));
        append(text, "the best there is", List.of(new Pick(best, 1)));
        return text + "\nMean ± standard deviation over seeds; the rank is the median.\n";
    }

    private static void append(StringBuilder text, String what, List<Pick> picks) {
        Spread truth = Spread.of(picks.stream().map(Pick::truth).toList());
        text.append(String.format(Locale.ROOT, "| %s | %s | %d |%n", what, truth, medianRank(picks)));
    }

    /** The upper one of two. */
    private static int medianRank(Collection<Pick> picks) {
        int[] ranks = picks.stream().mapToInt(Pick::rank).sorted().toArray();
        return ranks[ranks.length / 2];
    }

    /** Everything, for other programs. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("inside", inside);
        json.put("best", best);
        json.put("flops_pick", json(flopsPick));
        json.put(
                "rows",
                rows.stream()
                        .map(row -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("k", row.k);
                            one.put("seed", row.seed);
                            one.put("nsga2", json(row.nsga2));
                            one.put("random", json(row.random));
                            return one;
                        })
                        .toList());
        return json;
    }

    private static Map<String, Object> json(Pick pick) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("truth", pick.truth);
        json.put("rank", pick.rank);
        return json;
    }
}
