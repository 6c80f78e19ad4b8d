package kshot.run.pipeline;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import kshot.common.InvalidInputException;
import kshot.run.RunContext;
import kshot.run.settings.Settings.Compare;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;

/** The architectures that are retrained: the winner, and what the settings compare it with. */
final class Comparison {
    /** Random architectures in a comparison of everything. */
    static final int RANDOM_PICKS = 3;

    private Comparison() {}

    /**
     * Returns the winner of the search.
     *
     * @throws InvalidInputException if the run has not been searched, or its finalists have not been trained
     */
    static Architecture winner(RunContext context, RunStore store) {
        return context.space().parse(picks(store).winner());
    }

    /** Returns whether the winner is known. */
    static boolean isDecided(RunStore store) {
        return store.get(RunMetadata.PICKS).isPresent()
                && store.get(RunMetadata.FINALISTS)
                        .filter(finalists -> finalists.rungs().isEmpty())
                        .isEmpty();
    }

    private static RunMetadata.Picks picks(RunStore store) {
        store.get(RunMetadata.FINALISTS)
                .ifPresent(finalists -> InvalidInputException.require(
                        !finalists.rungs().isEmpty(),
                        "winner of the run",
                        "not known among " + finalists.candidates().size() + " finalists",
                        "train the finalists first"));
        return store.get(RunMetadata.PICKS)
                .orElseThrow(() -> InvalidInputException.of("winner of the run", "none", "search first"));
    }

    /** Returns each architecture with its reasons, the winner first. One may stand for several reasons. */
    static Map<Architecture, Set<Kind>> of(RunContext context, RunStore store, Compare compare) {
        RunMetadata.Picks picks = picks(store);
        Map<Architecture, Set<Kind>> kinds = new LinkedHashMap<>();
        add(kinds, winner(context, store), Kind.WINNER);
        if (compare != Compare.NOTHING && picks.flopsPick() != null) {
            add(kinds, context.space().parse(picks.flopsPick()), Kind.FLOPS_PICK);
        }
        if (compare == Compare.ALL) {
            if (picks.largest() != null) {
                add(kinds, context.space().parse(picks.largest()), Kind.LARGEST);
            }
            FeasibleSampler sampler = new FeasibleSampler(context.space(), context.limits());
            RandomGenerator random = context.seed().generator("random picks");
            for (int i = 0; i < RANDOM_PICKS; i++) {
                add(kinds, sampler.sample(random), Kind.RANDOM);
            }
        }
        return kinds;
    }

    private static void add(Map<Architecture, Set<Kind>> kinds, Architecture architecture, Kind kind) {
        kinds.computeIfAbsent(architecture, a -> EnumSet.noneOf(Kind.class)).add(kind);
    }
}
