package kshot.rank;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.PearsonsCorrelation;

/**
 * Coefficients that measure how well scores s rank architectures of true accuracies r. They are pure functions of two
 * arrays in the same order of architectures; larger is better in both. No result depends on that order: each definition
 * says how equal values count.
 *
 * <p>A coefficient that would divide by zero because all values of one side are equal is 0: such a side ranks nothing.
 * Arrays of different lengths, fewer than two architectures and NaN are refused with an
 * {@link IllegalArgumentException}.
 */
public final class RankCorrelation {
    /** The smallest bin of {@link #kendallWithinBins}. */
    public static final int SMALLEST_BIN = 5;

    private RankCorrelation() {}

    /**
     * Returns Kendall's τ, Eq. (18) of the paper's supplement: concordant minus discordant pairs, relative to all
     * n(n−1)/2. Pairs that are equal on either side are neither. This is τ-a. O(n log n).
     */
    public static double kendallA(double[] truth, double[] score) {
        return kendallA(Ranked.of(truth), Ranked.of(score), eachOnce(truth));
    }

    /**
     * Returns Kendall's τ over the pairs of different architectures: in a resample an architecture may stand several
     * times, and it makes no pair with itself. The result is 0 if there is no other pair.
     *
     * @param identity the number of each architecture, ascending
     */
    static double kendallA(Ranked truth, Ranked score, int[] identity) {
        Pairs pairs = Pairs.count(truth, score);
        long different = pairs.all - equalPairs(identity);
        return different == 0 ? 0 : (double) pairs.net() / different;
    }

    /**
     * Returns Kendall's τ-b, which corrects for equal values: concordant minus discordant pairs, relative to the
     * geometric mean of the pairs that differ in truth and of those that differ in score (Kendall 1945,
     * doi:10.1093/biomet/33.3.239). O(n log n).
     */
    public static double kendallB(double[] truth, double[] score) {
        return kendallB(Ranked.of(truth), Ranked.of(score));
    }

    static double kendallB(Ranked truth, Ranked score) {
        Pairs pairs = Pairs.count(truth, score);
        double scale = Math.sqrt((double) (pairs.all - pairs.equalTruth) * (pairs.all - pairs.equalScore));
        return scale == 0 ? 0 : pairs.net() / scale;
    }

    /**
     * Returns Spearman's ρ, Eq. (19): Pearson's coefficient of the ranks. Equal values share the mean of their ranks.
     */
    public static double spearman(double[] truth, double[] score) {
        return spearman(Ranked.of(truth), Ranked.of(score));
    }

    static double spearman(Ranked truth, Ranked score) {
        requireSamples(truth.values(), score.values());
        return pearson(truth.midranks(), score.midranks());
    }

    /** Returns Pearson's linear correlation coefficient. */
    public static double pearson(double[] truth, double[] score) {
        requireSamples(truth, score);
        return isConstant(truth) || isConstant(score) ? 0 : new PearsonsCorrelation().correlation(truth, score);
    }

    /**
     * Returns Kendall's τ-a over the pairs of one architecture of the top group and one outside of it. The top group is
     * the {@code topFraction} of architectures with the best truth, rounded, at least one and not all. It does not
     * matter which architectures are inside among those whose truth equals that of the group's last: pairs of equal
     * truth are neither concordant nor discordant, and the sums over all ways to fill the group are averaged. O(n log
     * n).
     *
     * @param topFraction the size of the top group as a fraction, in (0, 1)
     */
    public static double betweenGroups(double[] truth, double[] score, double topFraction) {
        requireSamples(truth, score);
        if (!(topFraction > 0 && topFraction < 1)) {
            throw new IllegalArgumentException("fraction of the top group: " + topFraction + " is not in (0, 1)");
        }
        int n = truth.length;
        int top = (int) Math.max(1, Math.min(n - 1, Math.round(topFraction * n)));
        double border = kthLargest(truth, top);
        double[] above = where(truth, score, t -> t > border);
        double[] at = where(truth, score, t -> t == border);
        double[] below = where(truth, score, t -> t < border);
        double inside = (double) (top - above.length) / at.length;
        double net = net(above, below) + (1 - inside) * net(above, at) + inside * net(at, below);
        return net / ((double) top * (n - top));
    }

    /**
     * Returns the number of pairs in which the first value is scored higher, minus those in which it is scored lower.
     */
    private static double net(double[] first, double[] second) {
        double[] sorted = second.clone();
        Arrays.sort(sorted);
        double net = 0;
        for (double value : first) {
            net += countBelow(sorted, value) - (sorted.length - countBelow(sorted, Math.nextUp(value)));
        }
        return net;
    }

    private static int countBelow(double[] sorted, double bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Returns the fraction of the k best-scored architectures that are truly among the k best. All whose truth equals
     * the k-th best are among the best; where the k-th best score is shared, the expected value of a random choice is
     * taken.
     *
     * @param k the number of architectures, 1 to n
     */
    public static double precisionAtK(double[] truth, double[] score, int k) {
        requireSamples(truth, score);
        if (k < 1 || k > truth.length) {
            throw new IllegalArgumentException("precision at " + k + " of " + truth.length + " architectures");
        }
        double trueBorder = kthLargest(truth, k);
        double border = kthLargest(score, k);
        double[] chosen = where(score, truth, s -> s > border);
        double[] shared = where(score, truth, s -> s == border);
        double hits =
                count(chosen, trueBorder) + (k - chosen.length) * (double) count(shared, trueBorder) / shared.length;
        return hits / k;
    }

    private static long count(double[] values, double atLeast) {
        return Arrays.stream(values).filter(value -> value >= atLeast).count();
    }

    /**
     * Returns the loss from taking the architecture with the best score: the best truth minus the truth of that
     * architecture, in the unit of the truth. If several share the best score, the mean of their truths is taken.
     */
    public static double regret(double[] truth, double[] score) {
        requireSamples(truth, score);
        double bestScore = Arrays.stream(score).max().orElseThrow();
        double[] predicted = where(score, truth, s -> s == bestScore);
        return Arrays.stream(truth).max().orElseThrow()
                - Arrays.stream(predicted).average().orElseThrow();
    }

    /**
     * Returns Kendall's τ-a over the pairs of similar FLOPs, which measures what the scores know beyond FLOPs. Bins are
     * filled from the fewest FLOPs up; a bin takes everything up to {@code 1 + width} times its fewest. The result is
     * the mean of τ-a over the bins with at least {@value #SMALLEST_BIN} members, weighted by their numbers of pairs.
     * It is empty if there is no such bin.
     *
     * @param flops the FLOPs of each architecture, above 0
     * @param width the relative width of a bin, at least 0; 0 for bins of equal FLOPs
     */
    public static OptionalDouble kendallWithinBins(double[] truth, double[] score, double[] flops, double width) {
        return kendallWithinBins(Ranked.of(truth), Ranked.of(score), Ranked.of(flops), width, eachOnce(truth));
    }

    /**
     * Returns that coefficient over the pairs of different architectures, as {@link #kendallA(Ranked, Ranked, int[])}
     * does.
     */
    static OptionalDouble kendallWithinBins(Ranked truth, Ranked score, Ranked flops, double width, int[] identity) {
        requireSamples(truth.values(), score.values());
        requireSamples(truth.values(), flops.values());
        int[] order = flops.order();
        double[] ascending = flops.select(order).values();
        long net = 0;
        long different = 0;
        int start = 0;
        while (start < order.length) {
            int end = start;
            double border = ascending[start] * (1 + width);
            while (end < order.length && ascending[end] <= border) {
                end++;
            }
            if (end - start >= SMALLEST_BIN) {
                int[] bin = Arrays.copyOfRange(order, start, end);
                Pairs pairs = Pairs.count(truth.select(bin), score.select(bin));
                net += pairs.net();
                different += pairs.all
                        - equalPairs(Arrays.stream(bin).map(i -> identity[i]).toArray());
            }
            start = end;
        }
        return different == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) net / different);
    }

    /**
     * The numbers of pairs of architectures.
     *
     * @param all all pairs, n(n−1)/2
     * @param equalTruth the pairs of equal truth
     * @param equalScore the pairs of equal score
     * @param equalBoth the pairs of equal truth and equal score
     * @param discordant the pairs in opposite order
     */
    private record Pairs(long all, long equalTruth, long equalScore, long equalBoth, long discordant) {

        /** Returns the concordant minus the discordant pairs. */
        long net() {
            return all - equalTruth - equalScore + equalBoth - 2 * discordant;
        }

        /**
         * Counts the pairs by Knight's algorithm (1966, doi:10.1080/01621459.1966.10480879). In the order of truth, and
         * of score where truth is equal, the discordant pairs are the exchanges that a stable sort by score needs.
         */
        static Pairs count(Ranked truth, Ranked score) {
            requireSamples(truth.values(), score.values());
            int n = truth.size();
            long[] both = new long[n];
            for (int i = 0; i < n; i++) {
                both[i] = (long) truth.rank(i) << Integer.SIZE | score.rank(i);
            }
            Arrays.sort(both);
            int[] truths = new int[n];
            int[] scores = new int[n];
            for (int i = 0; i < n; i++) {
                truths[i] = (int) (both[i] >>> Integer.SIZE);
                scores[i] = (int) both[i];
            }
            long discordant = exchanges(scores, new int[n], 0, n);
            return new Pairs(
                    (long) n * (n - 1) / 2, equalPairs(truths), equalPairs(scores), equalPairs(both), discordant);
        }
    }

    /** Counts the pairs of equal values in an array in which equal values stand together. */
    private static long equalPairs(long[] grouped) {
        long pairs = 0;
        int start = 0;
        for (int i = 1; i < grouped.length; i++) {
            if (grouped[i] != grouped[start]) {
                start = i;
            }
            pairs += i - start;
        }
        return pairs;
    }

    private static long equalPairs(int[] grouped) {
        return equalPairs(Arrays.stream(grouped).asLongStream().toArray());
    }

    private static int[] eachOnce(double[] values) {
        return IntStream.range(0, values.length).toArray();
    }

    /** Sorts {@code values[from, to)} by merging and counts the pairs that stood in the wrong order. */
    private static long exchanges(int[] values, int[] buffer, int from, int to) {
        if (to - from < 2) {
            return 0;
        }
        int middle = (from + to) >>> 1;
        long exchanges = exchanges(values, buffer, from, middle) + exchanges(values, buffer, middle, to);
        System.arraycopy(values, from, buffer, from, to - from);
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            if (right == to || (left < middle && buffer[left] <= buffer[right])) {
                values[i] = buffer[left++];
            } else {
                values[i] = buffer[right++];
                exchanges += middle - left;
            }
        }
        return exchanges;
    }

    /** Returns the values whose key satisfies a condition. */
    private static double[] where(double[] keys, double[] values, DoublePredicate fits) {
        return IntStream.range(0, keys.length)
                .filter(i -> fits.test(keys[i]))
                .mapToDouble(i -> values[i])
                .toArray();
    }

    private static double kthLargest(double[] values, int k) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - k];
    }

    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }

    static void requireSamples(double[] truth, double[] score) {
        if (truth.length != score.length) {
            throw new IllegalArgumentException(truth.length + " true values for " + score.length + " scores");
        }
        if (truth.length < 2) {
            throw new IllegalArgumentException("a ranking needs at least 2 architectures, not " + truth.length);
        }
        for (int i = 0; i < truth.length; i++) {
            if (Double.isNaN(truth[i]) || Double.isNaN(score[i])) {
                throw new IllegalArgumentException(
                        "NaN at index " + i + ": true value " + truth[i] + ", score " + score[i]);
            }
        }
    }
}
