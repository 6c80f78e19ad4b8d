package kshot.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kshot.search.Search.Listener;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * The memory of one run of a search: which architectures it has met, so that it evaluates none twice, and what came of each
 * generation.
 */
public final class Archive {
    /** How often one more new architecture is tried for, before there are taken to be none. */
    private static final int TRIES = 200;

    private final SearchSpace space;
    private final boolean mergeEquivalent;
    private final Evaluator evaluator;
    private final Listener listener;
    private final Set<Architecture> met = new HashSet<>();
    private final List<List<Evaluation>> generations = new ArrayList<>();

    Archive(SearchSpace space, boolean mergeEquivalent, Evaluator evaluator, Listener listener) {
        this.space = space;
        this.mergeEquivalent = mergeEquivalent;
        this.evaluator = evaluator;
        this.listener = listener;
    }

    /**
     * Takes up to {@code count} architectures that the search has not met, and from now on has; fewer if the tries for one
     * more were all in vain.
     *
     * @param proposals architectures, met or not
     * @param allowed whether a proposal may be evaluated
     */
    public List<Architecture> meet(int count, Supplier<Architecture> proposals, Predicate<Architecture> allowed) {
        List<Architecture> fresh = new ArrayList<>();
        boolean found = true;
        while (found && fresh.size() < count) {
            Optional<Architecture> next = Stream.generate(proposals)
                    .limit(TRIES)
                    .filter(architecture -> !met.contains(key(architecture)))
                    .filter(allowed)
                    .findFirst();
            next.ifPresent(architecture -> {
                met.add(key(architecture));
                fresh.add(architecture);
            });
            found = next.isPresent();
        }
        return fresh;
    }

    private Architecture key(Architecture architecture) {
        return mergeEquivalent ? space.canonical(architecture) : architecture;
    }

    /** Evaluates the next generation in one call of the evaluator, and returns its evaluations in order. */
    public List<Evaluation> evaluate(List<Architecture> generation) {
        List<Evaluation> evaluations = new ArrayList<>();
        evaluator.evaluate(generation, evaluation -> {
            int index = evaluations.size();
            requireOrder(index < generation.size() && evaluation.architecture().equals(generation.get(index)));
            evaluations.add(evaluation);
            listener.evaluated(generations.size(), evaluation);
        });
        requireOrder(evaluations.size() == generation.size());
        generations.add(evaluations);
        return evaluations;
    }

    private static void requireOrder(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("the evaluator did not answer in the order it was asked");
        }
    }

    /** Returns what was evaluated in each generation so far. */
    public List<List<Evaluation>> generations() {
        return generations;
    }
}
