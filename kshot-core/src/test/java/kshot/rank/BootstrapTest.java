package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import kshot.common.Seed;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    /** The mean of n values of standard deviation 1/√12 has a 95 % interval of ±1.96/√(12 n) around it. */
    @Test
    void intervalOfAMeanIsTheTextbookOne() {
        int n = 2000;
        double[] values = new SplittableRandom(1).doubles(n).toArray();
        Interval interval = new Bootstrap(4000, 0.95, new Seed(2))
                .intervals(n, sample -> mean(values, sample))
                .get(0);
        double half = 1.96 / Math.sqrt(12.0 * n);
        assertThat(interval.value()).isCloseTo(Arrays.stream(values).sum() / n, within(1e-12));
        assertThat(interval.high() - interval.value()).isCloseTo(half, within(0.08 * half));
        assertThat(interval.value() - interval.low()).isCloseTo(half, within(0.08 * half));
    }

    private static double[] mean(double[] values, int[] sample) {
        return new double[] {Arrays.stream(sample).mapToDouble(i -> values[i]).sum() / sample.length};
    }

    @Test
    void sameSeedSameInterval() {
        double[] values = new SplittableRandom(1).doubles(50).toArray();
        List<Interval> intervals = new Bootstrap(200, 0.9, new Seed(2)).intervals(50, sample -> mean(values, sample));
        assertThat(new Bootstrap(200, 0.9, new Seed(2)).intervals(50, sample -> mean(values, sample)))
                .isEqualTo(intervals);
        assertThat(new Bootstrap(200, 0.9, new Seed(3)).intervals(50, sample -> mean(values, sample)))
                .isNotEqualTo(intervals);
    }

    @Test
    void quantilesOfAConstantAreTheConstant() {
        assertThat(new Bootstrap(10, 0.95, new Seed(1)).intervals(5, sample -> new double[] {7}))
                .containsExactly(new Interval(7, 7, 7));
    }

    /** Where a statistic is not defined for a resample it counts as the value, here 1 where all five are in the sample. */
    @Test
    void whatIsNotDefinedMovesNothing() {
        assertThat(new Bootstrap(50, 0.95, new Seed(1)).intervals(5, sample ->
                        new double[] {Arrays.stream(sample).distinct().count() == 5 ? 1 : Double.NaN, Double.NaN}))
                .containsExactly(new Interval(1, 1, 1), new Interval(Double.NaN, Double.NaN, Double.NaN));
    }

    @Test
    void manyArchitecturesGetFewerResamples() {
        assertThat(Bootstrap.withDefaults(10, new Seed(1)).resamples()).isEqualTo(1000);
        assertThat(Bootstrap.withDefaults(2_000, new Seed(1)).resamples()).isEqualTo(1000);
        assertThat(Bootstrap.withDefaults(4_000, new Seed(1)).resamples()).isEqualTo(500);
        assertThat(Bootstrap.withDefaults(1_000_000, new Seed(1)).resamples()).isEqualTo(200);
    }
}
