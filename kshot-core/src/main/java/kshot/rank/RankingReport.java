package kshot.rank;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import kshot.network.Cost;

/**
 * How well scores rank architectures, beside what ranks them at no cost.
 *
 * @param n number of architectures
 * @param scores each metric of the scores; a metric that is not defined for them is left out
 * @param baselines the same for {@code flops}, {@code live_flops} and {@code params} as scores
 * @param gainOverLiveFlops Kendall's τ-b of the scores less that of live FLOPs, with its paired interval
 * @param verdict one sentence: whether the scores tell more than live FLOPs
 */
public record RankingReport(
        int n,
        Map<Metric, Interval> scores,
        Map<String, Map<Metric, Interval>> baselines,
        Interval gainOverLiveFlops,
        String verdict) {
    /** Key of the baseline that costs nothing and is hardest to beat. */
    public static final String LIVE_FLOPS = "live_flops";

    public RankingReport {
        scores = Collections.unmodifiableMap(new EnumMap<>(scores));
        baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
    }

    /**
     * The report.
     *
     * @param truth true accuracy of each architecture, in any unit
     * @param scores of the same architectures, larger for better
     * @param costs of the same architectures
     * @throws IllegalArgumentException for fewer than two architectures, NaN, or different lengths
     */
    public static RankingReport of(double[] truth, double[] scores, List<Cost> costs, RankingOptions options) {
        double[] flops = column(costs, Cost::flops);
        double[] liveFlops = column(costs, Cost::liveFlops);
        Map<String, Map<Metric, Interval>> baselines = new LinkedHashMap<>();
        baselines.put("flops", metrics(truth, flops, flops, options));
        baselines.put(LIVE_FLOPS, metrics(truth, liveFlops, flops, options));
        baselines.put("params", metrics(truth, column(costs, Cost::parameters), flops, options));
        Interval gain = options.bootstrap().interval(truth.length, sample -> {
            double[] r = RankCorrelation.select(truth, sample);
            return RankCorrelation.kendallB(r, RankCorrelation.select(scores, sample))
                    - RankCorrelation.kendallB(r, RankCorrelation.select(liveFlops, sample));
        });
        double own = RankCorrelation.kendallB(truth, scores);
        String verdict = verdict(own, gain, truth.length, options.bootstrap());
        return new RankingReport(truth.length, metrics(truth, scores, flops, options), baselines, gain, verdict);
    }

    private static double[] column(List<Cost> costs, ToDoubleFunction<Cost> part) {
        return costs.stream().mapToDouble(part).toArray();
    }

    private static Map<Metric, Interval> metrics(
            double[] truth, double[] score, double[] flops, RankingOptions options) {
        Map<Metric, Interval> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            OptionalDouble value = metric.of(truth, score, flops, options);
            if (value.isPresent()) {
                metrics.put(metric, interval(metric, value.getAsDouble(), truth, score, flops, options));
            }
        }
        return metrics;
    }

    /** A resample for which the metric is not defined says nothing and counts as the value itself. */
    private static Interval interval(
            Metric metric, double value, double[] truth, double[] score, double[] flops, RankingOptions options) {
        return options.bootstrap()
                .interval(
                        truth.length,
                        sample -> metric.of(
                                        RankCorrelation.select(truth, sample),
                                        RankCorrelation.select(score, sample),
                                        RankCorrelation.select(flops, sample),
                                        options)
                                .orElse(value));
    }

    private static String verdict(double own, Interval gain, int n, Bootstrap bootstrap) {
        String finding;
        if (gain.low() > 0) {
            finding = "The scores tell more than live FLOPs";
        } else if (gain.high() < 0) {
            finding = "The scores tell less than live FLOPs";
        } else {
            finding = "The scores do not tell more than live FLOPs for certain";
        }
        return String.format(
                Locale.ROOT,
                "%s: Kendall's tau-b %.3f against %.3f, difference %+.3f (%.0f %% interval %+.3f to %+.3f, "
                        + "%d architectures, %d paired resamples).",
                finding,
                own,
                own - gain.value(),
                gain.value(),
                100 * bootstrap.confidence(),
                gain.low(),
                gain.high(),
                n,
                bootstrap.resamples());
    }
}
