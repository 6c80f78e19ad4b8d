package kshot.run.pipeline;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import kshot.common.InvalidInputException;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.settings.Settings.Compare;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.space.shipped.Yardstick;

/** The networks that are trained from scratch: the winner, other models, and what the settings compare them with. */
final class Comparison {
    /** Random architectures in a comparison of everything. */
    private static final int RANDOM_PICKS = 3;

    private final RunContext context;
    private final Map<Contestant, Set<Kind>> kinds = new LinkedHashMap<>();

    private Comparison(RunContext context) {
        this.context = context;
    }

    /** Returns how many networks are trained at most. */
    static int size(Compare compare) {
        return switch (compare) {
            case NOTHING -> 1;
            case FLOPS_PICK -> 2;
            case YARDSTICKS -> 2 + Yardstick.values().length;
            case ALL -> 3 + RANDOM_PICKS + Yardstick.values().length;
        };
    }

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
                        "not known among " + finalists.candidates().size() + " candidates",
                        "train the finalists first"));
        return store.get(RunMetadata.PICKS)
                .orElseThrow(() -> InvalidInputException.of("winner of the run", "none", "search first"));
    }

    /** Returns each network with its reasons, the winner first. One may stand for several reasons. */
    static Map<Contestant, Set<Kind>> of(Run run) {
        Compare compare = run.context().settings().compare();
        RunMetadata.Picks picks = picks(run.store());
        Comparison comparison = new Comparison(run.context());
        comparison.add(Kind.WINNER, picks.winner());
        ChosenModels.of(run.context(), run.store()).forEach(arch -> comparison.add(Kind.CHOSEN, arch));
        if (compare != Compare.NOTHING && picks.flopsPick() != null) {
            comparison.add(Kind.FLOPS_PICK, picks.flopsPick());
        }
        if (compare == Compare.ALL) {
            if (picks.largest() != null) {
                comparison.add(Kind.LARGEST, picks.largest());
            }
            comparison.addRandom();
        }
        if (compare == Compare.YARDSTICKS || compare == Compare.ALL) {
            FittedYardsticks.of(run).forEach(scaled -> comparison.add(kind(scaled.yardstick()), scaled));
        }
        return comparison.kinds;
    }

    private static Kind kind(Yardstick yardstick) {
        return switch (yardstick) {
            case MOBILENET_V2 -> Kind.MOBILENET_V2;
            case RESNET_8 -> Kind.RESNET_8;
        };
    }

    private void addRandom() {
        FeasibleSampler sampler = new FeasibleSampler(context.space(), context.limits());
        RandomGenerator random = context.seed().generator("random picks");
        for (int i = 0; i < RANDOM_PICKS; i++) {
            add(Kind.RANDOM, new Contestant.OfSpace(context.space(), sampler.sample(random)));
        }
    }

    private void add(Kind kind, String architecture) {
        add(kind, new Contestant.OfSpace(context.space(), context.space().parse(architecture)));
    }

    private void add(Kind kind, Contestant contestant) {
        kinds.computeIfAbsent(contestant, c -> EnumSet.noneOf(Kind.class)).add(kind);
    }
}
