package kshot.study.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mean and the standard deviation of repeated measurements.
 *
 * @param mean of the values
 * @param deviation their standard deviation, with n - 1; NaN for one value
 * @param n number of values
 */
@JsonPropertyOrder({"mean", "std", "n"})
public record Spread(double mean, @JsonIgnore double deviation, int n) {

    /** Returns the spread of values, at least one. */
    public static Spread of(Collection<Double> values) {
        int n = values.size();
        double mean = values.stream().mapToDouble(x -> x).average().orElseThrow();
        double squares =
                values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return new Spread(mean, n > 1 ? Math.sqrt(squares / (n - 1)) : Double.NaN, n);
    }

    /** Returns the spread of each quantity, by its name; all repetitions have the same names. */
    public static Map<String, Spread> ofEach(List<Map<String, Double>> repetitions) {
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

    /** Returns the standard deviation for JSON, which has no NaN: null for one value. */
    @JsonProperty("std")
    @Nullable
    Double deviationOrNull() {
        return Double.isNaN(deviation) ? null : deviation;
    }

    /** Returns the standard error of the mean; NaN for one value. */
    public double error() {
        return deviation / Math.sqrt(n);
    }

    /** Returns mean and deviation as people write them. */
    @Override
    public String toString() {
        return Double.isNaN(deviation)
                ? String.format(Locale.ROOT, "%.3f", mean)
                : String.format(Locale.ROOT, "%.3f ± %.3f", mean, deviation);
    }
}
