package kshot.search;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kshot.search.Search.Listener;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * Keeps a search from evaluating an architecture twice. What an earlier run has evaluated is known, but does not count as
 * met: a search that starts again makes the same choices and is told the known results, until it comes to new ones.
 */
final class Archive {
    /** How often one more new architecture is tried for, before there are taken to be none. */
    private static final int TRIES = 200;

    private final SearchSpace space;
    private final boolean mergeEquivalent;
    private final Evaluator evaluator;
    private final Map<Architecture, Evaluation> known = new HashMap<>();
    private final Set<Architecture> met = new HashSet<>();
    private final List<List<Evaluation>> generations = new ArrayList<>();

    Archive(SearchSpace space, boolean mergeEquivalent, Evaluator evaluator, Collection<Evaluation> known) {
        this.space = space;
        this.mergeEquivalent = mergeEquivalent;
        this.evaluator = evaluator;
        known.forEach(evaluation -> this.known.put(evaluation.architecture(), evaluation));
    }

    /**
     * Up to {@code count} architectures that the search has not met, and from now on has; fewer if the tries for one more
     * were all in vain.
     *
     * @param proposals architectures, met or not
     * @param allowed whether a proposal may be evaluated
     */
    List<Architecture> meet(int count, Supplier<Architecture> proposals, Predicate<Architecture> allowed) {
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

    /** Evaluates a generation, those that are not known in one call. */
    List<Evaluation> evaluate(List<Architecture> generation, Listener listener) {
        List<Architecture> unknown =
                generation.stream().filter(a -> !known.containsKey(a)).toList();
        List<Evaluation> fresh = unknown.isEmpty() ? List.of() : evaluator.evaluate(unknown);
        if (!fresh.stream().map(Evaluation::architecture).toList().equals(unknown)) {
            throw new IllegalStateException("the evaluator did not answer in the order it was asked");
        }
        fresh.forEach(evaluation -> known.put(evaluation.architecture(), evaluation));
        List<Evaluation> evaluations = new ArrayList<>();
        for (Architecture architecture : generation) {
            evaluations.add(known.get(architecture));
        }
        listener.generationDone(generations.size(), fresh);
        generations.add(evaluations);
        return evaluations;
    }

    /** What was evaluated in each generation so far. */
    List<List<Evaluation>> generations() {
        return generations;
    }
}
