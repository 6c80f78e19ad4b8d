package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairSamplingTest {
    private static final SearchSpace SPACE = Spaces.named("small");

    private static int[] counts(List<Architecture> architectures, int decision) {
        int[] counts = new int[SPACE.decisions().get(decision).size()];
        architectures.forEach(a -> counts[a.choice(decision)]++);
        return counts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 13, 14, 30})
    void everyOptionComesAsOftenAsAnyOther(int count) {
        RandomGenerator random = new Seed(3).generator("fair");
        for (int i = 0; i < 50; i++) {
            List<Architecture> architectures = SPACE.sampleFairly(count, random);
            assertThat(architectures).hasSize(count);
            for (int d = 0; d < SPACE.decisions().size(); d++) {
                int[] counts = counts(architectures, d);
                assertThat(Arrays.stream(counts).max().orElseThrow()
                                - Arrays.stream(counts).min().orElseThrow())
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    /** Each place of the list by itself has every option with the same probability: four standard errors of a share. */
    @Test
    void eachArchitectureIsDrawnUniformly() {
        RandomGenerator random = new Seed(4).generator("fair");
        int draws = 4000;
        List<List<Architecture>> drawn = IntStream.range(0, draws)
                .mapToObj(i -> SPACE.sampleFairly(3, random))
                .toList();
        for (int place = 0; place < 3; place++) {
            int at = place;
            List<Architecture> there = drawn.stream().map(list -> list.get(at)).toList();
            for (int d = 0; d < SPACE.decisions().size(); d++) {
                int[] counts = counts(there, d);
                double share = 1.0 / counts.length;
                double error = Math.sqrt(share * (1 - share) / draws);
                for (int n : counts) {
                    assertThat((double) n / draws).isCloseTo(share, within(4 * error));
                }
            }
        }
    }
}
