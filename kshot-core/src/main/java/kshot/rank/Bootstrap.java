package kshot.rank;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;

/**
 * Percentile intervals by resampling architectures with replacement (Efron 1979, doi:10.1214/aos/1176344552). Two
 * statistics that are compared go into one function, so that they see the same resamples: that makes the comparison
 * paired.
 *
 * @param resamples at least 1; 1,000 are usual
 * @param confidence in (0, 1), for example 0.95
 * @param seed resample i is a function of the seed and i
 */
public record Bootstrap(int resamples, double confidence, Seed seed) {
    public Bootstrap {
        InvalidInputException.require(resamples >= 1, "bootstrap resamples", resamples, "at least 1");
        InvalidInputException.require(
                confidence > 0 && confidence < 1, "confidence of the bootstrap", confidence, "between 0 and 1");
    }

    /** 1,000 resamples, 95 %. */
    public static Bootstrap withDefaults(Seed seed) {
        return new Bootstrap(1000, 0.95, seed);
    }

    /**
     * The interval of a statistic. Its ends are the quantiles of the resampled values, interpolated linearly.
     *
     * @param n number of architectures, at least 1
     * @param statistic a pure function of the indices of architectures, 0 to n − 1 with repetitions; called by several
     *     threads
     */
    public Interval interval(int n, ToDoubleFunction<int[]> statistic) {
        double[] values = IntStream.range(0, resamples)
                .parallel()
                .mapToDouble(i -> statistic.applyAsDouble(resample(n, seed.generator("bootstrap", i))))
                .sorted()
                .toArray();
        double tail = (1 - confidence) / 2;
        double value = statistic.applyAsDouble(IntStream.range(0, n).toArray());
        return new Interval(value, quantile(values, tail), quantile(values, 1 - tail));
    }

    private static int[] resample(int n, RandomGenerator random) {
        int[] indices = random.ints(n, 0, n).toArray();
        Arrays.sort(indices);
        return indices;
    }

    private static double quantile(double[] sorted, double probability) {
        double position = probability * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
