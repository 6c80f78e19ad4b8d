package kshot.app.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.latency.LatencyTable;
import kshot.network.Network;
import kshot.rank.RankCorrelation;
import kshot.run.progress.Progress;

/**
 * How well a latency table predicts whole networks that it was not made from.
 *
 * @param predictedMs of each network, in milliseconds
 * @param measuredMs the fastest of its runs, above 0
 */
public record LatencyReport(List<Double> predictedMs, List<Double> measuredMs) {
    /** Times that each network is measured, in turn with the others. */
    private static final int ROUNDS = 5;

    public LatencyReport {
        predictedMs = List.copyOf(predictedMs);
        measuredMs = List.copyOf(measuredMs);
        InvalidInputException.require(
                predictedMs.size() >= 2 && predictedMs.size() == measuredMs.size(),
                "architectures to measure",
                predictedMs.size(),
                "at least 2");
    }

    /**
     * Measures networks and compares.
     *
     * @param networks all of which the table has a time for
     * @param timer nanoseconds that a network takes
     */
    public static LatencyReport measure(
            LatencyTable table, List<Network> networks, ToLongFunction<Network> timer, Console console) {
        long[] fastest = new long[networks.size()];
        Arrays.fill(fastest, Long.MAX_VALUE);
        try (Progress progress = console.progress("whole networks", (long) ROUNDS * fastest.length)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < fastest.length; i++) {
                    fastest[i] = Math.min(fastest[i], timer.applyAsLong(networks.get(i)));
                    progress.update((long) round * fastest.length + i + 1, "");
                }
            }
        }
        return new LatencyReport(
                networks.stream()
                        .map(network -> LatencyTable.milliseconds(
                                table.nanoseconds(network).orElseThrow()))
                        .toList(),
                Arrays.stream(fastest).mapToObj(LatencyTable::milliseconds).toList());
    }

    /** Relative error that {@code percent} of the networks do not exceed. */
    public double relativeError(int percent) {
        double[] errors = new double[measuredMs.size()];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = Math.abs(predictedMs.get(i) - measuredMs.get(i)) / measuredMs.get(i);
        }
        Arrays.sort(errors);
        return errors[Math.max(0, (int) Math.ceil(percent / 100.0 * errors.length) - 1)];
    }

    /** Kendall's τ-b of prediction and measurement. */
    public double kendall() {
        return RankCorrelation.kendallB(numbers(measuredMs), numbers(predictedMs));
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(x -> x).toArray();
    }

    /** As the command line shows it. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("n", measuredMs.size());
        json.put("median_relative_error", relativeError(50));
        json.put("p95_relative_error", relativeError(95));
        json.put("kendall_b", kendall());
        json.put("predicted_ms", predictedMs);
        json.put("measured_ms", measuredMs);
        return json;
    }

    /** For people: names and values. */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("networks", "" + measuredMs.size());
        double[] sorted = numbers(measuredMs);
        Arrays.sort(sorted);
        lines.put("measured", String.format(Locale.ROOT, "%.3f to %.3f ms", sorted[0], sorted[sorted.length - 1]));
        lines.put(
                "error of the prediction",
                String.format(
                        Locale.ROOT,
                        "%.1f %% (median), %.1f %% (95th percentile)",
                        100 * relativeError(50),
                        100 * relativeError(95)));
        lines.put("Kendall's tau-b", String.format(Locale.ROOT, "%.3f", kendall()));
        return lines;
    }
}
