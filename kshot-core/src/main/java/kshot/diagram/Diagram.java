package kshot.diagram;

import static kshot.diagram.Svg.escape;
import static kshot.diagram.Svg.format;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;

/**
 * Draws architectures as self-contained SVG, for light and for dark pages: in an HTML page the text takes the colour of
 * the page, as a file it follows the viewer's scheme.
 */
public final class Diagram {
    private static final int ROW = 28;
    private static final int BOX = 20;
    private static final int TOP = 62;
    private static final int NAME = 16;
    private static final int OPERATION = 200;
    private static final int OPERATION_WIDTH = 190;
    private static final int BAR = 408;
    private static final int BAR_WIDTH = 160;
    private static final int CHANNELS = 580;
    private static final int MAP = 750;
    private static final int FLOPS = 870;
    private static final int WIDTH = 886;

    private static final int LONGEST = 25;

    private static final String GREY = "#6f7680";
    private static final String PURPLE = "#7b52ab";

    private Diagram() {}

    /** What each layer of an architecture is and costs; see {@link LayerRows#of}. */
    public static List<LayerRow> rows(SearchSpace space, Architecture architecture) {
        return LayerRows.of(space, architecture);
    }

    /**
     * The architecture, drawn: in NAS-Bench-201 its cell, with edges that don't carry anything from the input to the
     * output in grey; elsewhere its layers, one below the other, each with its operation, coloured by kernel, and a bar
     * that shows its width as a part of its widest.
     */
    public static String svg(SearchSpace space, Architecture architecture) {
        return space instanceof NasBench201 ? cell(space, architecture) : layers(space, architecture);
    }

    private static String layers(SearchSpace space, Architecture architecture) {
        List<LayerRow> rows = rows(space, architecture);
        StringBuilder body = new StringBuilder();
        head(body, space, architecture);
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

    private static void head(StringBuilder body, SearchSpace space, Architecture architecture) {
        Cost cost = Cost.of(space.network(architecture));
        body.append(
                format("<text x='%d' y='24' font-size='15' font-weight='600'>%s</text>", NAME, escape(space.name())));
        body.append(format(
                "<text x='%d' y='24' text-anchor='end'>%,d parameters, %,d multiply-adds</text>",
                FLOPS, cost.parameters(), cost.flops()));
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

    /** What fits into a column; the tooltip has all of it. */
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

    /** An edge of the cell, drawn as an arc whose label stands {@code height} above or below the line of nodes. */
    private record Edge(int from, int to, String operation, boolean live, int height) {}

    private static final int NODES = 4;
    private static final int CELL_WIDTH = 800;
    private static final int CELL_HEIGHT = 350;
    private static final int LINE = 230;
    private static final int FIRST = 60;
    private static final int STEP = 226;
    private static final int RADIUS = 22;
    private static final int ROLE = LINE + 42;

    private static String cell(SearchSpace space, Architecture architecture) {
        StringBuilder body = new StringBuilder();
        Cost cost = Cost.of(space.network(architecture));
        body.append(format(
                "<text x='%d' y='24' font-size='15' font-weight='600'>%s, its cell</text>",
                NAME, escape(space.name())));
        body.append(format(
                "<text x='%d' y='24' text-anchor='end'>%,d parameters, %,d multiply-adds</text>",
                CELL_WIDTH - NAME, cost.parameters(), cost.flops()));
        body.append(
                "<defs><marker id='kshot-arrow' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7'"
                        + " orient='auto'><path d='M0 0 L8 4 L0 8 Z' fill='" + GREY + "'/></marker></defs>");
        edges(architecture).forEach(edge -> edge(body, edge));
        for (int node = 0; node < NODES; node++) {
            node(body, node);
        }
        return document(space, architecture, CELL_WIDTH, CELL_HEIGHT, body);
    }

    private static List<Edge> edges(Architecture architecture) {
        BitSet open = new BitSet();
        BitSet fromInput = new BitSet();
        fromInput.set(0);
        BitSet toOutput = new BitSet();
        toOutput.set(NODES - 1);
        for (int to = 1; to < NODES; to++) {
            for (int from = 0; from < to; from++) {
                open.set(index(from, to), architecture.choice(index(from, to)) != 0);
                fromInput.set(to, fromInput.get(to) || (fromInput.get(from) && open.get(index(from, to))));
            }
        }
        for (int from = NODES - 2; from >= 0; from--) {
            for (int to = from + 1; to < NODES; to++) {
                toOutput.set(from, toOutput.get(from) || (toOutput.get(to) && open.get(index(from, to))));
            }
        }
        List<Edge> edges = new ArrayList<>();
        for (int to = 1; to < NODES; to++) {
            for (int from = 0; from < to; from++) {
                boolean live = open.get(index(from, to)) && fromInput.get(from) && toOutput.get(to);
                String operation = NasBench201.OPERATIONS.get(architecture.choice(index(from, to)));
                edges.add(new Edge(from, to, operation, live, height(from, to)));
            }
        }
        return edges;
    }

    /** The edges stand in the order of the nodes they go to, then of those they come from. */
    private static int index(int from, int to) {
        return to * (to - 1) / 2 + from;
    }

    /** Neighbours are joined by a line, 0 → 2 and 0 → 3 above it, 1 → 3 below it. */
    private static int height(int from, int to) {
        return to - from == 1 ? 0 : to - from == 3 ? -150 : from == 0 ? -75 : 90;
    }

    private static void edge(StringBuilder body, Edge edge) {
        int x1 = FIRST + STEP * edge.from;
        int x2 = FIRST + STEP * edge.to;
        // A cubic with both control points at height h has its middle at 3/4 h.
        int control = LINE + edge.height * 4 / 3;
        int side = Integer.signum(edge.height) * RADIUS * 3 / 4;
        int inset = edge.height == 0 ? RADIUS : RADIUS * 2 / 3;
        String colour = edge.live ? colour(edge.operation) : GREY;
        body.append(format(
                "<g%s><title>node %d to node %d: %s%s</title>",
                edge.live ? "" : " opacity='.6'", edge.from, edge.to, edge.operation, edge.live ? "" : ", dead"));
        body.append(format(
                "<path d='M%d %d C%d %d %d %d %d %d' fill='none' stroke='%s' stroke-width='2'%s"
                        + " marker-end='url(#kshot-arrow)'/>",
                x1 + inset,
                LINE + side,
                x1 + 40,
                control,
                x2 - 40,
                control,
                x2 - inset - 1,
                LINE + side,
                colour,
                edge.live ? "" : " stroke-dasharray='5 4'"));
        int middle = (x1 + x2) / 2;
        body.append(format(
                "<rect x='%d' y='%d' width='110' height='%d' rx='4' fill='%s'/>",
                middle - 55, LINE + edge.height - BOX / 2, BOX, colour));
        body.append(format(
                "<text x='%d' y='%d' text-anchor='middle' fill='#fff'>%s</text></g>",
                middle, LINE + edge.height + 5, edge.operation));
    }

    private static String colour(String operation) {
        return switch (operation) {
            case "nor_conv_3x3" -> "#2a6cb3";
            case "nor_conv_1x1" -> "#46607f";
            case "avg_pool_3x3" -> PURPLE;
            case "skip_connect" -> "#23794a";
            default -> GREY;
        };
    }

    private static void node(StringBuilder body, int node) {
        int x = FIRST + STEP * node;
        body.append(format(
                "<circle cx='%d' cy='%d' r='%d' fill='none' stroke='currentColor' stroke-width='2'/>",
                x, LINE, RADIUS));
        body.append(format(
                "<text x='%d' y='%d' text-anchor='middle' font-size='15' font-weight='600'>%d</text>",
                x, LINE + 5, node));
        if (node == 0) {
            body.append(format("<text x='%d' y='%d' text-anchor='middle' opacity='.75'>input</text>", x, ROLE));
        } else if (node == NODES - 1) {
            // To the right of the arrow that comes from below.
            body.append(format("<text x='%d' y='%d' opacity='.75'>output</text>", x - 4, ROLE));
        }
    }

    private static String document(
            SearchSpace space, Architecture architecture, int width, int height, StringBuilder body) {
        return Svg.document("Architecture of " + space.name() + ": " + space.format(architecture), width, height, body);
    }
}
