package kshot.study.result;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import kshot.diagram.Chart;
import org.jspecify.annotations.Nullable;

/**
 * A chart of means with their standard errors: for each setting a point of each series.
 *
 * @param title what it shows
 * @param xLabel what the settings are
 * @param yLabel what is measured
 * @param points for each setting the spread of each series, by the names of both; the last setting has all series
 * @param lines values that hold for all settings, by name
 */
public record SpreadChart(
        String title,
        String xLabel,
        String yLabel,
        Map<String, Map<String, Spread>> points,
        Map<String, Double> lines) {
    private static final Chart.Point NONE = new Chart.Point(Double.NaN, Double.NaN);

    /** Returns the points of some rows: a setting for each, in order. */
    public static <R> Map<String, Map<String, Spread>> points(
            List<R> rows, Function<R, String> setting, Function<R, Map<String, Spread>> series) {
        return rows.stream()
                .collect(Collectors.toMap(
                        setting,
                        series,
                        (one, other) -> {
                            throw new IllegalArgumentException("two rows of one setting");
                        },
                        LinkedHashMap::new));
    }

    /** Returns the chart as SVG. */
    public String svg() {
        List<String> settings = List.copyOf(points.keySet());
        Map<String, List<Chart.Point>> series = new LinkedHashMap<>();
        for (String name : series(settings.get(settings.size() - 1)).keySet()) {
            series.put(
                    Labels.plain(name),
                    settings.stream()
                            .map(setting -> point(series(setting).get(name)))
                            .toList());
        }
        Map<String, Double> named = new LinkedHashMap<>();
        lines.forEach((name, value) -> named.put(Labels.plain(name), value));
        return new Chart(title, xLabel, yLabel + ", mean ± standard error over seeds", settings, series, named).svg();
    }

    private Map<String, Spread> series(String setting) {
        return points.getOrDefault(setting, Map.of());
    }

    private static Chart.Point point(@Nullable Spread spread) {
        return spread == null ? NONE : new Chart.Point(spread.mean(), spread.error());
    }
}
