package kshot.rank;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The values of all metrics for one set of scores.
 *
 * @param intervals each metric with its interval, in the order of {@link Metric}; a metric that is not defined is left
 *     out
 */
public record Metrics(Map<Metric, Interval> intervals) {
    public Metrics {
        intervals = Collections.unmodifiableMap(new EnumMap<>(intervals));
    }

    /** Creates metrics from one interval for each, in their order; NaN for one that is not defined. */
    static Metrics of(List<Interval> inOrder) {
        Map<Metric, Interval> intervals = new EnumMap<>(Metric.class);
        Iterator<Interval> next = inOrder.iterator();
        for (Metric metric : Metric.values()) {
            Interval interval = next.next();
            if (!Double.isNaN(interval.value())) {
                intervals.put(metric, interval);
            }
        }
        return new Metrics(intervals);
    }

    /**
     * Returns the value of a metric.
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
