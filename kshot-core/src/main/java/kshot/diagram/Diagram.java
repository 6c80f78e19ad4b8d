package kshot.diagram;

import static kshot.diagram.Svg.escape;
import static kshot.diagram.Svg.format;

import java.util.List;
import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * Draws architectures as self-contained SVG, for light and for dark pages: in an HTML page the text takes the colour of
 * the page, as a file it follows the viewer's scheme.
 */
public final class Diagram {
    private static final int ROW = 28;
    static final int BOX = 20;
    private static final int TOP = 62;
    static final int NAME = 16;
    private static final int OPERATION = 200;
    private static final int OPERATION_WIDTH = 190;
    private static final int BAR = 408;
    private static final int BAR_WIDTH = 160;
    private static final int CHANNELS = 580;
    private static final int MAP = 750;
    private static final int FLOPS = 870;
    private static final int WIDTH = 886;

    private static final int LONGEST = 25;

    static final String GREY = "#6f7680";
    static final String PURPLE = "#7b52ab";

    private Diagram() {}

    /** Returns each layer of an architecture with its costs, in the order of {@link SearchSpace#layers}. */
    public static List<LayerRow> rows(SearchSpace space, Architecture architecture) {
        return LayerRows.of(space, architecture);
    }

    /**
     * Returns the drawing of an architecture: in a space of cells its cell, with edges that don't carry anything from the
     * input to the output in grey; elsewhere its layers, one below the other, each with its operation, coloured by kernel,
     * and a bar that shows its width as a part of its widest.
     */
    public static String svg(SearchSpace space, Architecture architecture) {
        return space.cell(architecture)
                .map(cell -> CellDiagram.svg(space, architecture, cell))
                .orElseGet(() -> layers(space, architecture));
    }

    private static String layers(SearchSpace space, Architecture architecture) {
        List<LayerRow> rows = rows(space, architecture);
        StringBuilder body = new StringBuilder();
        head(body, space.name(), space, architecture, FLOPS);
        column(body, OPERATION, "start", "operation");
        column(body, BAR, "start", "channels, of the widest");
        column(body, MAP, "end", "map");
        column(body, FLOPS, "end", "multiply-adds");
        int y = TOP;
        for (int i = 0; i < rows.size(); i++) {
            boolean smaller = i > 0
                    && rows.get(i).shape().height() != rows.get(i - 1).shape().height();
            if (smaller) {
                y += 4;
                body.append(format("<path d='M%d %d H%d' stroke='currentColor' opacity='.25'/>", NAME, y, FLOPS));
                y += 5;
            }
            row(body, rows.get(i), y);
            y += ROW;
        }
        return document(space, architecture, WIDTH, y + 12, body);
    }

    /** Writes the title on the left, and the cost of an architecture so that it ends at {@code right}. */
    static void head(StringBuilder body, String title, SearchSpace space, Architecture architecture, int right) {
        Cost cost = Cost.of(space.network(architecture));
        body.append(format("<text x='%d' y='24' font-size='15' font-weight='600'>%s</text>", NAME, escape(title)));
        body.append(format(
                "<text x='%d' y='24' text-anchor='end'>%,d parameters, %,d multiply-adds</text>",
                right, cost.parameters(), cost.flops()));
    }

    private static void column(StringBuilder body, int x, String anchor, String text) {
        body.append(
                format("<text x='%d' y='50' text-anchor='%s' font-size='12' opacity='.75'>%s</text>", x, anchor, text));
    }

    private static void row(StringBuilder body, LayerRow row, int y) {
        int channels = row.shape().channels();
        int bar = Math.max(1, BAR_WIDTH * channels / Math.max(channels, row.widest()));
        int middle = y + BOX / 2 + 5;
        String colour = colour(row);
        body.append(format(
                "<g><title>%s: %s, yields %s; %,d parameters, %,d multiply-adds</title>",
                escape(row.name()), escape(row.operation()), row.shape(), row.parameters(), row.flops()));
        body.append(format("<text x='%d' y='%d' opacity='.75'>%s</text>", NAME, middle, escape(cut(row.name()))));
        box(body, OPERATION, y, OPERATION_WIDTH, row.operation(), colour, idle(row));
        body.append(format(
                "<rect x='%d' y='%d' width='%d' height='12' rx='2' fill='currentColor' opacity='.13'/>",
                BAR, y + 4, BAR_WIDTH));
        body.append(format("<rect x='%d' y='%d' width='%d' height='12' rx='2' fill='%s'/>", BAR, y + 4, bar, colour));
        String width = channels == row.widest() ? "" + channels : channels + " of " + row.widest();
        body.append(format("<text x='%d' y='%d'>%s</text>", CHANNELS, middle, width));
        body.append(format(
                "<text x='%d' y='%d' text-anchor='end'>%d×%d</text>",
                MAP, middle, row.shape().height(), row.shape().width()));
        body.append(format("<text x='%d' y='%d' text-anchor='end'>%,d</text></g>", FLOPS, middle, row.flops()));
    }

    /** A labelled box: filled, or only outlined for what does nothing. */
    private static void box(StringBuilder body, int x, int y, int width, String text, String colour, boolean idle) {
        body.append(format(
                "<rect x='%d' y='%d' width='%d' height='%d' rx='4' stroke='%s' %s/>",
                x, y, width, BOX, colour, idle ? "fill='none' stroke-dasharray='4 3'" : "fill='" + colour + "'"));
        body.append(format(
                "<text x='%d' y='%d' text-anchor='middle' fill='%s'>%s</text>",
                x + width / 2, y + BOX / 2 + 5, idle ? "currentColor" : "#fff", escape(cut(text))));
    }

    /** Returns the part of a text that fits into a column; the tooltip has all of it. */
    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
    }

    private static boolean idle(LayerRow row) {
        return row.parameters() == 0 && row.kernel() == 0;
    }

    private static String colour(LayerRow row) {
        if (row.operation().contains("max_k") || row.operation().contains("avg_k")) {
            return PURPLE;
        }
        return switch (row.kernel()) {
            case 0 -> GREY;
            case 1 -> "#46607f";
            case 3 -> "#2a6cb3";
            case 5 -> "#23794a";
            case 7 -> "#ad5514";
            default -> "#9b3560";
        };
    }

    static String document(SearchSpace space, Architecture architecture, int width, int height, StringBuilder body) {
        return Svg.document("Architecture of " + space.name() + ": " + space.format(architecture), width, height, body);
    }
}
