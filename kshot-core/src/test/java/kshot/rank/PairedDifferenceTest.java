package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
    /** Of 1 and 3: mean 2, s = √2, s/√2 = 1; with one degree of freedom t is tan(0.475 π) = 12.7062. */
    @Test
    void twoPairsHaveTheQuantileOfCauchy() {
        PairedDifference difference = PairedDifference.of(1, 3);
        assertThat(difference.pairs()).isEqualTo(2);
        assertThat(difference.mean()).isEqualTo(2);
        assertThat(difference.halfWidth()).isCloseTo(Math.tan(0.475 * Math.PI), within(1e-6));
    }

    /**
     * Of 2, 4, 6: mean 4, s = 2, s/√3 = 1.154701; with two degrees of freedom the quantile of p is
     * (2p − 1) · √(2 / (4p(1 − p))) = 4.302653 in closed form.
     */
    @Test
    void threePairsHaveTheQuantileInClosedForm() {
        double t = 0.95 * Math.sqrt(2 / (4 * 0.975 * 0.025));
        assertThat(PairedDifference.of(2, 4, 6).halfWidth()).isCloseTo(t * 2 / Math.sqrt(3), within(1e-6));
    }

    @Test
    void equalDifferencesHaveNoWidth() {
        assertThat(PairedDifference.of(0.5, 0.5, 0.5, 0.5)).isEqualTo(new PairedDifference(4, 0.5, 0));
    }

    @Test
    void onePairHasNoInterval() {
        assertThatThrownBy(() -> PairedDifference.of(1)).hasMessageContaining("pairs of a difference: 1");
    }
}
