package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.Finalists;
import kshot.run.evaluate.StandaloneTrainings;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;

/**
 * A study of the regret of what is picked inside several limits of FLOPs: how much better the best of a benchmark table is. One training of
 * supernets, if any, serves all limits.
 *
 * @param limits what was picked inside each limit, in the order in which they were asked for
 * @param regrets the mean regret over the limits by what picks, and its spread over the seeds
 */
public record RegretStudy(List<OfLimit> limits, Map<Picker, Spread> regrets) implements StudyResult {

    /** A way of picking an architecture. */
    public enum Picker {
        /** The most FLOPs. */
        FLOPS_PICK("FLOPs-only pick"),
        /** The best score of a search. */
        SEARCH("search"),
        /** The best finalist of a search. */
        FINALISTS("finalists of the search");

        private final String words;

        Picker(String words) {
            this.words = words;
        }
    }

    /**
     * The picks inside one limit.
     *
     * @param quantile share of the table that is inside
     * @param maxFlops the limit
     * @param best true value of the best inside
     * @param picks for each seed, by what picks; without finalists where the settings have none
     */
    public record OfLimit(double quantile, long maxFlops, double best, List<Map<Picker, Pick>> picks) {
        public OfLimit {
            picks = List.copyOf(picks);
        }

        private Pick pick(int seed, Picker picker) {
            return Objects.requireNonNull(picks.get(seed).get(picker), "each seed has the same");
        }

        private Spread truth(Picker picker) {
            return Spread.of(of(picker, Pick::truth));
        }

        private Spread regret(Picker picker) {
            return Spread.of(of(picker, pick -> best - pick.truth()));
        }

        private List<Double> of(Picker picker, Function<Pick, Double> value) {
            return IntStream.range(0, picks.size())
                    .mapToObj(seed -> value.apply(pick(seed, picker)))
                    .toList();
        }

        private Map<String, Spread> regretByWords() {
            Map<String, Spread> spreads = new LinkedHashMap<>();
            picks.get(0).keySet().forEach(picker -> spreads.put(picker.words, regret(picker)));
            return spreads;
        }
    }

    public RegretStudy {
        limits = List.copyOf(limits);
    }

    /**
     * Trains what is missing, and searches inside each limit.
     *
     * @param base settings of all members but for the seed
     * @param seeds how many, from 1
     * @param quantiles shares of the table that are inside the limits, each above 0 and at most 1
     * @param truth of the whole space; see {@link Benchmark#requireWhole}
     */
    public static RegretStudy of(
            TrainingPool pool, SettingsTree base, int seeds, List<Double> quantiles, Benchmark truth)
            throws IOException {
        quantiles.forEach(quantile -> Range.moreThan(0).atMost(1).require("--quantiles", quantile));
        int k = Integer.parseInt(base.required("supernet.k"));
        List<List<OfLimit>> bySeed = pool.each(
                LongStream.rangeClosed(1, seeds)
                        .mapToObj(seed -> TrainingSpec.of(base, k, seed))
                        .toList(),
                run -> search(run, quantiles, truth));
        List<OfLimit> limits = new ArrayList<>();
        for (int i = 0; i < quantiles.size(); i++) {
            int limit = i;
            OfLimit first = bySeed.get(0).get(i);
            limits.add(new OfLimit(
                    first.quantile,
                    first.maxFlops,
                    first.best,
                    bySeed.stream().flatMap(of -> of.get(limit).picks.stream()).toList()));
        }
        return new RegretStudy(limits, regrets(limits, seeds));
    }

    private static Map<Picker, Spread> regrets(List<OfLimit> limits, int seeds) {
        Map<Picker, Spread> regrets = new LinkedHashMap<>();
        for (Picker picker : limits.get(0).picks.get(0).keySet()) {
            regrets.put(
                    picker,
                    Spread.of(IntStream.range(0, seeds)
                            .mapToObj(seed -> limits.stream()
                                    .mapToDouble(limit -> limit.best
                                            - limit.pick(seed, picker).truth())
                                    .average()
                                    .orElseThrow())
                            .toList()));
        }
        return regrets;
    }

    private static List<OfLimit> search(Run run, List<Double> quantiles, Benchmark truth) throws IOException {
        List<OfLimit> found = new ArrayList<>();
        long[] flops = truth.wholeTable().keySet().stream()
                .mapToLong(architecture ->
                        Cost.of(run.context().space().network(architecture)).flops())
                .sorted()
                .toArray();
        try (Evaluations evaluations = Evaluations.open(run)) {
            for (double quantile : quantiles) {
                long maxFlops = flops[(int) Math.ceil(quantile * flops.length) - 1];
                Limits limits = run.context().limits().withMaxFlops(maxFlops);
                TrueValues known = TrueValues.of(run, truth, limits);
                found.add(new OfLimit(
                        quantile, maxFlops, known.best(), List.of(picks(run, limits, evaluations, known::pick))));
            }
        }
        return found;
    }

    private static Map<Picker, Pick> picks(
            Run run, Limits limits, Evaluations evaluations, Function<Architecture, Pick> pick) {
        Finalists finalists = new Finalists(run, new StandaloneTrainings(run, 1));
        Architecture most = new FeasibleSampler(run.context().space(), limits)
                .largest(new Seed(run.context().settings().seed()).generator("FLOPs-only pick"));
        List<Evaluation> candidates =
                finalists.candidates(RunSearches.of(run, limits, evaluations).nsga2());
        Map<Picker, Pick> picks = new LinkedHashMap<>();
        picks.put(Picker.FLOPS_PICK, pick.apply(most));
        picks.put(Picker.SEARCH, pick.apply(candidates.get(0).architecture()));
        if (candidates.size() > 1) {
            picks.put(Picker.FINALISTS, pick.apply(finalists.of(candidates).winner()));
        }
        return picks;
    }

    @Override
    public String title() {
        return "What picks inside limits cost";
    }

    @Override
    public List<Table<?>> tables() {
        Table<OfLimit> picks = Table.of("True values of the picks:", limits)
                .column("inside", "%.2f", OfLimit::quantile)
                .column("limit of multiply-adds", "%,d", OfLimit::maxFlops)
                .column("best", "%.2f", OfLimit::best);
        for (Picker picker : regrets.keySet()) {
            picks = picks.column(picker.words, of -> of.truth(picker));
        }
        return List.of(
                Table.of("Mean regret over the limits:", List.copyOf(regrets.entrySet()))
                        .text("what picks", entry -> entry.getKey().words)
                        .column("mean regret", Map.Entry::getValue),
                picks);
    }

    @Override
    public List<String> notes() {
        return List.of(String.format(
                Locale.ROOT,
                "Mean ± standard deviation over %d seeds. The regret of a pick is the true value of the best inside the limit"
                        + " less that of the pick.",
                limits.get(0).picks.size()));
    }

    @Override
    public Map<String, String> drawings() {
        return Map.of(
                "regret",
                new SpreadChart(
                                title(),
                                "share of the space inside the limit",
                                "regret",
                                SpreadChart.points(limits, limit -> "" + limit.quantile, OfLimit::regretByWords),
                                Map.of())
                        .svg());
    }
}
