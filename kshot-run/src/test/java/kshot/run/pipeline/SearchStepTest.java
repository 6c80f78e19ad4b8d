package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.network.Cost;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.progress.StoppedException;
import kshot.run.progress.StoppingListener;
import kshot.run.settings.SettingsTree;
import kshot.run.settings.TinySettings;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search by what is counted needs no supernets, and its space of 36 architectures can be listed. */
class SearchStepTest {
    @TempDir
    private Path folder;

    private SettingsTree settings;

    @BeforeEach
    void draw() throws IOException {
        settings = TinySettings.in(folder);
        settings.set("search.score", "[params]");
        settings.set("limits.max_flops", "40000");
    }

    private static Stream<Architecture> inside(SearchSpace space) {
        return IntStream.range(0, 36)
                .mapToObj(i -> Architecture.of(i % 2, i / 2 % 3, i / 6 % 2, i / 12))
                .filter(a -> Cost.of(space.network(a)).flops() <= 40_000);
    }

    private static List<String> found(Run run) {
        return run.store().architectures().stream()
                .map(EvaluatedArchitecture::arch)
                .toList();
    }

    @Test
    void theWinnerIsTheBestThatWasEvaluated() throws IOException {
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE)) {
            SearchStep step = new SearchStep(run);
            assertThat(step.work()).isTrue();
            SearchSpace space = run.context().space();
            assertThat(inside(space).count()).isBetween(4L, 32L);
            List<EvaluatedArchitecture> evaluated = run.store().architectures();
            assertThat(evaluated).allSatisfy(a -> {
                assertThat(a.flops()).isLessThanOrEqualTo(40_000);
                assertThat(a.score()).isEqualTo((double) a.params());
                assertThat(a.accuracy()).isNaN();
            });
            RunMetadata.Picks picks = run.store().get(RunMetadata.PICKS).orElseThrow();
            assertThat(picks.winner())
                    .isEqualTo(evaluated.stream()
                            .max(Comparator.comparing(EvaluatedArchitecture::params))
                            .orElseThrow()
                            .arch());
            assertThat(Cost.of(space.network(space.parse(Objects.requireNonNull(picks.flopsPick()))))
                            .flops())
                    .isEqualTo(inside(space)
                            .mapToLong(a -> Cost.of(space.network(a)).flops())
                            .max()
                            .orElseThrow());
            assertThat(Cost.of(space.network(space.parse(Objects.requireNonNull(picks.largest()))))
                            .parameters())
                    .isEqualTo(inside(space)
                            .mapToLong(a -> Cost.of(space.network(a)).parameters())
                            .max()
                            .orElseThrow());
            assertThat(run.store().get(RunMetadata.FINALISTS)).isEmpty();

            assertThat(step.work()).isFalse();
            step.discard();
            assertThat(run.store().get(RunMetadata.PICKS)).isEmpty();
            assertThat(found(run)).isEmpty();
            assertThat(step.work()).isTrue();
            assertThat(run.store().get(RunMetadata.PICKS)).contains(picks);
        }
    }

    @Test
    void whatWasStoppedGoesOn() throws IOException {
        List<String> undisturbed;
        try (Run run = Run.create(folder.resolve("run"), settings.copy(), RunListener.NONE)) {
            new SearchStep(run).work();
            undisturbed = found(run);
        }
        Path stopped = folder.resolve("stopped");
        try (Run run = Run.create(stopped, settings, new StoppingListener(3))) {
            assertThatThrownBy(() -> new SearchStep(run).work()).isInstanceOf(StoppedException.class);
            assertThat(run.store().get(RunMetadata.PICKS)).isEmpty();
            assertThat(found(run)).isEqualTo(undisturbed.subList(0, 3));
        }
        try (Run run = Run.open(stopped, RunListener.NONE)) {
            new SearchStep(run).work();
            assertThat(found(run)).isEqualTo(undisturbed);
        }
    }

    /** Architectures that the search did not meet are of the generation after its last; those that it met stay. */
    @Test
    void theMissingAreEvaluatedAfterTheSearch() throws IOException {
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE)) {
            SearchStep step = new SearchStep(run);
            step.work();
            List<String> met = found(run);
            SearchSpace space = run.context().space();
            List<Architecture> all = inside(space).toList();
            step.evaluateMissing(all);
            assertThat(run.store().architectures().stream().filter(a -> a.generation() == 2))
                    .extracting(EvaluatedArchitecture::arch)
                    .containsExactlyInAnyOrderElementsOf(all.stream()
                            .map(space::format)
                            .filter(a -> !met.contains(a))
                            .toList());
        }
    }
}
