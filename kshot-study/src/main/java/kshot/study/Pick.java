package kshot.study;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was picked.
 *
 * @param truth its true value
 * @param rank 1 for the best inside the limits
 */
public record Pick(double truth, int rank) {

    /** The true values of some picks. */
    static Spread truths(Collection<Pick> picks) {
        return Spread.of(picks.stream().map(Pick::truth).toList());
    }

    /** The upper one of two. */
    static int medianRank(Collection<Pick> picks) {
        int[] ranks = picks.stream().mapToInt(Pick::rank).sorted().toArray();
        return ranks[ranks.length / 2];
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("truth", truth);
        json.put("rank", rank);
        return json;
    }
}
