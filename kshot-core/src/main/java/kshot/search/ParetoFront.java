package kshot.search;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The evaluated architectures that no other beats in both score and FLOPs.
 *
 * @param members by ascending FLOPs, and so by ascending score; architectures equal in both are all members
 */
public record ParetoFront(List<Evaluation> members) {
    public ParetoFront {
        members = List.copyOf(members);
    }

    /** The front of all evaluations. */
    public static ParetoFront of(List<Evaluation> evaluations, Score score) {
        int[] ranks = NonDominatedSorting.ranks(errors(evaluations, score), flops(evaluations));
        return new ParetoFront(IntStream.range(0, ranks.length)
                .filter(i -> ranks[i] == 0)
                .mapToObj(evaluations::get)
                .sorted(Comparator.comparingLong(e -> e.cost().flops()))
                .toList());
    }

    /** The first objective, which is minimised: the score's opposite. */
    static double[] errors(List<Evaluation> evaluations, Score score) {
        return evaluations.stream().mapToDouble(e -> -score.of(e)).toArray();
    }

    /** The second objective. */
    static double[] flops(List<Evaluation> evaluations) {
        return evaluations.stream().mapToDouble(e -> e.cost().flops()).toArray();
    }
}
