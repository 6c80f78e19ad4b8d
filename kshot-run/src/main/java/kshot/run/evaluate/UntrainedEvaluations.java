package kshot.run.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.data.ImageSet;
import kshot.execute.Executor;
import kshot.predict.JacobianCovariance;
import kshot.run.DataSplits;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.progress.RunListener;
import kshot.run.settings.PredictorSettings;
import kshot.run.store.PredictionSetup;
import kshot.run.team.Assignment;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.RememberingEvaluator;
import kshot.search.Scores;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.Precision;

/**
 * Scores the untrained networks of architectures on a few images of those that train the supernets. Each score goes into the run
 * store as soon as it is there.
 */
public final class UntrainedEvaluations implements AutoCloseable {
    private final Run run;
    private final PredictionSetup setup;
    private final Executor executor;
    private final JacobianCovariance jacov;

    /** Loads the images of a run. */
    UntrainedEvaluations(Run run) {
        this.run = run;
        PredictorSettings settings = run.context().settings().predictors();
        this.setup = new PredictionSetup(
                JacobianCovariance.NAME, settings.images(), settings.initializations(), settings.standIn());
        this.executor = executor(run.context());
        this.jacov = jacov(run.context(), executor, run.listener());
    }

    /** Returns what runs the untrained networks of a run; the caller closes it. */
    public static Executor executor(RunContext context) {
        return Executor.of(new Compute(context.device(), Precision.FLOAT32));
    }

    /** Returns what scores the untrained networks of a run; the caller closes it. */
    public static JacobianCovariance jacov(RunContext context, Executor executor, RunListener listener) {
        PredictorSettings settings = context.settings().predictors();
        Seed seed = context.seed().derive("untrained");
        DataSplits splits = context.images().resized(settings.standIn().imageSize(), listener);
        ImageSet images = splits.supernetTraining().shuffled(seed);
        int count = Math.min(settings.images(), images.size());
        ImageSet first = images.subset(IntStream.range(0, count).toArray());
        return new JacobianCovariance(
                context.spaces().standIn(settings.standIn()),
                context.space(),
                executor,
                splits.dataset().evaluationBatches(first, count),
                settings.initializations(),
                seed);
    }

    /**
     * Returns an evaluator.
     *
     * @param fresh called after each score that was not known
     */
    Evaluator evaluator(RunListener listener, Runnable fresh) {
        SearchSpace space = run.context().space();
        List<Evaluation> known = run.store().predictions(setup).entrySet().stream()
                .map(stored -> Evaluation.of(
                        space, space.parse(stored.getKey()), Scores.of(JacobianCovariance.NAME, stored.getValue())))
                .toList();
        SharedWork<Evaluation> shared = new SharedWork<>(
                run.team(),
                space,
                jacov::evaluate,
                Assignment.ScoreUntrained::new,
                (architecture, answer) -> Evaluation.of(
                        space, architecture, Scores.of(JacobianCovariance.NAME, answer.get(JacobianCovariance.NAME))));
        return new RememberingEvaluator(
                new WatchedEvaluator(shared::run, listener, "score untrained networks"), known, evaluation -> {
                    run.store()
                            .putPrediction(
                                    setup,
                                    space.format(evaluation.architecture()),
                                    evaluation.score(JacobianCovariance.NAME));
                    fresh.run();
                    run.listener().stop().check();
                });
    }

    @Override
    public void close() {
        jacov.close();
        executor.close();
    }
}
