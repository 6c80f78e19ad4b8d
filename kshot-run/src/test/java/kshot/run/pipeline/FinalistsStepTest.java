package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.rank.BenchmarkTable;
import kshot.rank.Metric;
import kshot.run.Run;
import kshot.run.evaluate.Ranking;
import kshot.run.progress.RunListener;
import kshot.run.progress.StoppedException;
import kshot.run.progress.StoppingListener;
import kshot.run.settings.SettingsTree;
import kshot.run.settings.TinySettings;
import kshot.run.store.RunMetadata;
import kshot.run.store.StandaloneTraining;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinalistsStepTest {
    @TempDir
    private Path folder;

    private SettingsTree settings;

    @BeforeEach
    void draw() throws IOException {
        settings = TinySettings.in(folder);
        settings.set("data.validation_fraction", "0.5");
        settings.set("supernet.batch_size", "16");
        settings.set("supernet.precision", "float32");
        settings.set("retrain.batch_size", "16");
        settings.set("retrain.precision", "float32");
        settings.set("limits.max_flops", "none");
        settings.set("finalists.count", "4");
        settings.set("finalists.score", "log_likelihood");
        settings.set("finalists.batch", "0");
        settings.set("finalists.epochs", "1");
        settings.set("finalists.eta", "2");
        settings.set("finalists.rungs", "3");
    }

    private static List<String> figures(Run run) {
        List<String> figures = new ArrayList<>();
        for (RunMetadata.Rung rung :
                run.store().get(RunMetadata.FINALISTS).orElseThrow().rungs()) {
            figures.add("" + rung);
            run.store().standalone(rung.setup()).forEach(t -> figures.add(t.arch() + t.logLikelihood()));
        }
        return figures;
    }

    /** Four for one epoch, two for two: each epoch has 3 steps, so that 12 are of the first rung and 12 of the second. */
    @Test
    void theBestOfTheLastRungIsTheWinner() throws IOException {
        List<String> undisturbed;
        RunMetadata.Picks picks;
        Path stopped = folder.resolve("stopped");
        try (Run run = Run.create(folder.resolve("run"), settings.copy(), RunListener.NONE)) {
            Pipeline.run(run, Pipeline.Stage.TRAIN);
            Pipeline.run(run, Pipeline.Stage.SEARCH);
            RunMetadata.Finalists open = run.store().get(RunMetadata.FINALISTS).orElseThrow();
            assertThat(open.candidates()).hasSize(4).doesNotHaveDuplicates();
            assertThat(open.rungs()).isEmpty();
            String best = run.store().get(RunMetadata.PICKS).orElseThrow().winner();
            assertThat(open.candidates().get(0)).isEqualTo(best);
            assertThatThrownBy(() -> Pipeline.run(run, Pipeline.Stage.RETRAIN))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("4 candidates");

            Pipeline.run(run, Pipeline.Stage.FINALISTS);
            RunMetadata.Finalists done = run.store().get(RunMetadata.FINALISTS).orElseThrow();
            assertThat(done.rungs()).extracting(rung -> rung.setup().epochs()).containsExactly(1, 2);
            assertThat(done.rungs()).extracting(rung -> rung.archs().size()).containsExactly(4, 2);
            for (RunMetadata.Rung rung : done.rungs()) {
                assertThat(rung.archs().stream()
                                .map(arch -> training(run, rung, arch).logLikelihood()))
                        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
            }
            assertThat(done.rungs().get(0).archs().subList(0, 2))
                    .containsExactlyInAnyOrderElementsOf(done.rungs().get(1).archs());
            picks = run.store().get(RunMetadata.PICKS).orElseThrow();
            assertThat(picks.winner()).isEqualTo(done.rungs().get(1).archs().get(0));
            undisturbed = figures(run);

            Pipeline.run(run, Pipeline.Stage.REPORT);
            assertThat(Files.readString(run.directory().file("report.html")))
                    .contains("id=\"finalists\"", "<th scope=\"col\" class=\"number\">2 epochs</th>");

            Pipeline.discard(run, Pipeline.Stage.FINALISTS);
            assertThat(run.store().get(RunMetadata.FINALISTS)).contains(open);
            assertThat(run.store().get(RunMetadata.PICKS).orElseThrow().winner())
                    .isEqualTo(best);
            done.rungs()
                    .forEach(rung ->
                            assertThat(run.store().standalone(rung.setup())).isEmpty());
        }
        try (Run run = Run.create(stopped, settings, RunListener.NONE)) {
            Pipeline.runUntil(run, Pipeline.Stage.SEARCH);
        }
        for (int step : new int[] {8, 9}) { // in the third training of the first rung, then in the second rung
            try (Run run = Run.open(stopped, new StoppingListener(step))) {
                assertThatThrownBy(() -> Pipeline.run(run, Pipeline.Stage.FINALISTS))
                        .isInstanceOf(StoppedException.class);
            }
        }
        try (Run run = Run.open(stopped, RunListener.NONE)) {
            Pipeline.run(run, Pipeline.Stage.FINALISTS);
            assertThat(figures(run)).isEqualTo(undisturbed);
            assertThat(run.store().get(RunMetadata.PICKS)).contains(picks);
        }
    }

    private static StandaloneTraining training(Run run, RunMetadata.Rung rung, String arch) {
        return run.store().standalone(rung.setup()).stream()
                .filter(t -> t.arch().equals(arch))
                .findFirst()
                .orElseThrow();
    }

    /** The first batch of two has the best of the search and another; a surrogate of both chooses two more. */
    @Test
    void aSurrogateChooses() throws IOException {
        settings.set("finalists.batch", "2");
        settings.set("finalists.rungs", "1");
        List<String> undisturbed;
        try (Run run = Run.create(folder.resolve("run"), settings.copy(), RunListener.NONE)) {
            Pipeline.runUntil(run, Pipeline.Stage.SEARCH);
            RunMetadata.Finalists open = run.store().get(RunMetadata.FINALISTS).orElseThrow();
            assertThat(open.candidates())
                    .as("all that were searched")
                    .hasSizeGreaterThan(4)
                    .doesNotHaveDuplicates();
            Pipeline.run(run, Pipeline.Stage.FINALISTS);
            RunMetadata.Finalists done = run.store().get(RunMetadata.FINALISTS).orElseThrow();
            assertThat(done.candidates()).isEqualTo(open.candidates());
            assertThat(done.rungs().get(0).archs())
                    .hasSize(4)
                    .contains(open.candidates().get(0))
                    .isSubsetOf(open.candidates());
            assertThat(done.surrogate()).isNotNull();
            assertThat(List.of(done.surrogate().heldOut(), done.surrogate().score()))
                    .allSatisfy(tau -> assertThat(tau).isBetween(-1.0, 1.0));
            undisturbed = figures(run);
            surrogateRanks(run, done);
            Pipeline.run(run, Pipeline.Stage.REPORT);
            assertThat(Files.readString(run.directory().file("report.html"))).contains("A surrogate of the trainings");
        }
        Path stopped = folder.resolve("stopped");
        try (Run run = Run.create(stopped, settings, RunListener.NONE)) {
            Pipeline.runUntil(run, Pipeline.Stage.SEARCH);
        }
        try (Run run = Run.open(stopped, new StoppingListener(8))) { // in the third training, of the second batch
            assertThatThrownBy(() -> Pipeline.run(run, Pipeline.Stage.FINALISTS))
                    .isInstanceOf(StoppedException.class);
        }
        try (Run run = Run.open(stopped, RunListener.NONE)) {
            Pipeline.run(run, Pipeline.Stage.FINALISTS);
            assertThat(figures(run)).isEqualTo(undisturbed);
        }
    }

    /** The truth of a table is what came of the four: the surrogate was fitted to it, and ranks it at least as the search does. */
    private void surrogateRanks(Run run, RunMetadata.Finalists done) throws IOException {
        StringBuilder csv = new StringBuilder("arch,accuracy\n");
        for (StandaloneTraining training :
                run.store().standalone(done.rungs().get(0).setup())) {
            csv.append(training.arch())
                    .append(',')
                    .append(training.logLikelihood())
                    .append('\n');
        }
        BenchmarkTable table = BenchmarkTable.read(Files.writeString(folder.resolve("table.csv"), csv));
        List<String> predictors = run.context().settings().search().score();
        Ranking ranking = Ranking.ofRun(run, table, "accuracy", null, predictors, new Seed(1));
        assertThat(ranking.surrogate()).isNotNull();
        assertThat(ranking.surrogate().intervals().get(Metric.KENDALL_B).value())
                .isGreaterThanOrEqualTo(done.surrogate().score());
        assertThat(Ranking.ofRun(run, table, "accuracy", null, List.of("params"), new Seed(1))
                        .surrogate())
                .as("it has another score")
                .isNull();
    }

    @Test
    void finalistsThatAllDivergeHaveNoWinner() throws IOException {
        settings.set("retrain.learning_rate", "1e30");
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE)) {
            Pipeline.runUntil(run, Pipeline.Stage.SEARCH);
            for (int time = 1; time <= 2; time++) {
                assertThatThrownBy(() -> Pipeline.run(run, Pipeline.Stage.FINALISTS))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("all finalists")
                        .hasMessageEndingWith("a smaller retrain.learning_rate may help");
            }
        }
    }

    @Test
    void withoutFinalistsTheSearchDecides() throws IOException {
        settings.set("finalists.count", "1");
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE)) {
            Pipeline.runUntil(run, Pipeline.Stage.FINALISTS);
            assertThat(run.store().get(RunMetadata.FINALISTS)).isEmpty();
            assertThat(run.store().get(RunMetadata.STAGE_SECONDS).orElseThrow()).containsOnlyKeys("train", "search");
            Comparison.winner(run.context(), run.store());
        }
    }

    @Test
    void aSpaceWithoutCellsHasNone() {
        settings.set("finalists.cells", "1");
        assertThatThrownBy(() -> Run.create(folder.resolve("run"), settings, RunListener.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("finalists.cells and finalists.channels: 1 and null");
        assertThat(folder.resolve("run")).doesNotExist();
    }
}
