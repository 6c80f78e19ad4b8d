package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kshot.space.Cell.Edge;
import org.junit.jupiter.api.Test;

class CellTest {
    private static List<String> live(Cell cell) {
        return cell.edges().stream()
                .filter(cell::isLive)
                .map(edge -> edge.from() + "-" + edge.to())
                .toList();
    }

    @Test
    void anEdgeIsLiveOnAnOpenPathFromTheInputToTheOutput() {
        Edge closed = new Edge(0, 1, "none", false);
        Edge start = new Edge(0, 2, "skip", true);
        Edge unreached = new Edge(1, 4, "conv", true);
        Edge useless = new Edge(2, 3, "conv", true);
        Edge end = new Edge(2, 4, "conv", true);
        assertThat(live(new Cell(5, List.of(closed, start, unreached, useless, end))))
                .containsExactly("0-2", "2-4");
    }

    @Test
    void cellsOfNasBench201() {
        NasBench201 space = NasBench201.cifar10();
        Architecture all = Architecture.of(3, 3, 3, 3, 3, 3);
        assertThat(live(space.cell(all).orElseThrow())).containsExactly("0-1", "0-2", "1-2", "0-3", "1-3", "2-3");
        Cell cell = space.cell(
                        space.parse("|none~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|none~0|avg_pool_3x3~1|skip_connect~2|"))
                .orElseThrow();
        assertThat(cell.nodes()).isEqualTo(4);
        assertThat(cell.edges().get(4)).isEqualTo(new Edge(1, 3, "avg_pool_3x3", true));
        assertThat(live(cell)).containsExactly("0-2", "2-3");
    }
}
