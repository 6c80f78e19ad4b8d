package kshot.search;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Pareto front: the evaluated architectures that no other beats in both score and FLOPs.
 *
 * @param members by ascending FLOPs, and so by ascending score; architectures equal in both are all members
 */
public record ParetoFront(List<Evaluation> members) {
    public ParetoFront {
        members = List.copyOf(members);
    }

    /**
     * Finds the front of evaluations.
     *
     * @param score name of the score
     */
    public static ParetoFront of(List<Evaluation> evaluations, String score) {
        int[] ranks = NonDominatedSorting.ranks(errors(evaluations, score), flops(evaluations));
        return new ParetoFront(IntStream.range(0, ranks.length)
                .filter(i -> ranks[i] == 0)
                .mapToObj(evaluations::get)
                .sorted(Comparator.comparingLong(e -> e.cost().flops()))
                .toList());
    }

    /** Returns the first objective, which is minimised: the score's opposite. */
    static double[] errors(List<Evaluation> evaluations, String score) {
        return evaluations.stream().mapToDouble(e -> -e.score(score)).toArray();
    }

    /** Returns the second objective, which is minimised. */
    static double[] flops(List<Evaluation> evaluations) {
        return evaluations.stream().mapToDouble(e -> e.cost().flops()).toArray();
    }
}
