package kshot.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weighted sum of the log-ranks of several scores against one reference population: {@code Σ w_p ln(rank_p / (m + 1))}. It depends
 * on nothing but the scores of an architecture and the population, so an architecture has one value, whatever was evaluated before.
 *
 * @param terms each score's weight and its log-rank, by the name of the score
 */
public record LogRankSum(Map<String, Term> terms) {

    /**
     * A term of the sum.
     *
     * @param weight more than 0
     * @param logRank against the reference population
     */
    public record Term(double weight, LogRank logRank) {
        public Term {
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "the weight of a term has to be finite and more than 0, not " + weight);
            }
        }
    }

    public LogRankSum {
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("a sum of log-ranks needs a term");
        }
        terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    }

    /**
     * Returns the sum over scores of a reference population.
     *
     * @param weights by the name of the score
     * @param reference at least one evaluation, each with all these scores
     */
    public static LogRankSum of(Map<String, Double> weights, List<Evaluation> reference) {
        Map<String, Term> terms = new LinkedHashMap<>();
        weights.forEach((name, weight) -> terms.put(
                name,
                new Term(
                        weight,
                        new LogRank(reference.stream()
                                .mapToDouble(evaluation -> evaluation.score(name))
                                .toArray()))));
        return new LogRankSum(terms);
    }

    /**
     * Returns this sum without a term.
     *
     * @param name of one of at least two terms
     */
    public LogRankSum without(String name) {
        Map<String, Term> others = new LinkedHashMap<>(terms);
        others.remove(name);
        return new LogRankSum(others);
    }

    /**
     * Returns the sum for the scores of an architecture.
     *
     * @return finite, at most 0
     */
    public double of(Scores scores) {
        double sum = 0;
        for (Map.Entry<String, Term> term : terms.entrySet()) {
            sum += term.getValue().weight() * term.getValue().logRank().of(scores.get(term.getKey()));
        }
        return sum;
    }
}
