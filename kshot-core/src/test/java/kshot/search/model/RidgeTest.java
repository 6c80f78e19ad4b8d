package kshot.search.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RidgeTest {
    private static final double[][] POINTS = {{1}, {2}};
    private static final double[] TARGETS = {0, 3};

    /** The primal form: w minimises (w + 1.5)² + (2w − 1.5)² + w², so 6 w = 1.5. */
    @Test
    void isTheSolutionOfThePrimalProblem() {
        Ridge ridge = new Ridge(POINTS, TARGETS, 1);
        assertThat(ridge.of(new double[] {0})).isCloseTo(1.5, within(1e-12));
        assertThat(ridge.of(new double[] {4})).isCloseTo(1.5 + 4 * 0.25, within(1e-12));
    }

    /**
     * Around the mean 1.5: from the second point alone w minimises (2w − 1.5)² + w², so w = 0.6; from the first alone
     * (w + 1.5)² + w², so w = −0.75.
     */
    @Test
    void leavesOneOut() {
        double[] values = new Ridge(POINTS, TARGETS, 1).leaveOneOut();
        assertThat(values[0]).isCloseTo(1.5 + 0.6, within(1e-12));
        assertThat(values[1]).isCloseTo(1.5 - 2 * 0.75, within(1e-12));
    }

    @Test
    void refusesTargetsThatAreNotOnesOfThePoints() {
        assertThatThrownBy(() -> new Ridge(POINTS, new double[1], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 points with 1 targets have no regression");
    }
}
