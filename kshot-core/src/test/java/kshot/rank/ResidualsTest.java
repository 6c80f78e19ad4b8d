package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResidualsTest {
    /** The line through (0, 1), (1, 3), (2, 3), (3, 5) is 1.2 + 1.2 x. */
    @Test
    void ofALineByHand() {
        double[][] x = {{0}, {1}, {2}, {3}};
        assertThat(Residuals.of(new double[] {1, 3, 3, 5}, x))
                .containsExactly(new double[] {-0.2, 0.6, -0.6, 0.2}, within(1e-12));
    }

    @Test
    void aQuantityWithOneValueExplainsNothing() {
        double[] deviations = {-1, 0, 1};
        assertThat(Residuals.of(new double[] {1, 2, 3}, new double[][] {{7}, {7}, {7}}))
                .containsExactly(deviations, within(1e-12));
        assertThat(Residuals.of(new double[] {1, 2, 3, 2}, new double[][] {{7, 1}, {7, 2}, {7, 3}, {7, 2}}))
                .containsExactly(new double[4], within(1e-12));
    }
}
