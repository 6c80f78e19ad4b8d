package kshot.space;

import java.util.ArrayList;
import java.util.List;

/**
 * The one-hot encodings of a space: A(a) of its operation decisions and C(a) of its width decisions. Each decision has a
 * block of its own, in the order of layers, so that the encoding tells not only what was chosen but where.
 *
 * <p>An encoding is kept as the indices of its ones: a matrix times the encoding is then a sum of columns.
 */
public final class OneHot {
    private final List<Integer> decisions = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();
    private final int length;

    private OneHot(List<Decision> all, Decision.Kind kind) {
        int end = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).kind() == kind) {
                decisions.add(i);
                offsets.add(end);
                end += all.get(i).size();
            }
        }
        length = end;
    }

    /** A(a), the encoding of the operation decisions. */
    public static OneHot operations(SearchSpace space) {
        return new OneHot(space.decisions(), Decision.Kind.OPERATION);
    }

    /** C(a), the encoding of the width decisions. */
    public static OneHot widths(SearchSpace space) {
        return new OneHot(space.decisions(), Decision.Kind.WIDTH);
    }

    /** Number of entries; 0 if the space has no decision of the kind. */
    public int length() {
        return length;
    }

    /** The indices of the ones, ascending: one for each decision of the kind. */
    public int[] ones(Architecture architecture) {
        int[] ones = new int[decisions.size()];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = offsets.get(i) + architecture.choice(decisions.get(i));
        }
        return ones;
    }

    /** The encoding written out: 0s and 1s. */
    public float[] encode(Architecture architecture) {
        float[] vector = new float[length];
        for (int one : ones(architecture)) {
            vector[one] = 1;
        }
        return vector;
    }
}
