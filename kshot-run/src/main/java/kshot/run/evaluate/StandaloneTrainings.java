package kshot.run.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import kshot.run.Run;
import kshot.run.progress.JointProgress;
import kshot.run.progress.Progress;
import kshot.run.progress.ProgressDisplay;
import kshot.run.progress.StopRequest;
import kshot.run.store.StandaloneSetup;
import kshot.run.store.StandaloneTraining;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.RememberingEvaluator;
import kshot.search.Scores;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.train.Checkpoints;
import kshot.train.DivergenceException;
import kshot.train.Inference;
import kshot.train.Retrainer;

/**
 * Trains architectures alone, from scratch, and says how well each does on images that did not train it. Several are trained
 * side by side, one thread each; a result depends neither on how many there are at once nor on interruptions.
 *
 * <p>Each result goes into the run store as soon as it is there; what stands there is not trained again. A training that is
 * interrupted goes on from its checkpoint.
 */
public final class StandaloneTrainings {
    private static final String SECONDS = "seconds";
    /** The end of the message of a training that diverged. */
    static final String ADVICE = "; a smaller retrain.learning_rate may help";

    private final Run run;
    private final int atOnce;

    /** Trainings in a run, as many at once as it has threads. */
    public StandaloneTrainings(Run run) {
        this(run, LibTorch.threads());
    }

    /**
     * Trainings in a run.
     *
     * @param atOnce how many go on at once, at least 1
     */
    public StandaloneTrainings(Run run, int atOnce) {
        this.run = run;
        this.atOnce = atOnce;
    }

    /**
     * Returns an evaluator that trains what has not been trained. Its scores are {@link Scores#STANDALONE_ACCURACY} and
     * {@link Scores#STANDALONE_LOG_LIKELIHOOD}; its costs are those of the final networks.
     */
    public Evaluator evaluator(StandaloneSetup setup) {
        return new RememberingEvaluator(
                (population, results) -> train(setup, population, results), known(setup), fresh -> {});
    }

    private List<Evaluation> known(StandaloneSetup setup) {
        return run.store().standalone(setup).stream()
                .map(known -> evaluation(space().parse(known.arch()), known))
                .toList();
    }

    private SearchSpace space() {
        return run.context().space();
    }

    private Evaluation evaluation(Architecture architecture, StandaloneTraining training) {
        Scores scores = Scores.of(Scores.STANDALONE_ACCURACY, training.accuracy())
                .with(Scores.STANDALONE_LOG_LIKELIHOOD, training.logLikelihood());
        return Evaluation.of(space(), architecture, scores);
    }

    /** Forgets what came of architectures in a setup, so that they are trained anew. */
    public void discard(StandaloneSetup setup, List<Architecture> architectures) throws IOException {
        for (Architecture architecture : architectures) {
            String arch = space().format(architecture);
            checkpoints(setup, arch).clear();
            run.store().forgetStandalone(setup, arch);
        }
    }

    private void train(StandaloneSetup setup, List<Architecture> architectures, Consumer<Evaluation> results) {
        StandaloneRecipe recipe = StandaloneRecipe.of(run.context(), setup, run.listener());
        String title = "train " + architectures.size() + " for " + setup.epochs() + " epochs";
        try (ParallelPasses streams = new ParallelPasses(atOnce);
                JointProgress progress = new JointProgress(run.listener(), title, architectures.size())) {
            streams.run(
                    architectures.size(),
                    i -> evaluation(architectures.get(i), train(setup, recipe, architectures.get(i), progress)),
                    results);
        }
    }

    private StandaloneTraining train(
            StandaloneSetup setup, StandaloneRecipe recipe, Architecture architecture, ProgressDisplay display) {
        run.listener().stop().check();
        String arch = space().format(architecture);
        Checkpoints checkpoints = checkpoints(setup, arch);
        try (Retrainer training = recipe.trainer(architecture)) {
            StandaloneTraining result;
            try {
                double seconds = finish(training, checkpoints, arch, display);
                Inference.Score score = recipe.test(architecture, training.last());
                result = new StandaloneTraining(arch, score.accuracy(), score.logLikelihood(), seconds, Instant.now());
            } catch (DivergenceException e) {
                result = diverged(setup, recipe, arch, e);
            }
            run.store().putStandalone(setup, result);
            checkpoints.clear();
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where architectures are chosen, one whose training diverges loses; a truth must not hold it. */
    private StandaloneTraining diverged(
            StandaloneSetup setup, StandaloneRecipe recipe, String arch, DivergenceException divergence) {
        String what = "the training of " + arch + " alone diverged: " + divergence.getMessage();
        if (setup.images() != StandaloneSetup.Images.SEARCH) {
            throw new IllegalStateException(what + ADVICE, divergence);
        }
        run.listener().say(what + "; it counts as a guess");
        return StandaloneTraining.diverged(arch, recipe.training().classes().size(), Instant.now());
    }

    /** Returns the seconds of the training, without interruptions. */
    private double finish(Retrainer training, Checkpoints checkpoints, String arch, ProgressDisplay display)
            throws IOException {
        StopRequest stop = run.listener().stop();
        double before =
                Double.parseDouble(checkpoints.load(training).orElse(Map.of()).getOrDefault(SECONDS, "0"));
        long start = System.nanoTime();
        try (Progress progress = display.progress(arch, training.steps())) {
            progress.skip(training.step());
            while (training.step() < training.steps()) {
                training.train(
                        () -> checkpoints.isDue(training.step()) || stop.isRequested(),
                        step -> progress.update(step.step() + 1, String.format(Locale.ROOT, "loss %.3f", step.loss())));
                if (training.step() < training.steps()) {
                    checkpoints.write(training, Map.of(SECONDS, "" + (before + secondsSince(start))));
                    stop.check();
                }
            }
        }
        return before + secondsSince(start);
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private Checkpoints checkpoints(StandaloneSetup setup, String arch) {
        Map<String, String> identity = Map.of("setup", setup.toString(), "architecture", arch);
        String name = String.format(Locale.ROOT, "standalone-%08x", (setup + arch).hashCode());
        return run.checkpoints(name, identity, List.of());
    }
}
