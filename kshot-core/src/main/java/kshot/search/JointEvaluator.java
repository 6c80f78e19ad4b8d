package kshot.search;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kshot.space.Architecture;

/**
 * An evaluator that gives each architecture the scores of several evaluators together. The cost is that of the last evaluator, whose
 * evaluations are handed over as they come; the others have evaluated the whole population before.
 */
public final class JointEvaluator implements Evaluator {
    private final List<Evaluator> others;
    private final Evaluator last;

    /**
     * Makes an evaluator.
     *
     * @param evaluators at least one; where several have a score of the same name, that of the last of them counts
     */
    public JointEvaluator(List<? extends Evaluator> evaluators) {
        this.others = List.copyOf(evaluators.subList(0, evaluators.size() - 1));
        this.last = evaluators.get(evaluators.size() - 1);
    }

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        List<Iterator<Evaluation>> before = others.stream()
                .map(evaluator -> evaluator.evaluate(population).iterator())
                .toList();
        last.evaluate(population, evaluation -> {
            Scores scores = Stream.concat(
                            before.stream()
                                    .map(evaluations -> evaluations.next().scores()),
                            Stream.of(evaluation.scores()))
                    .reduce(Scores::and)
                    .orElseThrow();
            results.accept(new Evaluation(evaluation.architecture(), scores, evaluation.cost()));
        });
    }
}
