package kshot.rank;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Values, any but NaN, with their ranks, so that a resample of them need not be ranked again. */
final class Ranked {
    private final double[] values;
    private final int[] ranks;

    private Ranked(double[] values, int[] ranks) {
        this.values = values;
        this.ranks = ranks;
    }

    static Ranked of(double[] values) {
        double[] sorted = Arrays.stream(values).map(v -> v + 0.0).sorted().toArray();
        int distinct = 0;
        for (double value : sorted) {
            if (distinct == 0 || value != sorted[distinct - 1]) {
                sorted[distinct++] = value;
            }
        }
        int end = distinct;
        return new Ranked(
                values,
                Arrays.stream(values)
                        .mapToInt(v -> Arrays.binarySearch(sorted, 0, end, v + 0.0))
                        .toArray());
    }

    /** Returns the number of values. */
    int size() {
        return values.length;
    }

    /** Returns the values, not copied. */
    double[] values() {
        return values;
    }

    /**
     * Returns the rank of a value: a number from 0 on in the order of the values, equal for equal values; 0.0 and -0.0
     * are equal. A selection keeps the ranks of the whole, so they may have gaps.
     */
    int rank(int index) {
        return ranks[index];
    }

    /** Returns the values at the given indices. */
    Ranked select(int[] indices) {
        double[] selected = new double[indices.length];
        int[] ranksOfSelected = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            selected[i] = values[indices[i]];
            ranksOfSelected[i] = ranks[indices[i]];
        }
        return new Ranked(selected, ranksOfSelected);
    }

    /** Returns the ranks from 1 on without gaps; equal values share the mean of their ranks. */
    double[] midranks() {
        int[] equal = new int[Arrays.stream(ranks).max().orElse(0) + 1];
        for (int rank : ranks) {
            equal[rank]++;
        }
        double[] shared = new double[equal.length];
        int below = 0;
        for (int rank = 0; rank < equal.length; rank++) {
            shared[rank] = below + (equal[rank] + 1) / 2.0;
            below += equal[rank];
        }
        return Arrays.stream(ranks).mapToDouble(rank -> shared[rank]).toArray();
    }

    /** Returns the indices in ascending order of the values; of equal values the first comes first. */
    int[] order() {
        return IntStream.range(0, size())
                .mapToLong(i -> (long) ranks[i] << Integer.SIZE | i)
                .sorted()
                .mapToInt(pair -> (int) pair)
                .toArray();
    }
}
