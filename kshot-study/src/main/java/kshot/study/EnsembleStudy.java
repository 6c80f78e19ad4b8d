package kshot.study;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.execute.Ensemble;
import kshot.run.Run;
import kshot.run.evaluate.Ensembles;
import kshot.run.evaluate.Evaluations;
import kshot.run.pipeline.Forecast;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluator;
import kshot.space.Architecture;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;

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
     * The names of one way to train and to score.
     *
     * @param name in full
     * @param label as short as the axis of a chart needs it
     */
    public record Method(@JsonValue String name, String label) {
        private static Method of(int k) {
            return new Method((k == 1 ? "one-shot, K = " : "K-shot, K = ") + k, "K = " + k);
        }

        private static Method of(Ensemble how) {
            return new Method("two supernets, " + Labels.key(how), "2: " + (how == Ensemble.MAXIMUM ? "max" : "mean"));
        }
    }

    /**
     * The measurements of one method.
     *
     * @param method what it is called
     * @param kendallB Kendall's τ-b by each score, over the seeds
     * @param pickTruth true value of what searches pick, over the seeds
     * @param picks what searches pick, for each seed
     * @param epochSeconds time of an epoch of all its supernets, beside other trainings, over the seeds
     * @param epochSecondsRatio its mean relative to that of the first row
     * @param peakMemoryBytes highest resident memory while all its supernets are trained alone; null if it is not known
     * @param peakMemoryRatio that relative to the first row's
     */
    public record Row(
            Method method,
            Map<String, Spread> kendallB,
            Spread pickTruth,
            List<Pick> picks,
            Spread epochSeconds,
            double epochSecondsRatio,
            @Nullable Long peakMemoryBytes,
            @Nullable Double peakMemoryRatio) {
        public Row {
            kendallB = Collections.unmodifiableMap(new LinkedHashMap<>(kendallB));
            picks = List.copyOf(picks);
        }
    }

    /** The ranking, the pick and the time of one seed. */
    private record Measured(Map<String, Double> tau, Pick pick, double epochSeconds) {}

    /** The measurements of one method over the seeds; 0 bytes of memory where it is not known. */
    private record Repeated(Method method, List<Measured> measured, long memory) {
        private Spread epochSeconds() {
            return Spread.of(measured.stream().map(Measured::epochSeconds).toList());
        }

        private Row comparedWith(Repeated first) {
            List<Pick> picks = measured.stream().map(Measured::pick).toList();
            boolean isMemoryKnown = memory > 0 && first.memory > 0;
            return new Row(
                    method,
                    Spread.ofEach(measured.stream().map(Measured::tau).toList()),
                    Pick.truths(picks),
                    picks,
                    epochSeconds(),
                    epochSeconds().mean() / first.epochSeconds().mean(),
                    isMemoryKnown ? memory : null,
                    isMemoryKnown ? (double) memory / first.memory : null);
        }
    }

    /**
     * Trains what is missing, ranks and searches; see {@link KStudy#of}.
     *
     * @param ks values of K of K-shot, at least 2; K = 1 is always there
     * @param seeds how many of each way, from 1; the second supernet of an ensemble has the seed so many later
     * @param truth of a whole search space
     */
    public static EnsembleStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        Predictors.requireSupernets(base);
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
        List<Repeated> methods = new ArrayList<>();
        pool.each(all, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), run -> measure(run, truth, known))
                .forEach((k, measured) ->
                        methods.add(new Repeated(Method.of(k), measured, Objects.requireNonNull(memory.get(k)))));
        List<Map<Method, Measured>> ofPairs =
                pool.eachPair(pairs, (first, second) -> measure(first, second, truth, known));
        for (Method method : ofPairs.get(0).keySet()) {
            methods.add(new Repeated(
                    method,
                    ofPairs.stream()
                            .map(of -> Objects.requireNonNull(of.get(method)))
                            .toList(),
                    method.equals(ONE_OF_TWO) ? Objects.requireNonNull(memory.get(1)) : ofTwo));
        }
        return new EnsembleStudy(methods.stream()
                .map(method -> method.comparedWith(methods.get(0)))
                .toList());
    }

    private static long memory(TrainingPool pool, TrainingSpec member, int trainings) throws IOException {
        return pool.asItStands(member, run -> Forecast.trainingMemory(run.context(), trainings));
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
        Map<String, Double> tau = truth.tauB(truth.evaluate(evaluator));
        Architecture best = new RunSearches(run, run.context().limits(), evaluator)
                .nsga2()
                .best()
                .architecture();
        return new Measured(tau, known.pick(best), epochSeconds);
    }

    private static double epochSeconds(Run run) {
        return KStudy.trainSeconds(run) / run.context().settings().supernet().epochs();
    }

    @Override
    public String title() {
        return "K-shot and ensembles of independent supernets";
    }

    @Override
    public List<Table<?>> tables() {
        return List.of(Table.of(rows)
                .text("method", row -> row.method.name)
                .columns(rows.get(0).kendallB.keySet(), Labels::tauB, (row, score) -> row.kendallB.get(score))
                .column("true value of the pick", Row::pickTruth)
                .column("true rank", row -> Pick.medianRank(row.picks))
                .column("s an epoch", "%.1f", row -> row.epochSeconds.mean())
                .column("to K = 1", "%.2f", Row::epochSecondsRatio)
                .column("peak memory, MiB", row -> row.peakMemoryBytes == null ? null : row.peakMemoryBytes >> 20)
                .column("to K = 1", "%.2f", Row::peakMemoryRatio));
    }

    @Override
    public List<String> notes() {
        return List.of(
                "Mean ± standard deviation over seeds; the rank is the median. An ensemble is scored by the images that"
                        + " both supernets held out. Where probabilities are combined by their maximum, the log-likelihood is that of"
                        + " the maxima divided by their sum. Times of trainings beside others; memory of the whole process while one"
                        + " way is trained alone.");
    }

    @Override
    public Map<String, String> drawings() {
        SpreadChart chart = new SpreadChart(
                title(),
                "K supernets of K-shot; 2 independent ones; 1 of these, on the same images",
                "Kendall's τ-b",
                SpreadChart.points(rows, row -> row.method.label, EnsembleStudy::drawn),
                Map.of());
        return Map.of("ensemble", chart.svg());
    }

    private static Map<String, Spread> drawn(Row row) {
        Map<String, Spread> drawn = new LinkedHashMap<>();
        row.kendallB.forEach((score, tau) -> drawn.put("by " + score, tau));
        return drawn;
    }
}
