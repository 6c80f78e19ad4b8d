package kshot.search;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kshot.space.Architecture;

/** An evaluator that gives each architecture the mean of the scores that several evaluators give it. */
public final class MeanEvaluator implements Evaluator {
    private final List<Evaluator> others;
    private final Evaluator last;

    /**
     * Makes an evaluator.
     *
     * @param evaluators at least one; all give scores of the same names
     */
    public MeanEvaluator(List<? extends Evaluator> evaluators) {
        this.others = List.copyOf(evaluators.subList(0, evaluators.size() - 1));
        this.last = evaluators.get(evaluators.size() - 1);
    }

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        List<Iterator<Evaluation>> before = others.stream()
                .map(evaluator -> evaluator.evaluate(population).iterator())
                .toList();
        last.evaluate(population, evaluation -> {
            Stream<Scores> all = Stream.concat(
                    before.stream().map(evaluations -> evaluations.next().scores()), Stream.of(evaluation.scores()));
            results.accept(new Evaluation(evaluation.architecture(), Scores.mean(all.toList()), evaluation.cost()));
        });
    }
}
