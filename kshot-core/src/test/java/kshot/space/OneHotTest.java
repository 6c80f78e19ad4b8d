package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class OneHotTest {
    /** Layers of kernels {1, 3} and widths {4, 8, 16}; the architecture is 3×3 of 16, then 1×1 of 8. */
    private static final ToySpace TOY = new ToySpace(2);

    private static final Architecture ARCHITECTURE = Architecture.of(1, 2, 0, 1);

    @Test
    void operationsByHand() {
        OneHot operations = OneHot.operations(TOY);
        assertThat(operations.length()).isEqualTo(4);
        assertThat(operations.ones(ARCHITECTURE)).containsExactly(1, 2);
        assertThat(operations.encode(ARCHITECTURE)).containsExactly(0, 1, 1, 0);
    }

    @Test
    void widthsByHand() {
        OneHot widths = OneHot.widths(TOY);
        assertThat(widths.length()).isEqualTo(6);
        assertThat(widths.ones(ARCHITECTURE)).containsExactly(2, 4);
        assertThat(widths.encode(ARCHITECTURE)).containsExactly(0, 0, 1, 0, 1, 0);
    }

    @Test
    void aSpaceWithoutWidthsHasAnEmptyEncoding() {
        OneHot widths = OneHot.widths(NasBench201.cifar10());
        assertThat(widths.length()).isZero();
        assertThat(widths.ones(NasBench201.cifar10().last())).isEmpty();
    }
}
