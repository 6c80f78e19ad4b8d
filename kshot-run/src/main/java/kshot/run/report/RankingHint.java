package kshot.run.report;

import kshot.run.report.page.Format;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;

/** A sentence on how well the search's scores rank what was trained from scratch, where it was enough to say anything. */
final class RankingHint {
    /** Fewer retrained architectures than this say nothing about a ranking. */
    static final int MIN_RANKED = 4;

    private RankingHint() {}

    /**
     * Returns the sentence; empty where there is nothing to say.
     *
     * @param ranking Kendall's τ over the retrained; null where it was not computed
     */
    static String of(RunMetadata.@Nullable Ranking ranking) {
        if (ranking == null || ranking.n() < MIN_RANKED) {
            return "";
        }
        double difference = ranking.tauSearch() - ranking.tauFlops();
        String over = "Over the " + ranking.n() + " retrained architectures of the space ";
        if (Double.isNaN(difference)) {
            return over + "Kendall’s τ is undefined, because all of them tie.";
        }
        return over
                + "Kendall’s τ with test accuracy is %s for the search accuracy and %s for FLOPs, a difference of %s, where chance alone gives ± %s; so few architectures give a hint, not a proof."
                        .formatted(
                                Format.number(ranking.tauSearch(), 2),
                                Format.number(ranking.tauFlops(), 2),
                                Format.signed(difference),
                                Format.number(StandardError.ofTauDifference(ranking.n()), 2));
    }
}
