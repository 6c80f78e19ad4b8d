package kshot.search.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kshot.search.Evaluation;
import kshot.search.Scores;

/**
 * The sum of the log-ranks of several scores against one reference population, with one vote for each kind of evidence:
 * {@code Σ_kinds mean_p ln(rank_p / (m + 1))}. Scores that say nearly the same, as FLOPs and parameters do, share the vote of their kind.
 * A score that is the same for the whole population has no vote.
 *
 * <p>The sum depends on nothing but the scores of an architecture and the population, so an architecture has one value, whatever was
 * evaluated before.
 *
 * @param terms by the name of the score
 */
public record LogRankSum(Map<String, Term> terms) {

    /**
     * A term of the sum.
     *
     * @param kind of the evidence
     * @param logRank against the reference population
     */
    public record Term(String kind, LogRank logRank) {}

    public LogRankSum {
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("a sum of log-ranks needs a term");
        }
        terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    }

    /**
     * Returns the sum over scores of a reference population.
     *
     * @param kinds the kind of evidence, by the name of the score
     * @param reference at least one evaluation, each with all these scores
     */
    public static LogRankSum of(Map<String, String> kinds, List<Evaluation> reference) {
        Map<String, Term> terms = new LinkedHashMap<>();
        kinds.forEach((name, kind) -> terms.put(
                name,
                new Term(
                        kind,
                        new LogRank(reference.stream()
                                .mapToDouble(evaluation -> evaluation.score(name))
                                .toArray()))));
        return new LogRankSum(terms);
    }

    /** Returns the names of the scores that have a vote: those that are not the same for the whole population. */
    public Set<String> voters() {
        return terms.entrySet().stream()
                .filter(term -> term.getValue().logRank().discriminates())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Returns the sum for the scores of an architecture.
     *
     * @return finite, at most 0
     */
    public double of(Scores scores) {
        double sum = 0;
        for (Map.Entry<String, Term> term : terms.entrySet()) {
            if (term.getValue().logRank().discriminates()) {
                sum += term.getValue().logRank().of(scores.get(term.getKey()))
                        / voters(term.getValue().kind());
            }
        }
        return sum;
    }

    /** Returns how many scores share the vote of a kind. */
    private long voters(String kind) {
        return terms.values().stream()
                .filter(term -> term.kind().equals(kind) && term.logRank().discriminates())
                .count();
    }
}
