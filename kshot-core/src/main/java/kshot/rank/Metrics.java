package kshot.rank;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;

/**
 * Every metric of one set of scores.
 *
 * @param intervals each metric with its interval, in the order of {@link Metric}; a metric that is not defined is left out
 */
public record Metrics(Map<Metric, Interval> intervals) {
    public Metrics {
        intervals = Collections.unmodifiableMap(new EnumMap<>(intervals));
    }

    /** The metrics of scores; see {@link RankingReport#of}. */
    static Metrics of(double[] truth, double[] score, double[] flops, RankingOptions options) {
        Map<Metric, Interval> intervals = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            OptionalDouble value = metric.of(truth, score, flops, options);
            if (value.isPresent()) {
                intervals.put(metric, interval(metric, value.getAsDouble(), truth, score, flops, options));
            }
        }
        return new Metrics(intervals);
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

    /**
     * The value of a metric.
     *
     * @throws NoSuchElementException if it is not defined
     */
    public double value(Metric metric) {
        Interval interval = intervals.get(metric);
        if (interval == null) {
            throw new NoSuchElementException(metric.key() + " is not defined for these scores");
        }
        return interval.value();
    }
}
