package kshot.app.study;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Repetitions of one measurement.
 *
 * @param mean of the values
 * @param deviation their standard deviation, with n - 1; NaN for one value
 * @param n how many
 */
public record Spread(double mean, double deviation, int n) {

    /** Of values, at least one. */
    static Spread of(Collection<Double> values) {
        int n = values.size();
        double mean = values.stream().mapToDouble(x -> x).average().orElseThrow();
        double squares =
                values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return new Spread(mean, n > 1 ? Math.sqrt(squares / (n - 1)) : Double.NaN, n);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mean", mean);
        json.put("std", Double.isNaN(deviation) ? null : deviation);
        json.put("n", n);
        return json;
    }

    /** As people write it. */
    @Override
    public String toString() {
        return Double.isNaN(deviation)
                ? String.format(Locale.ROOT, "%.3f", mean)
                : String.format(Locale.ROOT, "%.3f ± %.3f", mean, deviation);
    }

    /** Standard error of the mean; NaN for one value. */
    double error() {
        return deviation / Math.sqrt(n);
    }
}
