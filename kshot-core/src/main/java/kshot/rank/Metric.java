package kshot.rank;

import java.util.OptionalDouble;

/** The metrics of a {@link RankingReport}. */
public enum Metric {
    /** {@link RankCorrelation#kendallA}. */
    KENDALL_A("kendall_a"),
    /** {@link RankCorrelation#kendallB}. */
    KENDALL_B("kendall_b"),
    /** {@link RankCorrelation#spearman}. */
    SPEARMAN("spearman"),
    /** {@link RankCorrelation#pearson}. */
    PEARSON("pearson"),
    /** {@link RankCorrelation#betweenGroups}. */
    BETWEEN_GROUPS("between_groups"),
    /** {@link RankCorrelation#kendallWithinBins}, in bins of similar FLOPs. */
    WITHIN_FLOPS_BINS("within_flops_bins"),
    /** {@link RankCorrelation#kendallWithinBins}, in bins of equal FLOPs. */
    WITHIN_EQUAL_FLOPS("within_equal_flops"),
    /** {@link RankCorrelation#precisionAtK}. */
    PRECISION_AT_K("precision_at_k"),
    /** {@link RankCorrelation#regret}. */
    REGRET("regret");

    private final String key;

    Metric(String key) {
        this.key = key;
    }

    /** Returns its name in JSON. */
    public String key() {
        return key;
    }

    /**
     * Returns its value; empty if it is not defined.
     *
     * @param identity the number of each architecture, ascending; an architecture that a resample contains several
     *     times makes no pair with itself
     */
    OptionalDouble of(Ranked truth, Ranked score, Ranked flops, int[] identity, RankingOptions options) {
        double[] r = truth.values();
        double[] s = score.values();
        return switch (this) {
            case KENDALL_A -> OptionalDouble.of(RankCorrelation.kendallA(truth, score, identity));
            case KENDALL_B -> OptionalDouble.of(RankCorrelation.kendallB(truth, score));
            case SPEARMAN -> OptionalDouble.of(RankCorrelation.spearman(truth, score));
            case PEARSON -> OptionalDouble.of(RankCorrelation.pearson(r, s));
            case BETWEEN_GROUPS -> OptionalDouble.of(RankCorrelation.betweenGroups(r, s, options.topFraction()));
            case WITHIN_FLOPS_BINS ->
                RankCorrelation.kendallWithinBins(truth, score, flops, options.binWidth(), identity);
            case WITHIN_EQUAL_FLOPS -> RankCorrelation.kendallWithinBins(truth, score, flops, 0, identity);
            case PRECISION_AT_K ->
                OptionalDouble.of(RankCorrelation.precisionAtK(r, s, Math.min(options.k(), r.length)));
            case REGRET -> OptionalDouble.of(RankCorrelation.regret(r, s));
        };
    }
}
