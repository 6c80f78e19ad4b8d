package kshot.search.model;

import java.util.List;
import java.util.Map;
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
 * <p>It depends on nothing but the scores of an architecture and the population. Equivalent architectures have the same effects.
 */
public final class Aggregate {
    private final SearchSpace space;
    private final List<Evaluation> reference;
    private final LogRankSum sum;
    private final @Nullable MainEffects effects;

    private Aggregate(SearchSpace space, List<Evaluation> reference, LogRankSum sum) {
        this.space = space;
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

    /**
     * Returns the aggregate against a reference population.
     *
     * @param kinds the kind of evidence, by the name of the score, as in {@link LogRankSum}
     * @param reference at least one evaluation, each with all these scores
     */
    public static Aggregate of(SearchSpace space, Map<String, String> kinds, List<Evaluation> reference) {
        return new Aggregate(space, List.copyOf(reference), LogRankSum.of(kinds, reference));
    }

    /**
     * Returns the aggregate of the other scores.
     *
     * @param name of one of at least two scores
     */
    public Aggregate without(String name) {
        return new Aggregate(space, reference, sum.without(name));
    }

    /** Returns the aggregate of an architecture with these scores; finite. */
    public double of(Evaluation evaluation) {
        double value = sum.of(evaluation.scores());
        return effects == null ? value : value + effects.of(space.canonical(evaluation.architecture()));
    }
}
