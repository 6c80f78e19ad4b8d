package kshot.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kshot.space.Architecture;

/**
 * Scores architectures. An evaluator gets a whole population at once, so that it can share the work out, or compare the
 * architectures with one another; and it may ask other evaluators, and change or add to their scores.
 */
@FunctionalInterface
public interface Evaluator {

    /**
     * Evaluates a population, and hands over one evaluation for each architecture, in the order given.
     *
     * @param results called for each evaluation as soon as it and all before it are known; what it throws ends the work
     */
    void evaluate(List<Architecture> population, Consumer<Evaluation> results);

    /** Evaluates a population, and returns one evaluation for each architecture, in the order given. */
    default List<Evaluation> evaluate(List<Architecture> population) {
        List<Evaluation> evaluations = new ArrayList<>();
        evaluate(population, evaluations::add);
        return evaluations;
    }
}
