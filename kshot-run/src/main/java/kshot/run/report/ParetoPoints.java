package kshot.run.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kshot.run.store.EvaluatedArchitecture;

/** The evaluated architectures that are better than everything that costs no more FLOPs. */
final class ParetoPoints {
    private ParetoPoints() {}

    /** Returns the points of a run, by FLOPs; of equal ones the one that was evaluated first. O(n log n). */
    static List<EvaluatedArchitecture> of(RunView run) {
        List<EvaluatedArchitecture> sorted = new ArrayList<>(run.evaluated());
        sorted.sort(Comparator.comparingLong(EvaluatedArchitecture::flops)
                .thenComparing(Comparator.comparingDouble(run::score).reversed()));
        List<EvaluatedArchitecture> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (EvaluatedArchitecture architecture : sorted) {
            if (run.score(architecture) > best) {
                front.add(architecture);
                best = run.score(architecture);
            }
        }
        return front;
    }
}
