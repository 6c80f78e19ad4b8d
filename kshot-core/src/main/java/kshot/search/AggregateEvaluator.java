package kshot.search;

import java.util.List;
import java.util.function.Consumer;
import kshot.space.Architecture;

/**
 * An evaluator that adds a sum of log-ranks to the scores that another evaluator gives.
 *
 * @param evaluator gives the scores that the sum is over
 * @param sum the sum, whose score has the name {@link Scores#AGGREGATE}
 */
public record AggregateEvaluator(Evaluator evaluator, LogRankSum sum) implements Evaluator {
    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        evaluator.evaluate(population, evaluation -> {
            Scores scores = evaluation.scores().with(Scores.AGGREGATE, sum.of(evaluation.scores()));
            results.accept(new Evaluation(evaluation.architecture(), scores, evaluation.cost()));
        });
    }
}
