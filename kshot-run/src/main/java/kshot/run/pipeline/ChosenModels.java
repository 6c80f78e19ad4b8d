package kshot.run.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.ParetoFront;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.space.SearchSpace;

/**
 * The architectures beside the winner that are trained from scratch and exported: those of the Pareto front that the
 * settings ask for, and those that the user chose.
 */
public final class ChosenModels {
    private ChosenModels() {}

    /** Returns the architectures, in the space's text form, without the winner. */
    static List<String> of(RunContext context, RunStore store) {
        String winner = store.get(RunMetadata.PICKS).orElseThrow().winner();
        Set<String> chosen = new LinkedHashSet<>(smaller(context.settings().models(), winner, store));
        chosen.addAll(store.get(RunMetadata.CHOSEN).orElse(List.of()));
        chosen.remove(winner);
        return List.copyOf(chosen);
    }

    /**
     * Returns smaller architectures of the front than the winner: of {@code models} in all, number i is the one whose FLOPs are
     * nearest to i / models of the winner's.
     */
    private static List<String> smaller(int models, String winner, RunStore store) {
        Optional<EvaluatedArchitecture> largest = store.architecture(winner);
        if (models == 1 || largest.isEmpty()) {
            return List.of();
        }
        long flops = largest.get().flops();
        List<EvaluatedArchitecture> front = front(store).stream()
                .filter(architecture -> architecture.flops() < flops)
                .toList();
        return IntStream.range(1, models)
                .mapToObj(i -> front.stream()
                        .min(Comparator.comparingDouble(a -> Math.abs(a.flops() - (double) flops * i / models))))
                .flatMap(Optional::stream)
                .map(EvaluatedArchitecture::arch)
                .distinct()
                .toList();
    }

    private static List<EvaluatedArchitecture> front(RunStore store) {
        return ParetoFront.of(store.architectures(), EvaluatedArchitecture::score);
    }

    /**
     * Adds an architecture that the search evaluated.
     *
     * @throws InvalidInputException if it is none of the space, or was not evaluated
     */
    public static void add(Run run, String arch) {
        SearchSpace space = run.context().space();
        String text = space.format(space.parse(arch));
        InvalidInputException.require(
                run.store().architecture(text).isPresent(),
                "architecture to be trained",
                text,
                "one that the search of this run evaluated");
        Set<String> chosen =
                new LinkedHashSet<>(run.store().get(RunMetadata.CHOSEN).orElse(List.of()));
        chosen.add(text);
        run.store().put(RunMetadata.CHOSEN, new ArrayList<>(chosen));
    }

    /**
     * Adds an architecture of the Pareto front.
     *
     * @param number its place by FLOPs, from 1, as the report shows it
     * @throws InvalidInputException if the front has no such place
     */
    public static void addOfFront(Run run, int number) {
        List<EvaluatedArchitecture> front = front(run.store());
        InvalidInputException.require(!front.isEmpty(), "Pareto front of the run", "empty", "search first");
        Range.atLeast(1).atMost(front.size()).require("--front", number);
        add(run, front.get(number - 1).arch());
    }
}
