package kshot.rank;

/**
 * A statistic with its confidence interval.
 *
 * @param value the value on all architectures
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 */
public record Interval(double value, double low, double high) {}
