package kshot.rank;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import kshot.network.Cost;

/**
 * How well scores rank architectures, beside what ranks them at no cost.
 *
 * @param n number of architectures
 * @param scores the metrics of the scores
 * @param flops the metrics of FLOPs as scores
 * @param liveFlops the metrics of live FLOPs as scores: the baseline that is hardest to beat
 * @param params the metrics of the number of parameters as scores
 * @param gainOverLiveFlops Kendall's τ-b of the scores less that of live FLOPs, with its paired interval
 * @param verdict one sentence: whether the scores tell more than live FLOPs
 */
public record RankingReport(
        int n,
        Metrics scores,
        Metrics flops,
        Metrics liveFlops,
        Metrics params,
        Interval gainOverLiveFlops,
        String verdict) {

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
        double own = RankCorrelation.kendallB(truth, scores);
        double live = RankCorrelation.kendallB(truth, liveFlops);
        Interval gain = options.bootstrap().interval(truth.length, sample -> {
            double[] r = RankCorrelation.select(truth, sample);
            return RankCorrelation.kendallB(r, RankCorrelation.select(scores, sample))
                    - RankCorrelation.kendallB(r, RankCorrelation.select(liveFlops, sample));
        });
        String verdict = verdict(own, live, gain, truth.length, options.bootstrap());
        return new RankingReport(
                truth.length,
                Metrics.of(truth, scores, flops, options),
                Metrics.of(truth, flops, flops, options),
                Metrics.of(truth, liveFlops, flops, options),
                Metrics.of(truth, column(costs, Cost::parameters), flops, options),
                gain,
                verdict);
    }

    /** The metrics of the baselines by their names in JSON. */
    public Map<String, Metrics> baselines() {
        Map<String, Metrics> baselines = new LinkedHashMap<>();
        baselines.put("flops", flops);
        baselines.put("live_flops", liveFlops);
        baselines.put("params", params);
        return baselines;
    }

    private static double[] column(List<Cost> costs, ToDoubleFunction<Cost> part) {
        return costs.stream().mapToDouble(part).toArray();
    }

    private static String verdict(double own, double live, Interval gain, int n, Bootstrap bootstrap) {
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
                live,
                gain.value(),
                100 * bootstrap.confidence(),
                gain.low(),
                gain.high(),
                n,
                bootstrap.resamples());
    }
}
