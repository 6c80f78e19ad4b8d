package kshot.rank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;

/**
 * A bootstrap: percentile intervals from resampling architectures with replacement (Efron 1979,
 * doi:10.1214/aos/1176344552).
 *
 * @param resamples the number of resamples, at least 1; 1,000 are usual
 * @param confidence the confidence level in (0, 1), for example 0.95
 * @param seed the seed; resample i is a function of the seed and i
 */
public record Bootstrap(int resamples, double confidence, Seed seed) {
    private static final int USUAL = 1000;

    /**
     * The number of architectures above which there are fewer resamples: intervals are narrow then, and resamples take
     * long.
     */
    private static final int MANY = 2000;

    private static final int FEWEST = 200;

    public Bootstrap {
        InvalidInputException.require(resamples >= 1, "bootstrap resamples", resamples, "at least 1");
        InvalidInputException.require(
                confidence > 0 && confidence < 1, "confidence of the bootstrap", confidence, "between 0 and 1");
    }

    /**
     * Returns the usual bootstrap: 95 % and 1,000 resamples; fewer for more than 2,000 architectures, but at least 200.
     */
    public static Bootstrap withDefaults(int architectures, Seed seed) {
        int fewer = (int) ((long) USUAL * MANY / Math.max(architectures, MANY));
        return new Bootstrap(Math.max(FEWEST, fewer), 0.95, seed);
    }

    /**
     * Returns the intervals of several statistics on the same resamples, so that the interval of a difference of two is
     * a paired one. The ends are the quantiles of the resampled values, interpolated linearly. A resample for which a
     * statistic is not defined counts as the value of the statistic on all architectures.
     *
     * @param n the number of architectures, at least 1
     * @param statistics a pure function from indices of architectures, 0 to n − 1 ascending with repetitions, to a
     *     fixed number of values, NaN for a value that is not defined; it is called by several threads
     * @return one interval for each statistic; all NaN where it is not defined for all architectures
     */
    public List<Interval> intervals(int n, Function<int[], double[]> statistics) {
        double[] values = statistics.apply(IntStream.range(0, n).toArray());
        double[][] resampled = IntStream.range(0, resamples)
                .parallel()
                .mapToObj(i -> statistics.apply(resample(n, seed.generator("bootstrap", i))))
                .toArray(double[][]::new);
        double tail = (1 - confidence) / 2;
        List<Interval> intervals = new ArrayList<>();
        for (int s = 0; s < values.length; s++) {
            int statistic = s;
            double value = values[s];
            double[] sorted = Arrays.stream(resampled)
                    .mapToDouble(of -> Double.isNaN(of[statistic]) ? value : of[statistic])
                    .sorted()
                    .toArray();
            intervals.add(new Interval(value, quantile(sorted, tail), quantile(sorted, 1 - tail)));
        }
        return intervals;
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
