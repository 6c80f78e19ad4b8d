package kshot.app.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.latency.LatencyTable;
import kshot.network.Network;
import kshot.rank.RankCorrelation;
import kshot.run.progress.Progress;

/**
 * The errors of a latency table for whole networks that it was not made from. Its components are the keys that the command line
 * prints as JSON.
 *
 * @param n number of networks
 * @param medianRelativeError relative error that half of the networks do not exceed
 * @param p95RelativeError relative error that 95 % of the networks do not exceed
 * @param kendallB Kendall's τ-b of prediction and measurement
 * @param predictedMs of each network, in milliseconds
 * @param measuredMs the fastest of its runs, above 0
 */
public record LatencyReport(
        int n,
        double medianRelativeError,
        double p95RelativeError,
        double kendallB,
        List<Double> predictedMs,
        List<Double> measuredMs) {
    /** Times that each network is measured, in turn with the others. */
    private static final int ROUNDS = 5;

    /** Compares predictions with measurements of the same networks. */
    static LatencyReport of(List<Double> predictedMs, List<Double> measuredMs) {
        InvalidInputException.require(
                predictedMs.size() >= 2 && predictedMs.size() == measuredMs.size(),
                "architectures to measure",
                predictedMs.size(),
                "at least 2");
        double[] predicted = numbers(predictedMs);
        double[] measured = numbers(measuredMs);
        double[] errors = IntStream.range(0, measured.length)
                .mapToDouble(i -> Math.abs(predicted[i] - measured[i]) / measured[i])
                .sorted()
                .toArray();
        return new LatencyReport(
                measured.length,
                percentile(errors, 50),
                percentile(errors, 95),
                RankCorrelation.kendallB(measured, predicted),
                List.copyOf(predictedMs),
                List.copyOf(measuredMs));
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(x -> x).toArray();
    }

    /** Returns the value that {@code percent} of sorted values do not exceed. */
    private static double percentile(double[] sorted, int percent) {
        return sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
    }

    /**
     * Measures networks and compares the times with those of a table.
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
        return of(
                networks.stream()
                        .map(network -> LatencyTable.milliseconds(
                                table.nanoseconds(network).orElseThrow()))
                        .toList(),
                Arrays.stream(fastest).mapToObj(LatencyTable::milliseconds).toList());
    }

    /** Returns the report for people: names and values. */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("networks", "" + n);
        lines.put(
                "measured",
                String.format(
                        Locale.ROOT, "%.3f to %.3f ms", Collections.min(measuredMs), Collections.max(measuredMs)));
        lines.put(
                "error of the prediction",
                String.format(
                        Locale.ROOT,
                        "%.1f %% (median), %.1f %% (95th percentile)",
                        100 * medianRelativeError,
                        100 * p95RelativeError));
        lines.put("Kendall's tau-b", String.format(Locale.ROOT, "%.3f", kendallB));
        return lines;
    }
}
