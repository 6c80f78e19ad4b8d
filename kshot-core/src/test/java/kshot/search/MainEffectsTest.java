package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.space.Architecture;
import org.junit.jupiter.api.Test;

class MainEffectsTest {
    /** One decision, two options with scores 0 and 3: K = I, (I + I) α = (−1.5, 1.5), so the effects are 1.5 ∓ 0.75. */
    @Test
    void arePulledTowardsTheMean() {
        MainEffects effects = MainEffects.of(List.of(Architecture.of(0), Architecture.of(1)), new double[] {0, 3});
        assertThat(effects.of(Architecture.of(0))).isCloseTo(0.75, within(1e-12));
        assertThat(effects.of(Architecture.of(1))).isCloseTo(2.25, within(1e-12));
        assertThat(effects.of(Architecture.of(2))).isCloseTo(1.5, within(1e-12));
    }

    /** The score is the sum of the choices and noise; with 400 architectures the effects are that sum, but for a little. */
    @Test
    void noiseIsAveragedOut() {
        RandomGenerator random = new Seed(1).generator("main effects");
        List<Architecture> population =
                Stream.generate(() -> random(random)).limit(400).toList();
        double[] noisy = population.stream()
                .mapToDouble(architecture -> architecture.stream().sum() + random.nextGaussian())
                .toArray();
        MainEffects effects = MainEffects.of(population, noisy);
        double error = Stream.generate(() -> random(random))
                .limit(200)
                .mapToDouble(x -> Math.pow(effects.of(x) - x.stream().sum(), 2))
                .average()
                .orElseThrow();
        // Of p = 4 · 2 free effects from n = 400 scores of variance 1, the variance of the mean of a fit is (p + 1) / n
        // = 0.0225.
        assertThat(error).isBetween(0.0, 2 * 0.0225);
    }

    @Test
    void refusesScoresThatAreNotOnesOfThePopulation() {
        assertThatThrownBy(() -> MainEffects.of(List.of(Architecture.of(0)), new double[2]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MainEffects.of(List.of(), new double[0])).isInstanceOf(IllegalArgumentException.class);
    }

    private static Architecture random(RandomGenerator random) {
        return Architecture.of(random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3));
    }
}
