package kshot.search;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import kshot.space.Architecture;

/** An evaluator that asks another one for each architecture only once. */
public final class RememberingEvaluator implements Evaluator {
    private final Evaluator evaluator;
    private final Consumer<Evaluation> fresh;
    private final Map<Architecture, Evaluation> known = new HashMap<>();

    /**
     * Makes an evaluator that remembers.
     *
     * @param known evaluations of an earlier process, which are not made again
     * @param fresh called for each evaluation that was not known, before it is handed over: to store it
     */
    public RememberingEvaluator(Evaluator evaluator, Collection<Evaluation> known, Consumer<Evaluation> fresh) {
        this.evaluator = evaluator;
        this.fresh = fresh;
        known.forEach(this::remember);
    }

    private void remember(Evaluation evaluation) {
        known.put(evaluation.architecture(), evaluation);
    }

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        List<Architecture> unknown = population.stream()
                .filter(a -> !known.containsKey(a))
                .distinct()
                .toList();
        Queue<Architecture> open = new ArrayDeque<>(population);
        handOver(open, results);
        if (!unknown.isEmpty()) {
            evaluator.evaluate(unknown, evaluation -> {
                fresh.accept(evaluation);
                remember(evaluation);
                handOver(open, results);
            });
        }
    }

    /** Hands over what is known at the front of the queue. */
    private void handOver(Queue<Architecture> open, Consumer<Evaluation> results) {
        for (Evaluation next = known.get(open.peek()); next != null; next = known.get(open.peek())) {
            open.remove();
            results.accept(next);
        }
    }
}
