package kshot.search;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * An evaluator that gives equivalent architectures the same scores: those that another evaluator gives their representative,
 * {@link SearchSpace#canonical}. The cost is that of each architecture itself.
 */
public final class CanonicalEvaluator implements Evaluator {
    private final SearchSpace space;
    private final Evaluator evaluator;

    /**
     * Makes an evaluator of a space.
     *
     * @param evaluator scores the representatives
     */
    public CanonicalEvaluator(SearchSpace space, Evaluator evaluator) {
        this.space = space;
        this.evaluator = evaluator;
    }

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        Iterator<Architecture> next = population.iterator();
        evaluator.evaluate(
                population.stream().map(space::canonical).toList(),
                evaluation -> results.accept(Evaluation.of(space, next.next(), evaluation.scores())));
    }
}
