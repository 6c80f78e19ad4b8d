package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;

class LargestSamplingTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-macro");

    private static long flops(Architecture architecture) {
        return Cost.of(SPACE.network(architecture)).liveFlops();
    }

    @Test
    void oneDrawIsAUniformOne() {
        RandomGenerator random = new Seed(1).generator("largest");
        RandomGenerator same = new Seed(1).generator("largest");
        for (int i = 0; i < 20; i++) {
            assertThat(SPACE.sampleLargest(1, random)).isEqualTo(SPACE.sample(same));
        }
    }

    @Test
    void itIsTheLargestOfThoseThatAreDrawn() {
        RandomGenerator random = new Seed(2).generator("largest");
        RandomGenerator same = new Seed(2).generator("largest");
        for (int i = 0; i < 20; i++) {
            long[] drawn = new long[5];
            Arrays.setAll(drawn, j -> flops(SPACE.sample(same)));
            assertThat(flops(SPACE.sampleLargest(5, random)))
                    .isEqualTo(Arrays.stream(drawn).max().orElseThrow());
        }
    }

    /**
     * The largest of n uniform numbers is n / (n + 1) in the mean: so is the share of the space that is smaller than the
     * architecture drawn, ties aside. Four standard errors of the mean of 500, each with a deviation of √(n / (n + 2)) / (n + 1).
     */
    @Test
    void itsRankInTheSpaceIsThatOfTheLargestOfUniformNumbers() {
        RandomGenerator random = new Seed(3).generator("largest");
        int draws = 500;
        int n = 4;
        long[] space = new long[1000];
        Arrays.setAll(space, i -> flops(SPACE.sample(random)));
        Arrays.sort(space);
        double mean = 0;
        for (int i = 0; i < draws; i++) {
            long flops = flops(SPACE.sampleLargest(n, random));
            long below = Arrays.stream(space).filter(other -> other < flops).count();
            long equal = Arrays.stream(space).filter(other -> other == flops).count();
            mean += (below + equal / 2.0) / space.length / draws;
        }
        double deviation = Math.sqrt((double) n / (n + 2)) / (n + 1);
        // Of the space there is a sample too: its shares are off by half a root of 1 / 1000 at most.
        double tolerance = 4 * (deviation / Math.sqrt(draws) + 0.5 / Math.sqrt(space.length));
        assertThat(mean).isCloseTo((double) n / (n + 1), within(tolerance));
    }
}
