package kshot.search.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kshot.search.Evaluation;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate of several scores: the {@linkplain LogRankSum sum of their log-ranks} against a reference population. In a space
 * whose decisions are about {@linkplain SearchSpace#isSequential layers of a sequence} the {@linkplain MainEffects main effects} of that
 * sum are added, fitted to the same population: one half then says what the scores say of an architecture, the other what they say of
 * its decisions in all architectures, in which the noise of single scores is averaged out. Where decisions act together, as in a
 * cell, main effects leave out what matters.
 *
 * <p>In such a sequence a score has no vote if one decision has more than nine tenths of its main effects, unless all are like that:
 * it ranks by that decision, and knows nothing of the others. Untrained networks and supernets are so where only widths are open.
 *
 * <p>It depends on nothing but the scores of an architecture and the population. Equivalent architectures have the same effects.
 */
public final class Aggregate {
    /** Share of the main effects above which a score is taken to follow one decision. */
    private static final double ONE_DECISION = 0.9;

    private final SearchSpace space;
    private final Map<String, String> kinds;
    private final List<Evaluation> reference;
    private final LogRankSum sum;
    private final @Nullable MainEffects effects;

    private Aggregate(SearchSpace space, Map<String, String> kinds, List<Evaluation> reference, LogRankSum sum) {
        this.space = space;
        this.kinds = kinds;
        this.reference = reference;
        this.sum = sum;
        this.effects = space.isSequential() ? effects(space, reference, sum) : null;
    }

    private static MainEffects effects(SearchSpace space, List<Evaluation> reference, LogRankSum sum) {
        return MainEffects.of(
                space,
                reference.stream()
                        .map(evaluation -> space.canonical(evaluation.architecture()))
                        .toList(),
                reference.stream()
                        .mapToDouble(evaluation -> sum.of(evaluation.scores()))
                        .toArray());
    }

    /** Returns the scores that follow more than one decision; all if none does. */
    private static Map<String, String> voters(
            SearchSpace space, Map<String, String> kinds, List<Evaluation> reference) {
        Map<String, String> voters = new LinkedHashMap<>(kinds);
        voters.keySet().removeIf(name -> {
            LogRankSum alone = LogRankSum.of(Map.of(name, name), reference);
            return effects(space, reference, alone).largestShare() > ONE_DECISION;
        });
        return voters.isEmpty() ? kinds : voters;
    }

    /**
     * Returns the aggregate against a reference population.
     *
     * @param kinds the kind of evidence, by the name of the score, as in {@link LogRankSum}
     * @param reference at least one evaluation, each with all these scores
     */
    public static Aggregate of(SearchSpace space, Map<String, String> kinds, List<Evaluation> reference) {
        Map<String, String> voters = space.isSequential() ? voters(space, kinds, reference) : kinds;
        return new Aggregate(space, kinds, List.copyOf(reference), LogRankSum.of(voters, reference));
    }

    /**
     * Returns the aggregate of the other scores.
     *
     * @param name of one of at least two scores
     */
    public Aggregate without(String name) {
        Map<String, String> others = new LinkedHashMap<>(kinds);
        others.remove(name);
        return of(space, others, reference);
    }

    /** Returns the names of the scores that have a vote. */
    public Set<String> voters() {
        return sum.voters();
    }

    /** Returns the aggregate of an architecture with these scores; finite. */
    public double of(Evaluation evaluation) {
        double value = sum.of(evaluation.scores());
        return effects == null ? value : value + effects.of(space.canonical(evaluation.architecture()));
    }
}
