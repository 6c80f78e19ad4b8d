package kshot.search.model;

import java.util.List;
import java.util.function.Consumer;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Scores;
import kshot.space.Architecture;

/**
 * An evaluator that adds the aggregate of several scores to those that another evaluator gives.
 *
 * @param evaluator gives the scores
 * @param aggregate of them, whose name is {@link Scores#AGGREGATE}
 */
public record AggregateEvaluator(Evaluator evaluator, Aggregate aggregate) implements Evaluator {
    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        evaluator.evaluate(
                population,
                evaluation -> results.accept(evaluation.with(Scores.of(Scores.AGGREGATE, aggregate.of(evaluation)))));
    }
}
