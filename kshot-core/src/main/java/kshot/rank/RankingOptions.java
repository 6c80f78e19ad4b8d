package kshot.rank;

import kshot.common.InvalidInputException;
import kshot.common.Seed;

/**
 * What a {@link RankingReport} leaves open.
 *
 * @param topFraction size of the top group of {@link Metric#BETWEEN_GROUPS}, in (0, 1)
 * @param k of {@link Metric#PRECISION_AT_K}, at least 1; no more than there are architectures is used
 * @param binWidth of {@link Metric#WITHIN_FLOPS_BINS}: by how much FLOPs may differ in one bin, relative, at least 0
 * @param bootstrap of the intervals
 */
public record RankingOptions(double topFraction, int k, double binWidth, Bootstrap bootstrap) {
    public RankingOptions {
        InvalidInputException.require(
                topFraction > 0 && topFraction < 1, "fraction of the top group", topFraction, "between 0 and 1");
        InvalidInputException.require(k >= 1, "k of precision at k", k, "at least 1");
        InvalidInputException.require(binWidth >= 0, "width of FLOPs bins", binWidth, "at least 0");
    }

    /** The top tenth, precision at 10, bins of 10 %, and {@link Bootstrap#withDefaults}. */
    public static RankingOptions withDefaults(int architectures, Seed seed) {
        return new RankingOptions(0.1, 10, 0.1, Bootstrap.withDefaults(architectures, seed));
    }
}
