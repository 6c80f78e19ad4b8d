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
import kshot.run.team.Assignment;
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
 * side by side, one thread each, and shared out to ranks; a result depends neither on how many there are at once nor on interruptions.
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
        int ofRank = (architectures.size() + run.team().size() - 1) / run.team().size();
        try (ParallelPasses streams = new ParallelPasses(atOnce);
                JointProgress progress = new JointProgress(run.listener(), title, ofRank)) {
            SharedWork<StandaloneTraining> shared = new SharedWork<>(
                    run.team(),
                    space(),
                    (own, done) -> streams.run(own.size(), i -> train(setup, recipe, own.get(i), progress), done),
                    others -> new Assignment.TrainAlone(setup, others),
                    (architecture, answer) -> ofOther(setup, recipe, space().format(architecture), answer));
            shared.run(architectures, training -> results.accept(evaluation(space().parse(training.arch()), training)));
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
                result = diverged(setup, recipe, arch, String.valueOf(e.getMessage()));
            }
            run.store().putStandalone(setup, result);
            checkpoints.clear();
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what another rank has trained, from its start: it has no checkpoints. */
    private StandaloneTraining ofOther(
            StandaloneSetup setup, StandaloneRecipe recipe, String arch, Assignment.Answer answer) {
        StandaloneTraining result = answer.divergence().isEmpty()
                ? new StandaloneTraining(
                        arch,
                        answer.get(Scores.STANDALONE_ACCURACY),
                        answer.get(Scores.STANDALONE_LOG_LIKELIHOOD),
                        answer.get(SECONDS),
                        Instant.now())
                : diverged(setup, recipe, arch, answer.divergence());
        run.store().putStandalone(setup, result);
        run.listener().stop().check();
        return result;
    }

    /** Trains an architecture on another rank than rank 0, and returns the answer. */
    public static Assignment.Answer ofMember(StandaloneRecipe recipe, Architecture architecture) {
        long start = System.nanoTime();
        try (Retrainer training = recipe.trainer(architecture)) {
            training.train(training.steps(), step -> {});
            double seconds = secondsSince(start);
            Inference.Score score = recipe.test(architecture, training.last());
            return new Assignment.Answer(
                    Map.of(
                            Scores.STANDALONE_ACCURACY,
                            score.accuracy(),
                            Scores.STANDALONE_LOG_LIKELIHOOD,
                            score.logLikelihood(),
                            SECONDS,
                            seconds),
                    "");
        } catch (DivergenceException e) {
            return new Assignment.Answer(Map.of(), String.valueOf(e.getMessage()));
        }
    }

    /** Where architectures are chosen, one whose training diverges loses; a truth must not hold it. */
    private StandaloneTraining diverged(
            StandaloneSetup setup, StandaloneRecipe recipe, String arch, String divergence) {
        String what = "the training of " + arch + " alone diverged: " + divergence;
        if (setup.images() != StandaloneSetup.Images.SEARCH) {
            throw new IllegalStateException(what + ADVICE);
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
