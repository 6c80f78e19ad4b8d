package kshot.run.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The Pareto front of a search: the evaluated architectures that are better than everything that costs no more FLOPs. */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * Returns the front, by FLOPs; of equal architectures the one that was evaluated first. O(n log n).
     *
     * @param score what is to be high; an architecture whose score is NaN is not on the front
     */
    public static List<EvaluatedArchitecture> of(
            List<EvaluatedArchitecture> evaluated, ToDoubleFunction<EvaluatedArchitecture> score) {
        List<EvaluatedArchitecture> sorted = new ArrayList<>(evaluated);
        sorted.sort(Comparator.comparingLong(EvaluatedArchitecture::flops)
                .thenComparing(Comparator.comparingDouble(score).reversed()));
        List<EvaluatedArchitecture> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (EvaluatedArchitecture architecture : sorted) {
            if (score.applyAsDouble(architecture) > best) {
                front.add(architecture);
                best = score.applyAsDouble(architecture);
            }
        }
        return front;
    }
}
