package kshot.rank;

import java.util.Arrays;
import kshot.common.InvalidInputException;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The mean of differences between pairs of measurements, with its interval of 95 % by Student's t-distribution (Student
 * 1908, doi:10.1093/biomet/6.1.1).
 *
 * @param pairs the number of pairs, at least 2
 * @param mean the mean difference
 * @param halfWidth half the width of the interval, which lies symmetrically around the mean
 */
public record PairedDifference(int pairs, double mean, double halfWidth) {
    private static final double UPPER_TAIL_FROM = 0.975;

    /**
     * Returns the mean and interval of differences: mean ± t · s / √n, where s is the standard deviation with n − 1 in its
     * denominator, and t the 97.5th percentile with n − 1 degrees of freedom.
     *
     * @param differences one of each pair, at least two
     */
    public static PairedDifference of(double... differences) {
        int n = differences.length;
        InvalidInputException.require(n >= 2, "pairs of a difference", n, "at least 2");
        double mean = Arrays.stream(differences).average().orElseThrow();
        double squares =
                Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
        double error = Math.sqrt(squares / (n - 1) / n);
        double t = new TDistribution(n - 1).inverseCumulativeProbability(UPPER_TAIL_FROM);
        return new PairedDifference(n, mean, t * error);
    }
}
