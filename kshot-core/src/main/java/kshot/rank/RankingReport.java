package kshot.rank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import kshot.network.Cost;

/**
 * A report on how well scores rank architectures, compared with baselines that cost nothing.
 *
 * @param n the number of architectures
 * @param scores the metrics of the scores
 * @param combined the metrics of {@link #combined}: scores and live FLOPs together
 * @param baselines the metrics of the predictors that the scores are compared with, by their names in JSON:
 *     {@value #FLOPS}, {@value #LIVE_FLOPS}, {@value #PARAMS}, then further controls
 * @param gains Kendall's τ-b of the scores minus that of each baseline, with the interval of the paired difference
 * @param combinedGains these differences for the combined predictor
 * @param verdict one sentence that says whether the scores rank better than live FLOPs, the baseline that is hardest to
 *     beat
 */
public record RankingReport(
        int n,
        Metrics scores,
        Metrics combined,
        Map<String, Metrics> baselines,
        Map<String, Interval> gains,
        Map<String, Interval> combinedGains,
        String verdict) {

    /** The name of the baseline that scores by FLOPs. */
    public static final String FLOPS = "flops";
    /**
     * The name of the baseline that scores by the FLOPs of the layers on a path from the images to the class scores.
     */
    public static final String LIVE_FLOPS = "live_flops";
    /** The name of the baseline that scores by the number of parameters. */
    public static final String PARAMS = "params";

    private static final List<Metric> METRICS = List.of(Metric.values());

    public RankingReport {
        baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
        gains = Collections.unmodifiableMap(new LinkedHashMap<>(gains));
        combinedGains = Collections.unmodifiableMap(new LinkedHashMap<>(combinedGains));
    }

    /**
     * Returns the report on scores.
     *
     * @param truth the true accuracy of each architecture, in any unit
     * @param scores the scores of the same architectures, larger for better
     * @param costs the costs of the same architectures
     * @param controls the scores of other predictors for the same architectures, by their names in JSON, as further
     *     baselines
     * @throws IllegalArgumentException for fewer than two architectures, NaN, or different lengths
     */
    public static RankingReport of(
            double[] truth, double[] scores, List<Cost> costs, Map<String, double[]> controls, RankingOptions options) {
        double[] flops = column(costs, Cost::flops);
        Map<String, double[]> baselines = new LinkedHashMap<>();
        baselines.put(FLOPS, flops);
        baselines.put(LIVE_FLOPS, column(costs, Cost::liveFlops));
        baselines.put(PARAMS, column(costs, Cost::parameters));
        baselines.putAll(controls);
        List<double[]> predictors = new ArrayList<>();
        predictors.add(scores);
        predictors.add(combined(scores, column(costs, Cost::liveFlops)));
        predictors.addAll(baselines.values());
        predictors.forEach(predictor -> RankCorrelation.requireSamples(truth, predictor));
        Ranked r = Ranked.of(truth);
        Ranked f = Ranked.of(flops);
        List<Ranked> ranked = predictors.stream().map(Ranked::of).toList();
        List<Interval> intervals =
                options.bootstrap().intervals(truth.length, sample -> statistics(r, ranked, f, sample, options));
        return assemble(truth.length, List.copyOf(baselines.keySet()), intervals, options.bootstrap());
    }

    /**
     * Returns the metrics of several predictors, on the same resamples.
     *
     * @param truth the true accuracy of each architecture, in any unit
     * @param predictors scores of the same architectures, by name
     * @param costs the costs of the same architectures
     */
    public static Map<String, Metrics> metrics(
            double[] truth, Map<String, double[]> predictors, List<Cost> costs, RankingOptions options) {
        predictors.values().forEach(predictor -> RankCorrelation.requireSamples(truth, predictor));
        Ranked r = Ranked.of(truth);
        Ranked f = Ranked.of(column(costs, Cost::flops));
        List<Ranked> ranked = predictors.values().stream().map(Ranked::of).toList();
        List<Interval> intervals = options.bootstrap().intervals(truth.length, sample -> {
            double[] metrics = new double[METRICS.size() * ranked.size()];
            metrics(r.select(sample), ranked, f.select(sample), sample, options, metrics);
            return metrics;
        });
        return named(List.copyOf(predictors.keySet()), metrics(intervals));
    }

    /** Writes every metric of each predictor, one after the other. */
    private static void metrics(
            Ranked r, List<Ranked> predictors, Ranked f, int[] sample, RankingOptions options, double[] metrics) {
        int next = 0;
        for (Ranked predictor : predictors) {
            Ranked s = predictor.select(sample);
            for (Metric metric : METRICS) {
                metrics[next++] = metric.of(r, s, f, sample, options).orElse(Double.NaN);
            }
        }
    }

    /** Returns the metrics of each predictor from their intervals, one after the other. */
    private static List<Metrics> metrics(List<Interval> intervals) {
        List<Metrics> metrics = new ArrayList<>();
        for (int from = 0; from < intervals.size(); from += METRICS.size()) {
            metrics.add(Metrics.of(intervals.subList(from, from + METRICS.size())));
        }
        return metrics;
    }

    /**
     * Returns the combination of scores and live FLOPs: the mean of the two ranks, where equal values share the mean of
     * their ranks. Ranks are used because the two have no common unit, and so that neither a few bad scores nor the
     * skew of FLOPs decides. Both weigh the same: without the truth nothing says which to trust more, and a weight
     * fitted to the truth would be no prediction.
     */
    public static double[] combined(double[] scores, double[] liveFlops) {
        RankCorrelation.requireSamples(liveFlops, scores);
        double[] combined = Ranked.of(scores).midranks();
        double[] other = Ranked.of(liveFlops).midranks();
        for (int i = 0; i < combined.length; i++) {
            combined[i] = (combined[i] + other[i]) / 2;
        }
        return combined;
    }

    /**
     * Returns all numbers of a report on some of the architectures: every metric of each predictor; then the
     * differences of τ-b between the first predictor and each from the third on; then these differences for the second
     * predictor.
     */
    private static double[] statistics(
            Ranked truth, List<Ranked> predictors, Ranked flops, int[] sample, RankingOptions options) {
        Ranked r = truth.select(sample);
        Ranked f = flops.select(sample);
        int others = predictors.size() - 2;
        double[] statistics = new double[METRICS.size() * predictors.size() + 2 * others];
        metrics(r, predictors, f, sample, options, statistics);
        int next = METRICS.size() * predictors.size();
        for (int i = 0; i < 2 * others; i++) {
            statistics[next++] = tau(statistics, i / others) - tau(statistics, 2 + i % others);
        }
        return statistics;
    }

    private static double tau(double[] statistics, int predictor) {
        return statistics[METRICS.size() * predictor + METRICS.indexOf(Metric.KENDALL_B)];
    }

    /** Assembles the report from the intervals of {@link #statistics}. */
    private static RankingReport assemble(
            int n, List<String> baselines, List<Interval> intervals, Bootstrap bootstrap) {
        int end = METRICS.size() * (2 + baselines.size());
        List<Metrics> metrics = metrics(intervals.subList(0, end));
        return new RankingReport(
                n,
                metrics.get(0),
                metrics.get(1),
                named(baselines, metrics.subList(2, metrics.size())),
                named(baselines, intervals.subList(end, end + baselines.size())),
                named(baselines, intervals.subList(end + baselines.size(), intervals.size())),
                verdict(
                        metrics.get(0),
                        metrics.get(2 + baselines.indexOf(LIVE_FLOPS)),
                        intervals.get(end + baselines.indexOf(LIVE_FLOPS)),
                        n,
                        bootstrap));
    }

    private static <T> Map<String, T> named(List<String> names, List<T> values) {
        Map<String, T> named = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            named.put(names.get(i), values.get(i));
        }
        return named;
    }

    private static double[] column(List<Cost> costs, ToDoubleFunction<Cost> part) {
        return costs.stream().mapToDouble(part).toArray();
    }

    private static String verdict(Metrics scores, Metrics liveFlops, Interval gain, int n, Bootstrap bootstrap) {
        String finding;
        if (gain.low() > 0) {
            finding = "The scores rank these architectures better than live FLOPs do";
        } else if (gain.high() < 0) {
            finding = "The scores rank these architectures worse than live FLOPs do";
        } else {
            finding = "It is not certain that the scores rank these architectures better than live FLOPs do";
        }
        return String.format(
                Locale.ROOT,
                "%s: Kendall's tau-b %.3f against %.3f, difference %+.3f (%.0f %% interval %+.3f to %+.3f, "
                        + "%d architectures, %d paired resamples).",
                finding,
                scores.value(Metric.KENDALL_B),
                liveFlops.value(Metric.KENDALL_B),
                gain.value(),
                100 * bootstrap.confidence(),
                gain.low(),
                gain.high(),
                n,
                bootstrap.resamples());
    }
}
