package kshot.search;

import java.util.Comparator;
import java.util.List;

/**
 * What a search found.
 *
 * @param best the architecture with the best score; of equal ones that with the fewest FLOPs
 * @param front the trade-off between score and FLOPs over everything evaluated
 * @param generations the architectures evaluated in each generation, from 0, each architecture once
 */
public record SearchResult(Evaluation best, ParetoFront front, List<List<Evaluation>> generations) {
    public SearchResult {
        generations = generations.stream().map(List::copyOf).toList();
    }

    /** The result of the given generations, at least one architecture in all. */
    static SearchResult of(List<List<Evaluation>> generations, Score score) {
        List<Evaluation> all = generations.stream().flatMap(List::stream).toList();
        Evaluation best = all.stream().min(bestFirst(score)).orElseThrow();
        return new SearchResult(best, ParetoFront.of(all, score), generations);
    }

    /** The best score first, of equal ones the fewest FLOPs. */
    static Comparator<Evaluation> bestFirst(Score score) {
        return Comparator.<Evaluation>comparingDouble(e -> -score.of(e))
                .thenComparingLong(e -> e.cost().flops());
    }

    /** Everything evaluated, in order. */
    public List<Evaluation> evaluations() {
        return generations.stream().flatMap(List::stream).toList();
    }
}
