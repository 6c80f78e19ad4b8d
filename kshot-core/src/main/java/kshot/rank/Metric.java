package kshot.rank;

import java.util.OptionalDouble;

/** The numbers of a {@link RankingReport}. */
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
    /** {@link RankCorrelation#kendallWithinBins}, of FLOPs. */
    WITHIN_FLOPS_BINS("within_flops_bins"),
    /** {@link RankCorrelation#precisionAtK}. */
    PRECISION_AT_K("precision_at_k"),
    /** {@link RankCorrelation#regret}. */
    REGRET("regret");

    private final String key;

    Metric(String key) {
        this.key = key;
    }

    /** Its name in JSON. */
    public String key() {
        return key;
    }

    /** Its value; empty where it is not defined. */
    OptionalDouble of(double[] truth, double[] score, double[] flops, RankingOptions options) {
        return switch (this) {
            case KENDALL_A -> OptionalDouble.of(RankCorrelation.kendallA(truth, score));
            case KENDALL_B -> OptionalDouble.of(RankCorrelation.kendallB(truth, score));
            case SPEARMAN -> OptionalDouble.of(RankCorrelation.spearman(truth, score));
            case PEARSON -> OptionalDouble.of(RankCorrelation.pearson(truth, score));
            case BETWEEN_GROUPS ->
                OptionalDouble.of(RankCorrelation.betweenGroups(truth, score, options.topFraction()));
            case WITHIN_FLOPS_BINS -> RankCorrelation.kendallWithinBins(truth, score, flops, options.binWidth());
            case PRECISION_AT_K ->
                OptionalDouble.of(RankCorrelation.precisionAtK(truth, score, Math.min(options.k(), truth.length)));
            case REGRET -> OptionalDouble.of(RankCorrelation.regret(truth, score));
        };
    }
}
