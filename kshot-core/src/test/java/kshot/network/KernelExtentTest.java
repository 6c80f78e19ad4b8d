package kshot.network;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class KernelExtentTest {
    private static final SearchSpace CELLS = new NasBench201(4, 1, new ToySpace(1).input(), 2);

    /**
     * One cell a stage: the stem's 3×3, three cells, and two reductions of two 3×3 convolutions each. The deepest path of the
     * cell below is 0 → 1 → 2 → 3 with two 3×3 and a 1×1, so 1 + 3 · 2 + 2 · 2.
     */
    @Test
    void isThatOfTheDeepestPath() {
        assertThat(extent("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"))
                .isEqualTo(11);
    }

    @Test
    void onlyLivePathsCount() {
        assertThat(extent("|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"))
                .isEqualTo(5);
        assertThat(extent("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")).isZero();
    }

    /** Two of eight layers with 5×5 in place of 3×3: one pixel more each. */
    @Test
    void largerKernelsCountMore() {
        SearchSpace macro = Spaces.named("nas-bench-macro");
        double of3 = KernelExtent.of(macro.network(macro.parse("11111111")));
        double of5 = KernelExtent.of(macro.network(macro.parse("12111112")));
        assertThat(of5 - of3).isEqualTo(2);
    }

    private static double extent(String arch) {
        return KernelExtent.of(CELLS.network(CELLS.parse(arch)));
    }
}
