package kshot.rank;

/**
 * A statistic and how far to trust it.
 *
 * @param value on all architectures
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record Interval(double value, double low, double high) {}
