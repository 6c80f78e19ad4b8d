package kshot.search;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import kshot.space.Architecture;

/**
 * The result of a search.
 *
 * @param best the architecture with the best score; of equal ones that with the fewest FLOPs
 * @param front the trade-off between score and FLOPs over everything evaluated
 * @param generations the architectures evaluated in each generation, from 0, each architecture once
 */
public record SearchResult(Evaluation best, ParetoFront front, List<List<Evaluation>> generations) {
    public SearchResult {
        generations = generations.stream().map(List::copyOf).toList();
    }

    /**
     * Finds the best architecture and the front of what was evaluated.
     *
     * @param generations at least one architecture in all
     * @param score name of the score
     */
    public static SearchResult of(List<List<Evaluation>> generations, String score) {
        List<Evaluation> all = generations.stream().flatMap(List::stream).toList();
        Evaluation best = all.stream().min(bestFirst(score)).orElseThrow();
        return new SearchResult(best, ParetoFront.of(all, score), generations);
    }

    /**
     * Returns the evaluations with the best scores, the best first, no two of whose architectures have the same key.
     *
     * @param count how many; fewer if there are no more
     * @param score name of the score
     * @param key what architectures differ in, for example in what they compute
     */
    public List<Evaluation> best(int count, String score, UnaryOperator<Architecture> key) {
        Set<Architecture> met = new HashSet<>();
        return evaluations().stream()
                .sorted(bestFirst(score))
                .filter(evaluation -> met.add(key.apply(evaluation.architecture())))
                .limit(count)
                .toList();
    }

    /** Returns the order with the best score first, and of equal ones the fewest FLOPs. */
    public static Comparator<Evaluation> bestFirst(String score) {
        return Comparator.<Evaluation>comparingDouble(e -> -e.score(score))
                .thenComparingLong(e -> e.cost().flops());
    }

    /** Returns everything that was evaluated, in order. */
    public List<Evaluation> evaluations() {
        return generations.stream().flatMap(List::stream).toList();
    }
}
