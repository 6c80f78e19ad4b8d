package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.settings.Settings.Compare;
import kshot.run.settings.SettingsTree;
import kshot.run.settings.TinySettings;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComparisonTest {
    private static final String WINNER = "8-res_k3-8-id";
    private static final String LARGEST = "8-res_k5-16-res_k5";

    @TempDir
    private Path folder;

    private Run run(Compare compare) throws IOException {
        SettingsTree settings = TinySettings.in(folder);
        settings.set("limits.max_flops", "1000000");
        settings.set("compare", compare.name().toLowerCase(Locale.ROOT));
        return Run.create(folder.resolve("run"), settings, RunListener.NONE);
    }

    @ParameterizedTest
    @EnumSource(Compare.class)
    void theWinnerIsFirstAndEachNetworkHasItsReason(Compare compare) throws IOException {
        try (Run run = run(compare)) {
            run.store().put(RunMetadata.PICKS, new RunMetadata.Picks(WINNER, LARGEST, LARGEST));
            Map<Contestant, Set<Kind>> compared = Comparison.of(run);
            Contestant first = compared.keySet().iterator().next();
            assertThat(first.name()).isEqualTo(WINNER);
            assertThat(compared.get(first)).contains(Kind.WINNER);
            List<Kind> reasons = compared.values().stream()
                    .flatMap(Set::stream)
                    .distinct()
                    .sorted()
                    .toList();
            assertThat(reasons)
                    .isEqualTo(
                            switch (compare) {
                                case NOTHING -> List.of(Kind.WINNER);
                                case FLOPS_PICK -> List.of(Kind.WINNER, Kind.FLOPS_PICK);
                                case YARDSTICKS ->
                                    List.of(Kind.WINNER, Kind.FLOPS_PICK, Kind.MOBILENET_V2, Kind.RESNET_8);
                                case ALL ->
                                    Stream.of(Kind.values())
                                            .filter(kind -> kind != Kind.CHOSEN) // nobody chose any
                                            .toList();
                            });
            assertThat(compared.size()).isLessThanOrEqualTo(Comparison.size(compare));
            assertThat(compared.keySet())
                    .allSatisfy(contestant ->
                            assertThat(Cost.of(contestant.network()).flops()).isLessThanOrEqualTo(1_000_000));
        }
    }

    /** The largest architecture has the most FLOPs, too: it is trained once. */
    @Test
    void oneNetworkMayHaveSeveralReasons() throws IOException {
        try (Run run = run(Compare.ALL)) {
            run.store().put(RunMetadata.PICKS, new RunMetadata.Picks(WINNER, WINNER, LARGEST));
            Map<Contestant, Set<Kind>> compared = Comparison.of(run);
            assertThat(compared.get(compared.keySet().iterator().next())).contains(Kind.WINNER, Kind.FLOPS_PICK);
            assertThat(compared.keySet()).extracting(Contestant::name).doesNotHaveDuplicates();
        }
    }

    @Test
    void thereIsNoWinnerBeforeItIsKnown() throws IOException {
        try (Run run = run(Compare.NOTHING)) {
            assertThat(Comparison.isDecided(run.store())).isFalse();
            assertThatThrownBy(() -> Comparison.of(run))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("winner of the run: none is not allowed; allowed: search first");
            run.store().put(RunMetadata.PICKS, new RunMetadata.Picks(WINNER, null, null));
            assertThat(Comparison.isDecided(run.store())).isTrue();
            assertThat(run.context().space().format(Comparison.winner(run.context(), run.store())))
                    .isEqualTo(WINNER);
            run.store().put(RunMetadata.FINALISTS, RunMetadata.Finalists.open(List.of(WINNER, LARGEST)));
            assertThat(Comparison.isDecided(run.store())).isFalse();
            assertThatThrownBy(() -> Comparison.winner(run.context(), run.store()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("2 candidates");
        }
    }
}
