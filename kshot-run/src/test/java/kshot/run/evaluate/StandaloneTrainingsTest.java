package kshot.run.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.run.DataSplits;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.progress.StoppedException;
import kshot.run.progress.StoppingListener;
import kshot.run.settings.SettingsTree;
import kshot.run.settings.StandIn;
import kshot.run.settings.TinySettings;
import kshot.run.store.StandaloneSetup;
import kshot.run.store.StandaloneSetup.Images;
import kshot.run.store.StandaloneTraining;
import kshot.search.Evaluation;
import kshot.search.Scores;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneTrainingsTest {
    private static final StandaloneSetup SETUP = new StandaloneSetup(Images.SEARCH, 0, StandIn.NONE, 2, 1);

    @TempDir
    private Path folder;

    private SettingsTree settings() throws IOException {
        SettingsTree settings = TinySettings.in(folder);
        settings.set("data.validation_fraction", "0.5");
        settings.set("limits.max_flops", "none");
        settings.set("retrain.batch_size", "16");
        settings.set("retrain.precision", "float32");
        settings.set("checkpoint.every_seconds", "0.0");
        return settings;
    }

    private static List<Architecture> four(SearchSpace space) {
        return List.of(
                space.last(),
                space.last().with(1, 0),
                space.last().with(0, 0),
                space.last().with(2, 0));
    }

    /** Without what differs from one time to the next. */
    private static List<String> figures(Run run, StandaloneSetup setup) {
        return run.store().standalone(setup).stream()
                .map(t -> t.arch() + " " + t.accuracy() + " " + t.logLikelihood())
                .toList();
    }

    @Test
    void resultsDependNeitherOnHowManyThereAreAtOnceNorOnInterruptions() throws IOException {
        SettingsTree settings = settings();
        Path stopped = folder.resolve("stopped");
        List<String> undisturbed;
        try (Run run = Run.create(folder.resolve("undisturbed"), settings.copy(), RunListener.NONE)) {
            List<Evaluation> all = new StandaloneTrainings(run, 2)
                    .evaluator(SETUP)
                    .evaluate(four(run.context().space()));
            undisturbed = figures(run, SETUP);
            assertThat(undisturbed).hasSize(4);
            assertThat(all)
                    .extracting(Evaluation::architecture)
                    .isEqualTo(four(run.context().space()));
            for (Evaluation evaluation : all) {
                StandaloneTraining stored = run.store().standalone(SETUP).stream()
                        .filter(t -> t.arch().equals(run.context().space().format(evaluation.architecture())))
                        .findFirst()
                        .orElseThrow();
                assertThat(evaluation.score(Scores.STANDALONE_ACCURACY)).isEqualTo(stored.accuracy());
                assertThat(evaluation.score(Scores.STANDALONE_LOG_LIKELIHOOD)).isEqualTo(stored.logLikelihood());
                assertThat(evaluation.cost())
                        .isEqualTo(Cost.of(run.context().space().network(evaluation.architecture())));
            }
        }
        // 60 images in batches of 16 are 3 steps an epoch: 6 for each training. This stops in the second one.
        try (Run run = Run.create(stopped, settings, new StoppingListener(9))) {
            assertThatThrownBy(() -> new StandaloneTrainings(run, 1)
                            .evaluator(SETUP)
                            .evaluate(four(run.context().space())))
                    .isInstanceOf(StoppedException.class);
            assertThat(figures(run, SETUP)).hasSize(1).allMatch(undisturbed::contains);
        }
        assertThat(stopped.resolve("checkpoints")).isDirectoryContaining("glob:**/standalone-*");
        try (Run run = Run.open(stopped, RunListener.NONE)) {
            String first = run.store().standalone(SETUP).get(0).toString();
            new StandaloneTrainings(run, 1)
                    .evaluator(SETUP)
                    .evaluate(four(run.context().space()));
            assertThat(figures(run, SETUP)).isEqualTo(undisturbed);
            assertThat(run.store().standalone(SETUP))
                    .as("what stands there is not trained again")
                    .extracting(StandaloneTraining::toString)
                    .contains(first);
        }
        assertThat(stopped.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void anotherSeedOrOtherEpochsAreOtherTrainings() throws IOException {
        try (Run run = Run.create(folder.resolve("run"), settings(), RunListener.NONE)) {
            List<Architecture> one = List.of(run.context().space().last());
            Set<String> figures = new HashSet<>();
            for (StandaloneSetup setup : List.of(
                    SETUP,
                    new StandaloneSetup(Images.SEARCH, 0, StandIn.NONE, 2, 2),
                    new StandaloneSetup(Images.SEARCH, 0, StandIn.NONE, 3, 1),
                    new StandaloneSetup(Images.TEST, 0, StandIn.NONE, 2, 1))) {
                new StandaloneTrainings(run).evaluator(setup).evaluate(one);
                figures.addAll(figures(run, setup));
            }
            assertThat(figures).hasSize(4);
            new StandaloneTrainings(run).discard(SETUP, one);
            assertThat(run.store().standalone(SETUP)).isEmpty();
        }
    }

    private static Set<ByteBuffer> pixels(ImageSet set) {
        Set<ByteBuffer> pixels = new HashSet<>();
        IntStream.range(0, set.size()).forEach(i -> pixels.add(ByteBuffer.wrap(set.image(i))));
        return pixels;
    }

    private static int size(EvaluationBatches batches) {
        return IntStream.range(0, batches.count())
                .map(i -> batches.at(i).size())
                .sum();
    }

    /** 120 images: 18 are the test, and of the other 102 half are held out from the supernets. */
    @Test
    void choicesAreMadeOnTheImagesOfTheSearch() throws IOException {
        try (Run run = Run.create(folder.resolve("run"), settings(), RunListener.NONE)) {
            DataSplits images = run.context().images();
            StandaloneRecipe choice = StandaloneRecipe.of(run.context(), SETUP, RunListener.NONE);
            assertThat(pixels(choice.training())).isEqualTo(pixels(images.supernetTraining()));
            assertThat(size(choice.test())).isEqualTo(images.scoring(0).size()).isEqualTo(51);
            StandaloneRecipe truth = StandaloneRecipe.of(
                    run.context(), new StandaloneSetup(Images.TEST, 0, StandIn.NONE, 2, 1), RunListener.NONE);
            assertThat(size(truth.test()))
                    .isEqualTo(images.dataset().test().size())
                    .isEqualTo(18);
            StandaloneRecipe few = StandaloneRecipe.of(
                    run.context(), new StandaloneSetup(Images.SEARCH, 30, StandIn.NONE, 2, 1), RunListener.NONE);
            assertThat(few.training().countsByClass()).containsExactly(10, 10, 10);
            assertThat(pixels(images.supernetTraining())).containsAll(pixels(few.training()));
            assertThat(truth.training().size()).isGreaterThan(choice.training().size());
        }
    }

    /** Where architectures are chosen it counts as a guess among three classes; a truth must not hold it. */
    @Test
    void aTrainingThatDivergesLoses() throws IOException {
        SettingsTree settings = settings();
        settings.set("retrain.learning_rate", "1e30");
        StoppingListener listener = new StoppingListener(Integer.MAX_VALUE);
        try (Run run = Run.create(folder.resolve("run"), settings, listener)) {
            List<Architecture> one = List.of(run.context().space().last());
            Evaluation evaluation =
                    new StandaloneTrainings(run).evaluator(SETUP).evaluate(one).get(0);
            assertThat(evaluation.score(Scores.STANDALONE_ACCURACY)).isEqualTo(1.0 / 3);
            assertThat(evaluation.score(Scores.STANDALONE_LOG_LIKELIHOOD)).isEqualTo(-Math.log(3));
            assertThat(listener.said())
                    .anyMatch(line -> line.contains("diverged") && line.endsWith("it counts as a guess"));
            assertThat(run.store().standalone(SETUP)).allMatch(StandaloneTraining::isDiverged);
            assertThat(folder.resolve("run/checkpoints")).isEmptyDirectory();
            StandaloneSetup truth = new StandaloneSetup(Images.TEST, 0, StandIn.NONE, 2, 1);
            assertThatThrownBy(
                            () -> new StandaloneTrainings(run).evaluator(truth).evaluate(one))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged")
                    .hasMessageEndingWith("a smaller retrain.learning_rate may help");
        }
    }

    @Test
    void aStandInIsSmaller() throws IOException {
        SettingsTree settings = settings();
        settings.set("space.name", "nas-bench-201");
        StandaloneSetup setup = new StandaloneSetup(Images.SEARCH, 0, new StandIn(1, 4, 8), 1, 1);
        try (Run run = Run.create(folder.resolve("run"), settings, RunListener.NONE)) {
            StandaloneRecipe recipe = StandaloneRecipe.of(run.context(), setup, RunListener.NONE);
            assertThat(recipe.space().input()).isEqualTo(new FeatureShape(3, 8, 8));
            assertThat(recipe.space().skeleton().orElseThrow().cells()).isEqualTo(1);
            assertThat(recipe.images().dataset().inputShape()).isEqualTo(new FeatureShape(3, 8, 8));
            assertThat(recipe.training().countsByClass())
                    .isEqualTo(run.context().images().supernetTraining().countsByClass());
            Architecture last = run.context().space().last();
            Evaluation evaluation = new StandaloneTrainings(run)
                    .evaluator(setup)
                    .evaluate(List.of(last))
                    .get(0);
            assertThat(evaluation.cost())
                    .isEqualTo(Cost.of(run.context().space().network(last)));
        }
    }
}
