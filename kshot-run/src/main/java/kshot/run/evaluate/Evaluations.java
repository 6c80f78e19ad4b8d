package kshot.run.evaluate;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kshot.execute.SupernetMixture;
import kshot.network.Cost;
import kshot.predict.SupernetEvaluator;
import kshot.predict.SupernetScores;
import kshot.run.Run;
import kshot.run.progress.RunListener;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluationSetup;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.store.StoredEvaluation;
import kshot.search.CanonicalEvaluator;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.MeanEvaluator;
import kshot.search.RememberingEvaluator;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;

/**
 * Evaluates architectures under the trained supernets of a run, on its scoring images, which are loaded once. Everything
 * that asks for scores of a run asks here: the search, {@code evaluate}, {@code rank} and the studies.
 *
 * <p>Each evaluation under each snapshot goes into the run store as soon as it is there; what stands there is not evaluated
 * again, so a job that was killed goes on. Where {@code search.merge_equivalent} says so, architectures that the space calls
 * equivalent have the scores of their representative.
 */
public final class Evaluations implements AutoCloseable {
    private final Run run;
    private final TrainedSupernets trained;
    private final SupernetEvaluator supernets;

    private Evaluations(Run run, TrainedSupernets trained) {
        this.run = run;
        this.trained = trained;
        this.supernets = TrainedSupernets.evaluator(run.context(), trained.executor());
    }

    /**
     * Loads the supernets and the images of a run.
     *
     * @throws kshot.common.InvalidInputException if the supernets have not been trained
     */
    public static Evaluations open(Run run) throws IOException {
        return new Evaluations(run, TrainedSupernets.load(run));
    }

    /**
     * Counts of a call of {@link #each}.
     *
     * @param distinct number of networks that stand for the architectures asked for
     * @param fresh number of evaluations of those, one for each snapshot, that had not been made before
     */
    public record Tally(int distinct, int fresh) {}

    /**
     * Calls back with the evaluation of each architecture, in order, as soon as it is known, and shows the progress.
     *
     * @param codes which codes mix the supernets
     */
    public Tally each(List<Architecture> architectures, Codes codes, Consumer<Evaluation> consumer) {
        AtomicInteger fresh = new AtomicInteger();
        evaluator(codes, run.listener(), fresh::incrementAndGet).evaluate(architectures, consumer);
        long distinct = architectures.stream().map(this::scored).distinct().count();
        return new Tally((int) distinct, fresh.get());
    }

    /** Returns an evaluator with learned codes that shows its progress. */
    public Evaluator evaluator() {
        return (population, results) -> each(population, Codes.LEARNED, results);
    }

    /** Returns an evaluator with learned codes that shows nothing. */
    public Evaluator silentEvaluator() {
        return evaluator(Codes.LEARNED, RunListener.NONE, () -> {});
    }

    /** Returns the learned code λ under which an architecture is evaluated; of several snapshots that of the last. */
    public SimplexCode code(Architecture architecture) {
        List<SupernetMixture> mixtures = trained.dictionaries();
        return mixtures.get(mixtures.size() - 1).codes().apply(scored(architecture));
    }

    /** Returns the architecture whose scores an architecture has: its representative, or itself. */
    public Architecture scored(Architecture architecture) {
        return run.context().settings().search().mergeEquivalent()
                ? run.context().space().canonical(architecture)
                : architecture;
    }

    /** Returns an evaluator that gives equivalent architectures one score where the settings of a run say so. */
    static Evaluator merging(Run run, Evaluator evaluator) {
        return run.context().settings().search().mergeEquivalent()
                ? new CanonicalEvaluator(run.context().space(), evaluator)
                : evaluator;
    }

    /**
     * The mean over the snapshots.
     *
     * @param fresh called after each evaluation under a snapshot that was not known
     */
    private Evaluator evaluator(Codes codes, RunListener listener, Runnable fresh) {
        List<Evaluator> snapshots = new ArrayList<>();
        for (int i = 0; i < trained.steps().size(); i++) {
            snapshots.add(snapshot(i, codes, listener, fresh));
        }
        return merging(run, new MeanEvaluator(snapshots));
    }

    private Evaluator snapshot(int index, Codes codes, RunListener listener, Runnable fresh) {
        Settings.Data data = run.context().settings().data();
        int images = run.context().images().scoring(data.validationImages()).size();
        EvaluationSetup setup = new EvaluationSetup(trained.steps().get(index), images, data.validationBatch(), codes);
        SupernetMixture learned = trained.dictionaries().get(index);
        SupernetMixture mixture = codes == Codes.UNIFORM
                ? learned.with(
                        SimplexCode.uniform(run.context().settings().supernet().k()))
                : learned;
        int count = trained.steps().size();
        String task =
                "evaluate, " + codes.label() + " codes" + (count > 1 ? ", epoch " + (index + 1) + " of " + count : "");
        return new RememberingEvaluator(
                new WatchedEvaluator(supernets.under(List.of(mixture)), listener, task),
                run.store().evaluations(setup).stream()
                        .map(e -> evaluation(e.arch(), e.accuracy(), e.logLikelihood()))
                        .toList(),
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

    /** Returns an evaluation that the store of the run has. */
    public Evaluation evaluation(String arch, double accuracy, double logLikelihood) {
        Architecture architecture = run.context().space().parse(arch);
        return SupernetScores.evaluation(
                architecture,
                accuracy,
                logLikelihood,
                Cost.of(run.context().space().network(architecture)));
    }

    @Override
    public void close() {
        supernets.close();
        trained.close();
    }
}
