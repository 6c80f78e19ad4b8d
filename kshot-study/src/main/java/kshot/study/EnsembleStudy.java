package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.diagram.Chart;
import kshot.execute.Ensemble;
import kshot.run.Ensembles;
import kshot.run.Evaluations;
import kshot.run.Pipeline;
import kshot.run.Run;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluator;
import kshot.space.Architecture;

/**
 * One supernet, two independent ones whose class probabilities are combined, and K-shot: Table 8 of the supplement, with the
 * true value of what a search picks in place of a retrained one's accuracy.
 *
 * <p>A seed also decides which images are held out. An ensemble is scored by those that both its supernets held out, which
 * are fewer; one of the two alone, scored by the same ones, says what that alone does.
 *
 * @param rows the single supernet first
 */
public record EnsembleStudy(List<Row> rows) implements StudyResult {
    private static final Method ONE_OF_TWO = new Method("one of the two, on the same images", "1 of 2");

    public EnsembleStudy {
        rows = List.copyOf(rows);
    }

    /**
     * What a way is called.
     *
     * @param name in full
     * @param label as short as the axis of a chart needs it
     */
    public record Method(String name, String label) {
        private static Method of(int k) {
            return new Method((k == 1 ? "one-shot, K = " : "K-shot, K = ") + k, "K = " + k);
        }

        private static Method of(Ensemble how) {
            return new Method("two supernets, " + Labels.key(how), "2: " + (how == Ensemble.MAXIMUM ? "max" : "mean"));
        }
    }

    /**
     * One way.
     *
     * @param method what it is called
     * @param tau Kendall's τ-b by each score, over the seeds
     * @param picks what searches pick, for each seed
     * @param epochSeconds time of an epoch of all its supernets, beside other trainings, over the seeds
     * @param memory highest resident memory in bytes while all its supernets are trained alone; 0 if it is not known
     */
    public record Row(Method method, Map<String, Spread> tau, List<Pick> picks, Spread epochSeconds, long memory) {
        public Row {
            tau = new LinkedHashMap<>(tau);
            picks = List.copyOf(picks);
        }

        private static Row of(Method method, List<Measured> measured, long memory) {
            return new Row(
                    method,
                    Spread.ofEach(measured.stream().map(Measured::tau).toList()),
                    measured.stream().map(Measured::pick).toList(),
                    Spread.of(measured.stream().map(Measured::epochSeconds).toList()),
                    memory);
        }
    }

    /** Of one seed. */
    private record Measured(Map<String, Double> tau, Pick pick, double epochSeconds) {}

    /**
     * Trains what is missing, ranks and searches; see {@link KStudy#of}.
     *
     * @param ks values of K of K-shot, at least 2; K = 1 is always there
     * @param seeds how many of each way, from 1; the second supernet of an ensemble has the seed so many later
     * @param truth of a whole search space
     */
    public static EnsembleStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        for (int k : ks) {
            InvalidInputException.require(k >= 2, "--k", k, "at least 2; K = 1 is always there");
        }
        List<Integer> all = Stream.concat(Stream.of(1), ks.stream()).toList();
        // Before anything is trained: what a process once had it may keep.
        Map<Integer, Long> memory = new HashMap<>();
        for (int k : all) {
            memory.put(k, memory(pool, TrainingSpec.of(base, k, 1), 1));
        }
        long ofTwo = memory(pool, TrainingSpec.of(base, 1, 1), 2);
        TrueValues known = pool.asItStands(TrainingSpec.of(base, 1, 1), run -> TrueValues.of(run, truth));
        List<TrainingPool.Pair> pairs = LongStream.rangeClosed(1, seeds)
                .mapToObj(seed ->
                        new TrainingPool.Pair(TrainingSpec.of(base, 1, seed), TrainingSpec.of(base, 1, seeds + seed)))
                .toList();
        pool.train(Stream.concat(
                        all.stream()
                                .flatMap(k -> LongStream.rangeClosed(1, seeds)
                                        .mapToObj(seed -> TrainingSpec.of(base, k, seed))),
                        pairs.stream().map(TrainingPool.Pair::second))
                .toList());
        List<Row> rows = new ArrayList<>();
        pool.each(all, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), run -> measure(run, truth, known))
                .forEach((k, measured) ->
                        rows.add(Row.of(Method.of(k), measured, Objects.requireNonNull(memory.get(k)))));
        List<Map<Method, Measured>> ofPairs =
                pool.eachPair(pairs, (first, second) -> measure(first, second, truth, known));
        for (Method method : ofPairs.get(0).keySet()) {
            rows.add(Row.of(
                    method,
                    ofPairs.stream()
                            .map(of -> Objects.requireNonNull(of.get(method)))
                            .toList(),
                    method.equals(ONE_OF_TWO) ? Objects.requireNonNull(memory.get(1)) : ofTwo));
        }
        return new EnsembleStudy(rows);
    }

    private static long memory(TrainingPool pool, TrainingSpec member, int trainings) throws IOException {
        return pool.asItStands(member, run -> Pipeline.trainingMemory(run, trainings));
    }

    private static Measured measure(Run run, Benchmark truth, TrueValues known) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run)) {
            return measure(run, truth, known, evaluations.evaluator(), epochSeconds(run));
        }
    }

    private static Map<Method, Measured> measure(Run first, Run second, Benchmark truth, TrueValues known)
            throws IOException {
        double ofFirst = epochSeconds(first);
        double ofBoth = ofFirst + epochSeconds(second);
        Map<Method, Measured> measured = new LinkedHashMap<>();
        try (Ensembles ensembles = Ensembles.open(List.of(first, second))) {
            for (Ensemble how : Ensemble.values()) {
                measured.put(Method.of(how), measure(first, truth, known, ensembles.under(how), ofBoth));
            }
            measured.put(ONE_OF_TWO, measure(first, truth, known, ensembles.ofFirst(), ofFirst));
        }
        return measured;
    }

    private static Measured measure(
            Run run, Benchmark truth, TrueValues known, Evaluator evaluator, double epochSeconds) {
        Map<String, Double> tau = truth.tauB(truth.evaluate(run.space(), evaluator));
        Architecture best =
                new RunSearches(run, run.limits(), evaluator).nsga2().best().architecture();
        return new Measured(tau, known.pick(best), epochSeconds);
    }

    private static double epochSeconds(Run run) {
        return KStudy.trainSeconds(run) / run.settings().supernet().epochs();
    }

    /** Of the first row's, NaN if it is not known. */
    private double memoryRatio(Row row) {
        return row.memory == 0 ? Double.NaN : (double) row.memory / rows.get(0).memory;
    }

    private double timeRatio(Row row) {
        return row.epochSeconds.mean() / rows.get(0).epochSeconds.mean();
    }

    @Override
    public String toMarkdown() {
        MarkdownTable table = new MarkdownTable(
                "method",
                MarkdownTable.tauColumns(rows.get(0).tau.keySet()),
                "true value of the pick",
                "true rank",
                "s an epoch",
                "to K = 1",
                "peak memory, MiB",
                "to K = 1");
        for (Row row : rows) {
            table.row(
                    row.method.name(),
                    row.tau.values(),
                    Pick.truths(row.picks),
                    Pick.medianRank(row.picks),
                    String.format(Locale.ROOT, "%.1f", row.epochSeconds.mean()),
                    String.format(Locale.ROOT, "%.2f", timeRatio(row)),
                    row.memory >> 20,
                    String.format(Locale.ROOT, "%.2f", memoryRatio(row)));
        }
        return table
                + "\n\nMean ± standard deviation over seeds; the rank is the median. An ensemble is scored by the images that"
                + " both supernets held out. Where probabilities are combined by their maximum, the log-likelihood is that of"
                + " the maxima divided by their sum. Times of trainings beside others; memory of the whole process while one"
                + " way is trained alone.\n";
    }

    @Override
    public Map<String, String> toSvg() {
        Map<String, List<Chart.Point>> series = new LinkedHashMap<>();
        for (Row row : rows) {
            row.tau.forEach(
                    (score, tau) -> series.computeIfAbsent("by " + Labels.plain(score), unused -> new ArrayList<>())
                            .add(tau.toPoint()));
        }
        return Map.of(
                "ensemble",
                new Chart(
                                "K-shot and ensembles of independent supernets",
                                "K supernets of K-shot; 2 independent ones; 1 of these, on the same images",
                                "Kendall's τ-b, " + Labels.WHISKERS,
                                rows.stream().map(row -> row.method.label()).toList(),
                                series,
                                Map.of())
                        .svg());
    }

    @Override
    public Map<String, Object> toJson() {
        return Map.of("rows", rows.stream().map(this::json).toList());
    }

    private Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("method", row.method.name());
        json.put("kendall_b", Spread.toJson(row.tau));
        json.put("pick_truth", Pick.truths(row.picks).toJson());
        json.put("picks", row.picks.stream().map(Pick::toJson).toList());
        json.put("epoch_seconds", row.epochSeconds.toJson());
        json.put("epoch_seconds_ratio", timeRatio(row));
        json.put("peak_memory_bytes", row.memory == 0 ? null : row.memory);
        json.put("peak_memory_ratio", row.memory == 0 ? null : memoryRatio(row));
        return json;
    }
}
