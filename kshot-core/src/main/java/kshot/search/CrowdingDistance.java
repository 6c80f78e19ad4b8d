package kshot.search;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The crowding distance of a point: how lonely it is in its front (Deb et al. 2002, doi:10.1109/4235.996017): the sum over objectives of the distance
 * between its two neighbours, relative to the extent of the front; infinite for the ends.
 *
 * <p>The paper leaves equal points open. Here the first of them counts and the others get 0: a copy adds nothing to a
 * front. A front of fewer than three different points has only ends.
 */
public final class CrowdingDistance {
    private CrowdingDistance() {}

    private record Point(double first, double second) {}

    /**
     * The distance of each point within its own front. O(n log n).
     *
     * @param first first objective of each point, finite
     * @param second second objective of each point, finite
     * @param ranks front of each point, see {@link NonDominatedSorting#ranks}
     */
    public static double[] of(double[] first, double[] second, int[] ranks) {
        double[] distances = new double[ranks.length];
        IntStream.range(0, ranks.length)
                .boxed()
                .collect(Collectors.groupingBy(i -> ranks[i]))
                .values()
                .forEach(front -> addFront(distances, first, second, front));
        return distances;
    }

    private static void addFront(double[] distances, double[] first, double[] second, List<Integer> front) {
        Set<Point> seen = new HashSet<>();
        List<Integer> distinct = front.stream()
                .filter(i -> seen.add(new Point(first[i], second[i])))
                .toList();
        addObjective(distances, first, distinct);
        addObjective(distances, second, distinct);
    }

    private static void addObjective(double[] distances, double[] values, List<Integer> front) {
        List<Integer> order = front.stream()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .toList();
        int last = order.size() - 1;
        double extent = values[order.get(last)] - values[order.get(0)];
        distances[order.get(0)] = Double.POSITIVE_INFINITY;
        distances[order.get(last)] = Double.POSITIVE_INFINITY;
        for (int i = 1; i < last; i++) {
            distances[order.get(i)] += (values[order.get(i + 1)] - values[order.get(i - 1)]) / extent;
        }
    }
}
