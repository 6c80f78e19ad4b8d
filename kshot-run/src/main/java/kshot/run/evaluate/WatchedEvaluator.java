package kshot.run.evaluate;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kshot.run.progress.Progress;
import kshot.run.progress.ProgressDisplay;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.space.Architecture;

/**
 * An evaluator that shows how far another one is with each population.
 *
 * @param evaluator evaluates
 * @param display shows
 * @param task what it is called
 */
record WatchedEvaluator(Evaluator evaluator, ProgressDisplay display, String task) implements Evaluator {
    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        AtomicInteger done = new AtomicInteger();
        try (Progress progress = display.progress(task, population.size())) {
            evaluator.evaluate(population, evaluation -> {
                results.accept(evaluation);
                progress.update(done.incrementAndGet(), "");
            });
        }
    }
}
