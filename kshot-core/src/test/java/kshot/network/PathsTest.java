package kshot.network;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

/** Networks of one cell a stage: the stem's 3×3, three equal cells, and two reductions of two 3×3 convolutions each. */
class PathsTest {
    private static final SearchSpace CELLS = new NasBench201(4, 1, new ToySpace(1).input(), 2);
    private static final String DEAD = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";

    /** The deepest path of the cell is 0 → 1 → 2 → 3 with two 3×3 and a 1×1, so 1 + 3 · 2 + 2 · 2. */
    @Test
    void theKernelExtentIsThatOfTheDeepestPath() {
        assertThat(extent("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"))
                .isEqualTo(11);
    }

    @Test
    void onlyLivePathsCount() {
        assertThat(extent("|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"))
                .isEqualTo(5);
        assertThat(extent(DEAD)).isZero();
    }

    /** 0 → 1 → 3 has two 3×3 and a pooling, 0 → 3 one 3×3: 1 + 3 · 1 + 2 · 2. Where all paths are pooled, nothing is seen sharply. */
    @Test
    void whatIsPooledOnTheWayIsNotSeenSharply() {
        assertThat(extent("|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|nor_conv_3x3~0|none~1|nor_conv_3x3~2|"))
                .isEqualTo(8);
        assertThat(extent("|nor_conv_3x3~0|+|none~0|none~1|+|none~0|avg_pool_3x3~1|none~2|"))
                .isZero();
    }

    /** Two of eight layers with 5×5 in place of 3×3: one pixel more each. */
    @Test
    void largerKernelsCountMore() {
        SearchSpace macro = Spaces.named("nas-bench-macro");
        double of3 = Paths.kernelExtent(macro.network(macro.parse("11111111")));
        double of5 = Paths.kernelExtent(macro.network(macro.parse("12111112")));
        assertThat(of5 - of3).isEqualTo(2);
    }

    /** In each of three cells: a chain of three operations, one around them, a shortcut. The reductions have shortcuts of their own. */
    @Test
    void theShortestPathHasTheFewestOperations() {
        assertThat(shortest("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|avg_pool_3x3~2|"))
                .isEqualTo(9);
        assertThat(shortest("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|"))
                .isEqualTo(3);
        assertThat(shortest("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"))
                .isZero();
    }

    /** Its inverted residuals have shortcuts or make the map smaller, so a signal can avoid every operation that keeps the shape. */
    @Test
    void residualNetworksHaveAShortestPathOfZero() {
        SearchSpace macro = Spaces.named("nas-bench-macro");
        assertThat(Paths.shortest(macro.network(macro.parse("22222222")))).isZero();
    }

    @Test
    void whereNoPathLeadsToTheScoresTheShortestIsLongerThanAny() {
        Network network = CELLS.network(CELLS.parse(DEAD));
        assertThat(Paths.shortest(network)).isEqualTo(network.nodes().size());
    }

    private static double extent(String arch) {
        return Paths.kernelExtent(CELLS.network(CELLS.parse(arch)));
    }

    private static int shortest(String arch) {
        return Paths.shortest(CELLS.network(CELLS.parse(arch)));
    }
}
