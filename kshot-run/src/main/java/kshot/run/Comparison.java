package kshot.run;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import kshot.common.InvalidInputException;
import kshot.run.settings.Settings.Compare;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.search.FeasibleSampler;
import org.jspecify.annotations.Nullable;

/** What is retrained: the winner, and what the settings compare it with. */
final class Comparison {
    /** Random architectures in a comparison of everything. */
    static final int RANDOM_PICKS = 3;

    private Comparison() {}

    static String winner(Run run) {
        return run.store()
                .get(RunMetadata.PICKS)
                .map(RunMetadata.Picks::winner)
                .orElseThrow(() -> InvalidInputException.of("winner of the run", "none", "search first"));
    }

    /** Text form and reasons of each, the winner first. One architecture may stand for several reasons. */
    static Map<String, Set<Kind>> of(Run run, Compare compare) {
        Map<String, Set<Kind>> kinds = new LinkedHashMap<>();
        add(kinds, winner(run), Kind.WINNER);
        RunMetadata.Picks picks = run.store().get(RunMetadata.PICKS).orElseThrow();
        if (compare != Compare.NOTHING) {
            add(kinds, picks.flopsPick(), Kind.FLOPS_PICK);
        }
        if (compare == Compare.ALL) {
            add(kinds, picks.largest(), Kind.LARGEST);
            FeasibleSampler sampler = new FeasibleSampler(run.space(), run.limits());
            RandomGenerator random = run.seed().generator("random picks");
            for (int i = 0; i < RANDOM_PICKS; i++) {
                add(kinds, run.space().format(sampler.sample(random)), Kind.RANDOM);
            }
        }
        return kinds;
    }

    private static void add(Map<String, Set<Kind>> kinds, @Nullable String arch, Kind kind) {
        if (arch != null) {
            kinds.computeIfAbsent(arch, a -> EnumSet.noneOf(Kind.class)).add(kind);
        }
    }
}
