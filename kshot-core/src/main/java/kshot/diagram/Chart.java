package kshot.diagram;

import static kshot.diagram.Svg.format;
import static kshot.diagram.Svg.line;
import static kshot.diagram.Svg.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A chart of measurements with their errors over a few settings, beside what does not depend on these: a self-contained
 * SVG.
 *
 * @param title what it shows
 * @param xLabel what the settings are
 * @param yLabel what is measured, and what the whiskers are
 * @param settings names of the settings, evenly spaced, at least one
 * @param series for each name a point for each setting; at least one
 * @param lines values that hold for all settings, by name: horizontal lines
 */
public record Chart(
        String title,
        String xLabel,
        String yLabel,
        List<String> settings,
        Map<String, List<Point>> series,
        Map<String, Double> lines) {

    private static final int LEFT = 74;
    private static final int RIGHT = 540;
    private static final int TOP = 68;
    private static final int BOTTOM = 376;
    private static final int LEGEND = 562;
    private static final int WIDTH = 790;
    private static final int HEIGHT = 436;
    private static final int LEGEND_ROW = 22;
    /** Between series at the same setting, so that their whiskers do not hide each other. */
    private static final int SHIFT = 7;

    private static final int CAP = 4;
    private static final String GRID = "stroke='currentColor' stroke-opacity='.13'";

    /**
     * A measurement.
     *
     * @param value its mean; NaN where there is none
     * @param error length of a whisker to either side; NaN where it is not known
     */
    public record Point(double value, double error) {
        private DoubleStream extent() {
            return Double.isNaN(error) ? DoubleStream.of(value) : DoubleStream.of(value - error, value + error);
        }
    }

    public Chart {
        settings = List.copyOf(settings);
        Map<String, List<Point>> copies = new LinkedHashMap<>();
        for (Map.Entry<String, List<Point>> one : series.entrySet()) {
            if (one.getValue().size() != settings.size()) {
                throw new IllegalArgumentException(one.getKey() + " has "
                        + one.getValue().size() + " points for " + settings.size() + " settings");
            }
            copies.put(one.getKey(), List.copyOf(one.getValue()));
        }
        series = Collections.unmodifiableMap(copies);
        lines = Collections.unmodifiableMap(new LinkedHashMap<>(lines));
    }

    /** The chart, drawn. */
    public String svg() {
        Axis axis = Axis.of(DoubleStream.concat(
                        series.values().stream().flatMap(List::stream).flatMapToDouble(Point::extent),
                        lines.values().stream().mapToDouble(value -> value))
                .filter(Double::isFinite));
        StringBuilder body = new StringBuilder();
        body.append(text(16, 26, "font-size='15' font-weight='600'", title));
        axes(body, axis);
        int row = 0;
        for (Map.Entry<String, Double> one : lines.entrySet()) {
            baseline(body, axis, one.getValue(), row, one.getKey());
            row++;
        }
        List<String> names = List.copyOf(series.keySet());
        for (int i = 0; i < names.size(); i++) {
            double shift = (i - (names.size() - 1) / 2.0) * SHIFT;
            measured(body, axis, names.get(i), Svg.COLOURS.get(i % Svg.COLOURS.size()), shift, row + i);
        }
        return Svg.document(title, WIDTH, HEIGHT, body);
    }

    private void axes(StringBuilder body, Axis axis) {
        for (double tick : axis.ticks()) {
            double y = y(axis, tick);
            body.append(line(LEFT, y, RIGHT, y, GRID));
            body.append(text(LEFT - 8, y + 4, "text-anchor='end'", axis.label(tick)));
        }
        body.append(format(
                "<path d='M%d %d V%d H%d' fill='none' stroke='currentColor' stroke-opacity='.5'/>",
                LEFT, TOP, BOTTOM, RIGHT));
        for (int i = 0; i < settings.size(); i++) {
            body.append(text(x(i), BOTTOM + 20, "text-anchor='middle'", settings.get(i)));
        }
        body.append(text((LEFT + RIGHT) / 2.0, BOTTOM + 44, "text-anchor='middle' opacity='.75'", xLabel));
        // Not along the axis: a label says what the whiskers are, and is often longer than that.
        body.append(text(16, 46, "opacity='.75'", yLabel));
    }

    private static void baseline(StringBuilder body, Axis axis, double value, int row, String name) {
        String dashes = List.of("6 4", "2 3", "10 3 2 3", "1 5").get(row % 4);
        String stroke =
                "stroke='currentColor' stroke-width='1.5' stroke-opacity='.75' stroke-dasharray='" + dashes + "'";
        body.append(line(LEFT, y(axis, value), RIGHT, y(axis, value), stroke));
        legend(body, row, line(0, 0, 24, 0, stroke), name);
    }

    private void measured(StringBuilder body, Axis axis, String name, String colour, double shift, int row) {
        List<Point> points = series.getOrDefault(name, List.of());
        String stroke = "stroke='" + colour + "' stroke-width='1.8'";
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            if (Double.isNaN(point.value)) {
                continue;
            }
            double x = x(i) + shift;
            double y = y(axis, point.value);
            path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : " L", x, y));
            body.append(format("<circle cx='%.1f' cy='%.1f' r='3.6' fill='%s'/>", x, y, colour));
            if (!Double.isNaN(point.error)) {
                double high = y(axis, point.value + point.error);
                double low = y(axis, point.value - point.error);
                body.append(line(x, low, x, high, stroke));
                Stream.of(low, high).forEach(end -> body.append(line(x - CAP, end, x + CAP, end, stroke)));
            }
        }
        body.append(format("<path d='%s' fill='none' %s stroke-opacity='.45'/>", path, stroke));
        legend(
                body,
                row,
                line(0, 0, 24, 0, stroke) + format("<circle cx='12' cy='0' r='3.6' fill='%s'/>", colour),
                name);
    }

    private static void legend(StringBuilder body, int row, String mark, String name) {
        body.append(format(
                "<g transform='translate(%d %d)'>%s%s</g>",
                LEGEND, TOP + 8 + row * LEGEND_ROW, mark, text(32, 4, "", name)));
    }

    /** Each setting has a part of its own of the axis, and stands in its middle. */
    private double x(int setting) {
        return LEFT + (setting + 0.5) * (RIGHT - LEFT) / settings.size();
    }

    private static double y(Axis axis, double value) {
        return axis.place(value, BOTTOM, TOP);
    }
}
