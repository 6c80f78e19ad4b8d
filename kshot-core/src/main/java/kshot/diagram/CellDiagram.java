package kshot.diagram;

import static kshot.diagram.Diagram.BOX;
import static kshot.diagram.Diagram.GREY;
import static kshot.diagram.Diagram.NAME;
import static kshot.diagram.Diagram.PURPLE;
import static kshot.diagram.Svg.escape;
import static kshot.diagram.Svg.format;

import kshot.space.Architecture;
import kshot.space.Cell;
import kshot.space.SearchSpace;

/** Draws the cell of an architecture: its nodes in a line, its edges as arcs above and below it, each with its operation. */
final class CellDiagram {
    private static final int FIRST = 60;
    private static final int STEP = 226;
    private static final int RADIUS = 22;
    private static final int TOP = 80;
    /** Between the middles of arcs that are longer by one node. */
    private static final int ABOVE = 75;

    private static final int BELOW = 90;

    private final Cell cell;
    private final StringBuilder body = new StringBuilder();
    /** The height of the line of nodes, which is below the longest arc. */
    private final int line;

    private CellDiagram(Cell cell) {
        this.cell = cell;
        this.line = TOP + ABOVE * (cell.nodes() - 2);
    }

    static String svg(SearchSpace space, Architecture architecture, Cell cell) {
        return new CellDiagram(cell).draw(space, architecture);
    }

    private String draw(SearchSpace space, Architecture architecture) {
        int width = 2 * FIRST + STEP * (cell.nodes() - 1) + 2;
        int height = line + 30 + Math.max(30, BELOW * (cell.nodes() - 3));
        Diagram.head(body, space.name() + ", its cell", space, architecture, width - NAME);
        body.append(
                "<defs><marker id='kshot-arrow' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7'"
                        + " orient='auto'><path d='M0 0 L8 4 L0 8 Z' fill='" + GREY + "'/></marker></defs>");
        cell.edges().forEach(this::edge);
        for (int node = 0; node < cell.nodes(); node++) {
            node(node);
        }
        return Diagram.document(space, architecture, width, height, body);
    }

    /** Returns how far below the line the label of an edge is: neighbours are joined by the line, arcs from the input stand above. */
    private static int height(Cell.Edge edge) {
        return (edge.to() - edge.from() - 1) * (edge.from() == 0 ? -ABOVE : BELOW);
    }

    private void edge(Cell.Edge edge) {
        boolean live = cell.isLive(edge);
        int height = height(edge);
        int x1 = FIRST + STEP * edge.from();
        int x2 = FIRST + STEP * edge.to();
        // A cubic with both control points at height h has its middle at 3/4 h.
        int control = line + height * 4 / 3;
        int side = Integer.signum(height) * RADIUS * 3 / 4;
        int inset = height == 0 ? RADIUS : RADIUS * 2 / 3;
        String operation = escape(edge.operation());
        String colour = live ? colour(edge.operation()) : GREY;
        body.append(format(
                "<g%s><title>node %d to node %d: %s%s</title>",
                live ? "" : " opacity='.6'", edge.from(), edge.to(), operation, live ? "" : ", dead"));
        body.append(format(
                "<path d='M%d %d C%d %d %d %d %d %d' fill='none' stroke='%s' stroke-width='2'%s"
                        + " marker-end='url(#kshot-arrow)'/>",
                x1 + inset,
                line + side,
                x1 + 40,
                control,
                x2 - 40,
                control,
                x2 - inset - 1,
                line + side,
                colour,
                live ? "" : " stroke-dasharray='5 4'"));
        int middle = (x1 + x2) / 2;
        body.append(format(
                "<rect x='%d' y='%d' width='110' height='%d' rx='4' fill='%s'/>",
                middle - 55, line + height - BOX / 2, BOX, colour));
        body.append(format(
                "<text x='%d' y='%d' text-anchor='middle' fill='#fff'>%s</text></g>",
                middle, line + height + 5, operation));
    }

    private static String colour(String operation) {
        if (operation.contains("pool")) {
            return PURPLE;
        }
        if (operation.contains("skip")) {
            return "#23794a";
        }
        return operation.contains("3x3") ? "#2a6cb3" : operation.contains("1x1") ? "#46607f" : GREY;
    }

    private void node(int node) {
        int x = FIRST + STEP * node;
        int role = line + 42;
        body.append(format(
                "<circle cx='%d' cy='%d' r='%d' fill='none' stroke='currentColor' stroke-width='2'/>",
                x, line, RADIUS));
        body.append(format(
                "<text x='%d' y='%d' text-anchor='middle' font-size='15' font-weight='600'>%d</text>",
                x, line + 5, node));
        if (node == 0) {
            body.append(format("<text x='%d' y='%d' text-anchor='middle' opacity='.75'>input</text>", x, role));
        } else if (node == cell.nodes() - 1) {
            // To the right of the arrow that comes from below.
            body.append(format("<text x='%d' y='%d' opacity='.75'>output</text>", x - 4, role));
        }
    }
}
