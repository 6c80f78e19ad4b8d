package kshot.diagram;

import static kshot.diagram.Svg.format;
import static kshot.diagram.Svg.line;
import static kshot.diagram.Svg.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Histograms over the same bins, one below the other: a self-contained SVG.
 *
 * @param title what it shows
 * @param xLabel what is counted
 * @param low lower edge of the first bin
 * @param high upper edge of the last bin, above the lower one
 * @param shares of the bins, which are equally wide, for each name; at least one, and in each at least one bin
 */
public record Histogram(String title, String xLabel, double low, double high, Map<String, List<Double>> shares) {
    private static final int LEFT = 110;
    private static final int RIGHT = 680;
    private static final int TOP = 44;
    private static final int PANEL = 110;
    private static final int BARS = 86;
    private static final int WIDTH = 700;
    private static final int TICKS = 5;

    public Histogram {
        Map<String, List<Double>> copies = new LinkedHashMap<>();
        shares.forEach((name, of) -> copies.put(name, List.copyOf(of)));
        shares = Collections.unmodifiableMap(copies);
    }

    /** The histograms, drawn to one scale. */
    public String svg() {
        double largest = shares.values().stream()
                .flatMap(List::stream)
                .mapToDouble(share -> share)
                .max()
                .orElseThrow();
        StringBuilder body = new StringBuilder();
        body.append(text(16, 26, "font-size='15' font-weight='600'", title));
        int bottom = TOP;
        int colour = 0;
        for (Map.Entry<String, List<Double>> panel : shares.entrySet()) {
            bottom += PANEL;
            bars(body, bottom, panel.getValue(), largest, Svg.COLOURS.get(colour++ % Svg.COLOURS.size()));
            body.append(text(LEFT - 10, bottom - BARS / 2.0, "text-anchor='end'", panel.getKey()));
            body.append(text(
                    LEFT - 10, bottom - BARS + 4, "text-anchor='end' opacity='.75' font-size='11'", percent(largest)));
        }
        for (int i = 0; i <= TICKS; i++) {
            double x = LEFT + (RIGHT - LEFT) * (double) i / TICKS;
            body.append(line(x, bottom, x, bottom + 5, "stroke='currentColor' stroke-opacity='.5'"));
            body.append(text(x, bottom + 20, "text-anchor='middle'", format("%.2f", low + (high - low) * i / TICKS)));
        }
        body.append(text((LEFT + RIGHT) / 2.0, bottom + 42, "text-anchor='middle' opacity='.75'", xLabel));
        return Svg.document(title, WIDTH, bottom + 56, body);
    }

    private static void bars(StringBuilder body, int bottom, List<Double> shares, double largest, String colour) {
        double width = (double) (RIGHT - LEFT) / shares.size();
        for (int i = 0; i < shares.size(); i++) {
            double height = BARS * shares.get(i) / largest;
            body.append(format(
                    "<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' fill='%s'/>",
                    LEFT + i * width + 0.5, bottom - height, width - 1, height, colour));
        }
        body.append(line(LEFT, bottom, RIGHT, bottom, "stroke='currentColor' stroke-opacity='.5'"));
        body.append(line(LEFT, bottom - BARS, LEFT, bottom, "stroke='currentColor' stroke-opacity='.5'"));
    }

    private static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }
}
