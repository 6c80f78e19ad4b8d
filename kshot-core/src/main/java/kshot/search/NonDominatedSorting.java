package kshot.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sorting into fronts by dominance (Deb et al. 2002, doi:10.1109/4235.996017) for two objectives, both minimised. A
 * point dominates another if it is no worse in both and better in one; equal points do not dominate each other.
 */
public final class NonDominatedSorting {
    private NonDominatedSorting() {}

    /**
     * The front of each point, from 0: front 0 is dominated by none, front r + 1 by points of front r.
     *
     * <p>O(n log n). In lexicographic order every point comes after those that dominate it, and the point that was added
     * last to a front has its smallest second objective, so it dominates a new point if any of the front does. These
     * smallest values do not descend from front to front, so the first front that does not dominate is found by bisection.
     *
     * @param first first objective of each point, without NaN
     * @param second second objective of each point, without NaN
     */
    public static int[] ranks(double[] first, double[] second) {
        requireNumbers(first, second);
        int[] order = IntStream.range(0, first.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> first[i]).thenComparingDouble(i -> second[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] ranks = new int[first.length];
        List<Double> lowest = new ArrayList<>();
        for (int n = 0; n < order.length; n++) {
            int point = order[n];
            if (n > 0 && first[point] == first[order[n - 1]] && second[point] == second[order[n - 1]]) {
                ranks[point] = ranks[order[n - 1]];
            } else {
                int rank = firstAbove(lowest, second[point]);
                ranks[point] = rank;
                if (rank == lowest.size()) {
                    lowest.add(second[point]);
                } else {
                    lowest.set(rank, second[point]);
                }
            }
        }
        return ranks;
    }

    /** Index of the first value above {@code bound} in an ascending list; its size if there is none. */
    private static int firstAbove(List<Double> ascending, double bound) {
        int low = 0;
        int high = ascending.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending.get(middle) > bound) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static void requireNumbers(double[] first, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(
                    first.length + " values of the first objective, " + second.length + " of the second");
        }
        if (Arrays.stream(first).anyMatch(Double::isNaN)
                || Arrays.stream(second).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("an objective is NaN");
        }
    }
}
