package kshot.rank;

import kshot.common.InvalidInputException;
import kshot.common.Seed;

/**
 * The options of a {@link RankingReport}.
 *
 * @param topFraction the size of the top group of {@link Metric#BETWEEN_GROUPS}, in (0, 1)
 * @param k the k of {@link Metric#PRECISION_AT_K}, at least 1; the number of architectures is used if it is smaller
 * @param binWidth the width of the bins of {@link Metric#WITHIN_FLOPS_BINS}: the relative difference of FLOPs in one
 *     bin, at least 0
 * @param bootstrap the bootstrap of the intervals
 */
public record RankingOptions(double topFraction, int k, double binWidth, Bootstrap bootstrap) {
    public RankingOptions {
        InvalidInputException.require(
                topFraction > 0 && topFraction < 1, "fraction of the top group", topFraction, "between 0 and 1");
        InvalidInputException.require(k >= 1, "k of precision at k", k, "at least 1");
        InvalidInputException.require(binWidth >= 0, "width of FLOPs bins", binWidth, "at least 0");
    }

    /** Returns the defaults: the top tenth, precision at 10, bins of 10 %, and {@link Bootstrap#withDefaults}. */
    public static RankingOptions withDefaults(int architectures, Seed seed) {
        return new RankingOptions(0.1, 10, 0.1, Bootstrap.withDefaults(architectures, seed));
    }
}
