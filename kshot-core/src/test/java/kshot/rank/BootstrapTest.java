package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import kshot.common.Seed;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    /** The mean of n values of standard deviation 1/√12 has a 95 % interval of ±1.96/√(12 n) around it. */
    @Test
    void intervalOfAMeanIsTheTextbookOne() {
        int n = 2000;
        double[] values = new SplittableRandom(1).doubles(n).toArray();
        Interval interval = new Bootstrap(4000, 0.95, new Seed(2)).interval(n, sample -> mean(values, sample));
        double half = 1.96 / Math.sqrt(12.0 * n);
        assertThat(interval.value()).isCloseTo(Arrays.stream(values).sum() / n, within(1e-12));
        assertThat(interval.high() - interval.value()).isCloseTo(half, within(0.08 * half));
        assertThat(interval.value() - interval.low()).isCloseTo(half, within(0.08 * half));
    }

    private static double mean(double[] values, int[] sample) {
        return Arrays.stream(sample).mapToDouble(i -> values[i]).sum() / sample.length;
    }

    @Test
    void sameSeedSameInterval() {
        double[] values = new SplittableRandom(1).doubles(50).toArray();
        Interval interval = new Bootstrap(200, 0.9, new Seed(2)).interval(50, sample -> mean(values, sample));
        assertThat(new Bootstrap(200, 0.9, new Seed(2)).interval(50, sample -> mean(values, sample)))
                .isEqualTo(interval);
        assertThat(new Bootstrap(200, 0.9, new Seed(3)).interval(50, sample -> mean(values, sample)))
                .isNotEqualTo(interval);
    }

    @Test
    void quantilesOfAConstantAreTheConstant() {
        assertThat(new Bootstrap(10, 0.95, new Seed(1)).interval(5, sample -> 7))
                .isEqualTo(new Interval(7, 7, 7));
    }
}
