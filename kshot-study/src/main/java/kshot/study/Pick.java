package kshot.study;

import java.util.Collection;
import kshot.study.result.Spread;

/**
 * An architecture that was picked, by what it is worth.
 *
 * @param truth its true value
 * @param rank 1 for the best inside the limits
 */
public record Pick(double truth, int rank) {

    /** Returns the true values of some picks. */
    static Spread truths(Collection<Pick> picks) {
        return Spread.of(picks.stream().map(Pick::truth).toList());
    }

    /** Returns the median of the ranks, of an even number the upper one. */
    static int medianRank(Collection<Pick> picks) {
        int[] ranks = picks.stream().mapToInt(Pick::rank).sorted().toArray();
        return ranks[ranks.length / 2];
    }
}
