package kshot.study;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kshot.diagram.Chart;

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

    /** Of each quantity, by its name: all repetitions have the same names. */
    static Map<String, Spread> ofEach(List<Map<String, Double>> repetitions) {
        Map<String, Spread> spreads = new LinkedHashMap<>();
        for (String name : repetitions.get(0).keySet()) {
            spreads.put(
                    name,
                    of(repetitions.stream()
                            .map(values -> Objects.requireNonNull(values.get(name), name))
                            .toList()));
        }
        return spreads;
    }

    static Map<String, Object> toJson(Map<String, Spread> spreads) {
        Map<String, Object> json = new LinkedHashMap<>();
        spreads.forEach((name, spread) -> json.put(name, spread.toJson()));
        return json;
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

    /** The mean, with its standard error as whiskers. */
    Chart.Point toPoint() {
        return new Chart.Point(mean, error());
    }

    /** Standard error of the mean; NaN for one value. */
    double error() {
        return deviation / Math.sqrt(n);
    }
}
