package kshot.run.evaluate;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kshot.network.Cost;
import kshot.predict.SupernetEvaluator;
import kshot.predict.SupernetScores;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluationSetup;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.store.StoredEvaluation;
import kshot.run.team.Assignment;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.MeanEvaluator;
import kshot.search.RememberingEvaluator;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.weights.SupernetMixture;

/** Evaluates architectures under the trained supernets of a run, on its scoring images, which are loaded once. */
final class SupernetEvaluations implements AutoCloseable {
    private final Run run;
    private final TrainedSupernets trained;
    private final SupernetEvaluator supernets;

    /**
     * Loads the supernets and the images of a run.
     *
     * @throws kshot.common.InvalidInputException if the supernets have not been trained
     */
    SupernetEvaluations(Run run) throws IOException {
        this.run = run;
        this.trained = TrainedSupernets.load(run);
        this.supernets = TrainedSupernets.evaluator(run.context(), trained.executor());
        run.team().assign(new Assignment.LoadSupernets(trained.steps().size()));
        trained.send(run.team().collective());
    }

    /** Returns the learned code λ of an architecture; of several snapshots that of the last. */
    SimplexCode code(Architecture architecture) {
        List<SupernetMixture> mixtures = trained.dictionaries();
        return mixtures.get(mixtures.size() - 1).codes().apply(architecture);
    }

    /** Returns how far the training has moved the merged weights of an architecture; of several snapshots at the last. */
    double reach(Architecture architecture) {
        return trained.reach(code(architecture));
    }

    /**
     * Returns an evaluator whose scores are the means over the snapshots.
     *
     * @param fresh called after each evaluation under a snapshot that was not known
     */
    Evaluator evaluator(Codes codes, RunListener listener, Runnable fresh) {
        List<Evaluator> snapshots = new ArrayList<>();
        for (int i = 0; i < trained.steps().size(); i++) {
            snapshots.add(snapshot(i, codes, listener, fresh));
        }
        return new MeanEvaluator(snapshots);
    }

    private Evaluator snapshot(int index, Codes codes, RunListener listener, Runnable fresh) {
        Settings.Data data = run.context().settings().data();
        int images = run.context().images().scoring(data.validationImages()).size();
        EvaluationSetup setup = new EvaluationSetup(trained.steps().get(index), images, data.validationBatch(), codes);
        SupernetMixture mixture = trained.mixture(run.context(), index, codes == Codes.UNIFORM);
        Evaluator own = supernets.under(List.of(mixture));
        SharedWork<Evaluation> shared = new SharedWork<>(
                run.team(),
                run.context().space(),
                own::evaluate,
                architectures -> new Assignment.ScoreArchitectures(index, codes, architectures),
                this::evaluation);
        int count = trained.steps().size();
        String task =
                "evaluate, " + codes.label() + " codes" + (count > 1 ? ", epoch " + (index + 1) + " of " + count : "");
        return new RememberingEvaluator(
                new WatchedEvaluator(shared::run, listener, task),
                run.store().evaluations(setup).stream().map(this::evaluation).toList(),
                evaluation -> {
                    run.store().putEvaluations(setup, List.of(stored(evaluation, mixture)));
                    fresh.run();
                    run.listener().stop().check();
                });
    }

    private StoredEvaluation stored(Evaluation evaluation, SupernetMixture mixture) {
        return new StoredEvaluation(
                run.context().space().format(evaluation.architecture()),
                evaluation.score(SupernetScores.ACCURACY),
                evaluation.score(SupernetScores.LOG_LIKELIHOOD),
                mixture.codes().apply(evaluation.architecture()),
                Instant.now());
    }

    private Evaluation evaluation(StoredEvaluation stored) {
        return evaluation(run.context().space().parse(stored.arch()), stored.accuracy(), stored.logLikelihood());
    }

    private Evaluation evaluation(Architecture architecture, Assignment.Answer answer) {
        return evaluation(architecture, answer.get(SupernetScores.ACCURACY), answer.get(SupernetScores.LOG_LIKELIHOOD));
    }

    private Evaluation evaluation(Architecture architecture, double accuracy, double logLikelihood) {
        return SupernetScores.evaluation(
                architecture,
                accuracy,
                logLikelihood,
                Cost.of(run.context().space().network(architecture)));
    }

    @Override
    public void close() {
        run.team().assign(new Assignment.ReleaseSupernets());
        supernets.close();
        trained.close();
    }
}
