package kshot.space;

import java.util.BitSet;
import java.util.List;

/**
 * A cell that the networks of a space repeat: a directed graph whose node 0 is the input and whose last node is the output.
 *
 * @param nodes number of nodes
 * @param edges each from a node to one with a larger number
 */
public record Cell(int nodes, List<Edge> edges) {
    public Cell {
        edges = List.copyOf(edges);
    }

    /**
     * An operation of a cell.
     *
     * @param from the node that it reads
     * @param to the node that it adds to
     * @param operation what it does, for example {@code nor_conv_3x3}
     * @param open whether it passes a signal on
     */
    public record Edge(int from, int to, String operation, boolean open) {}

    /** Returns whether an edge carries a signal from the input to the output. */
    public boolean isLive(Edge edge) {
        return edge.open && reachable().get(edge.from) && useful().get(edge.to);
    }

    /** Returns the nodes that a signal from the input comes to. */
    private BitSet reachable() {
        BitSet found = new BitSet();
        found.set(0);
        for (int node = 0; node < nodes; node++) {
            for (Edge edge : edges) {
                if (edge.open && edge.from == node && found.get(node)) {
                    found.set(edge.to);
                }
            }
        }
        return found;
    }

    /** Returns the nodes from which a signal comes to the output. */
    private BitSet useful() {
        BitSet found = new BitSet();
        found.set(nodes - 1);
        for (int node = nodes - 1; node >= 0; node--) {
            for (Edge edge : edges) {
                if (edge.open && edge.to == node && found.get(node)) {
                    found.set(edge.from);
                }
            }
        }
        return found;
    }
}
