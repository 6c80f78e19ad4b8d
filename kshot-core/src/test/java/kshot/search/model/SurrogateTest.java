package kshot.search.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.search.Evaluation;
import kshot.search.Scores;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class SurrogateTest {
    private static Evaluation evaluation(SearchSpace space, double score, double result, int... choices) {
        return Evaluation.of(
                space, Architecture.of(choices), Scores.of("score", score).with("result", result));
    }

    private static Surrogate surrogate(SearchSpace space, List<Evaluation> trained) {
        return Surrogate.of(space, "score", trained, trained, "result");
    }

    /**
     * The features of a and b are (2, ∓0.5, 0, 1 for the block, 0), as the width of 8 is in the middle of 4, 8 and 16. So k is
     * 4 + 0.25 + 1 = 5.25 of one with itself and 4 − 0.25 = 3.75 of both, and with the targets ∓t = Φ⁻¹(¼) the weights are
     * ∓t / (5.25 + 0.3 − 3.75).
     */
    @Test
    void isAGaussianProcessOfScoreAndDecisions() {
        SearchSpace space = new ToySpace(1);
        double t = 0.6744897501960817;
        Evaluation a = evaluation(space, 10, -3, 0, 1);
        Evaluation b = evaluation(space, 14, -1, 1, 1);
        Surrogate surrogate = surrogate(space, List.of(b, a));
        assertThat(surrogate.of(b)).isCloseTo(t / 1.8 * 1.5, within(1e-9));
        assertThat(surrogate.of(a)).isCloseTo(-t / 1.8 * 1.5, within(1e-9));
        // The block of b with the score of a: k is 4 − 0.25 + 1 with b and 4 + 0.25 with a.
        assertThat(surrogate.of(evaluation(space, 10, 0, 1, 2))).isCloseTo(t / 1.8 * (4.75 - 4.25), within(1e-9));
        // From the other alone, whose k is 5.25 + 0.3.
        assertThat(surrogate.leaveOneOut())
                .containsExactly(new double[] {-t * 3.75 / 5.55, t * 3.75 / 5.55}, within(1e-9));
    }

    /** The first width has been seen to help; the second never changed, and is taken to be like it. */
    @Test
    void widthsAreNumbersThatHelpAlike() {
        SearchSpace space = new ToySpace(2);
        Surrogate surrogate =
                surrogate(space, List.of(evaluation(space, 0, 0.5, 0, 0, 0, 1), evaluation(space, 0, 0.6, 0, 2, 0, 1)));
        double middle = surrogate.of(evaluation(space, 0, 0, 0, 1, 0, 1));
        double wide = surrogate.of(evaluation(space, 0, 0, 0, 2, 0, 1));
        double other = surrogate.of(evaluation(space, 0, 0, 0, 1, 0, 2));
        assertThat(middle).isCloseTo(0, within(1e-9));
        assertThat(wide).isPositive();
        // The effect of the sum has a variance of 1 / 2, that of the first width alone 0.25 / 2.
        assertThat(other / wide).isCloseTo(0.5 / (0.5 + 0.125), within(1e-9));
    }
}
