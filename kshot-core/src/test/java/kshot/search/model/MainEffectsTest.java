package kshot.search.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.search.Enumeration;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class MainEffectsTest {
    private static final SearchSpace SPACE = new ToySpace(1);

    /**
     * Two architectures that differ in the first of two decisions, with scores 0 and 3: (K + I) α = (−1.5, 1.5) with 2 on the diagonal
     * of K and 1 beside it, so α = (−0.75, 0.75).
     */
    @Test
    void arePulledTowardsTheMean() {
        MainEffects effects =
                MainEffects.of(SPACE, List.of(Architecture.of(0, 0), Architecture.of(1, 0)), new double[] {0, 3});
        assertThat(effects.of(Architecture.of(0, 0))).isCloseTo(1.5 - 0.75, within(1e-12));
        assertThat(effects.of(Architecture.of(1, 0))).isCloseTo(1.5 + 0.75, within(1e-12));
        assertThat(effects.of(Architecture.of(1, 2)))
                .as("an option that was never met adds nothing")
                .isCloseTo(1.5 + 0.75, within(1e-12));
    }

    /** The score is the sum of the choices and noise; with 400 architectures the effects are that sum, but for a little. */
    @Test
    void noiseIsAveragedOut() {
        SearchSpace space = new ToySpace(2);
        RandomGenerator random = new Seed(1).generator("main effects");
        List<Architecture> population =
                Stream.generate(() -> space.sample(random)).limit(400).toList();
        double[] noisy = population.stream()
                .mapToDouble(architecture -> architecture.stream().sum() + random.nextGaussian())
                .toArray();
        MainEffects effects = MainEffects.of(space, population, noisy);
        double error = Stream.generate(() -> space.sample(random))
                .limit(200)
                .mapToDouble(x -> Math.pow(effects.of(x) - x.stream().sum(), 2))
                .average()
                .orElseThrow();
        // Of p = 1 + 2 + 1 + 2 free effects from n = 400 scores of variance 1, the variance of the mean of a fit is
        // (p + 1) / n = 0.0175.
        assertThat(error).isBetween(0.0, 2 * 0.0175);
    }

    /** Over all architectures effects are orthogonal: those of choices 0 and 3 of one decision, and 0, 1, 2 of the other. */
    @Test
    void sharesAreThoseOfTheVariance() {
        List<Architecture> all = Enumeration.of(SPACE).toList();
        double[] scores =
                all.stream().mapToDouble(a -> 3 * a.choice(0) + a.choice(1)).toArray();
        // Each option of the first decision comes three times, of the second twice: effects of d / (1 + penalty /
        // count).
        double first = 9 / 4.0 * Math.pow(3 / 4.0, 2);
        double second = 2 / 3.0 * Math.pow(2 / 3.0, 2);
        assertThat(MainEffects.of(SPACE, all, scores).largestShare())
                .isCloseTo(first / (first + second), within(1e-12));
        assertThat(MainEffects.of(SPACE, all, new double[all.size()]).largestShare())
                .isEqualTo(1);
    }

    @Test
    void refusesScoresThatAreNotOnesOfThePopulation() {
        assertThatThrownBy(() -> MainEffects.of(SPACE, List.of(Architecture.of(0, 0)), new double[2]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MainEffects.of(SPACE, List.of(), new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
