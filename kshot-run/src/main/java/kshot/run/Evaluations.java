package kshot.run;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kshot.execute.SupernetMixture;
import kshot.network.Cost;
import kshot.predict.SupernetEvaluator;
import kshot.predict.SupernetScores;
import kshot.run.progress.Progress;
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
 * Evaluates architectures under the trained supernets of a run, on its scoring images, which are loaded once. Each
 * evaluation under each snapshot goes into the run store as soon as it is there; what stands there is not evaluated again,
 * so a job that was killed goes on.
 */
public final class Evaluations implements AutoCloseable {
    private final Run run;
    private final TrainedSupernets trained;
    private final SupernetEvaluator supernets;

    private Evaluations(Run run, TrainedSupernets trained) {
        this.run = run;
        this.trained = trained;
        this.supernets = SearchStep.evaluator(run, trained.executor());
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
     * How much was done.
     *
     * @param distinct number of networks that stand for the architectures asked for
     * @param fresh number of evaluations of those, one for each snapshot, that had not been made before
     */
    public record Tally(int distinct, int fresh) {}

    /**
     * Calls back with the evaluation of each architecture, in order, as soon as it is known, and shows the progress.
     *
     * @param codes which codes mix the supernets
     * @param mergeEquivalent whether architectures that the space calls equivalent share the scores of their
     *     representative
     */
    public Tally each(
            List<Architecture> architectures, Codes codes, boolean mergeEquivalent, Consumer<Evaluation> consumer) {
        List<Architecture> networks = architectures.stream()
                .map(architecture -> mergeEquivalent ? run.space().canonical(architecture) : architecture)
                .distinct()
                .toList();
        List<Snapshot> snapshots = snapshots(codes);
        int missing = snapshots.stream().mapToInt(s -> s.missing(networks)).sum();
        RunListener listener = missing == 0 ? RunListener.NONE : run.listener();
        try (Progress progress = listener.progress("evaluate, " + codes.label() + " codes", missing)) {
            AtomicInteger done = new AtomicInteger();
            Evaluator evaluator = evaluator(snapshots, () -> progress.update(done.incrementAndGet(), ""));
            (mergeEquivalent ? new CanonicalEvaluator(run.space(), evaluator) : evaluator)
                    .evaluate(architectures, consumer);
        }
        return new Tally(networks.size(), missing);
    }

    /** Returns an evaluator with learned codes, as {@link #each}; equivalent ones share scores if the settings say so. */
    public Evaluator evaluator() {
        return (population, results) ->
                each(population, Codes.LEARNED, run.settings().search().mergeEquivalent(), results);
    }

    /**
     * Returns the learned code λ under which an architecture is evaluated; of several snapshots that of the last.
     *
     * @param mergeEquivalent as in {@link #each}
     */
    public SimplexCode code(Architecture architecture, boolean mergeEquivalent) {
        List<SupernetMixture> mixtures = trained.dictionaries();
        return mixtures.get(mixtures.size() - 1)
                .codes()
                .apply(mergeEquivalent ? run.space().canonical(architecture) : architecture);
    }

    /**
     * One of the trained supernets.
     *
     * @param setup under which evaluations are stored
     * @param mixture the supernets, with the codes of the setup
     * @param known what is stored
     */
    private record Snapshot(EvaluationSetup setup, SupernetMixture mixture, List<Evaluation> known) {
        int missing(List<Architecture> architectures) {
            Set<Architecture> missing = new HashSet<>(architectures);
            known.forEach(evaluation -> missing.remove(evaluation.architecture()));
            return missing.size();
        }
    }

    private List<Snapshot> snapshots(Codes codes) {
        Settings.Data data = run.settings().data();
        int images = run.images().scoring(data.validationImages()).size();
        SimplexCode uniform = SimplexCode.uniform(run.settings().supernet().k());
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < trained.steps().size(); i++) {
            EvaluationSetup setup = new EvaluationSetup(trained.steps().get(i), images, data.validationBatch(), codes);
            SupernetMixture learned = trained.dictionaries().get(i);
            List<Evaluation> known = run.store().evaluations(setup).stream()
                    .map(this::evaluation)
                    .toList();
            snapshots.add(new Snapshot(setup, codes == Codes.UNIFORM ? learned.with(uniform) : learned, known));
        }
        return snapshots;
    }

    private Evaluation evaluation(StoredEvaluation stored) {
        Architecture architecture = run.space().parse(stored.arch());
        return SupernetScores.evaluation(
                architecture,
                stored.accuracy(),
                stored.logLikelihood(),
                Cost.of(run.space().network(architecture)));
    }

    /**
     * The mean over the snapshots, each of which is stored.
     *
     * @param fresh called after each evaluation under a snapshot that was not known
     */
    private Evaluator evaluator(List<Snapshot> snapshots, Runnable fresh) {
        return new MeanEvaluator(snapshots.stream()
                .map(snapshot -> new RememberingEvaluator(
                        supernets.under(List.of(snapshot.mixture)), snapshot.known, evaluation -> {
                            store(snapshot, evaluation);
                            fresh.run();
                            run.stop().check();
                        }))
                .toList());
    }

    private void store(Snapshot snapshot, Evaluation evaluation) {
        run.store()
                .putEvaluations(
                        snapshot.setup,
                        List.of(new StoredEvaluation(
                                run.space().format(evaluation.architecture()),
                                evaluation.score(SupernetScores.ACCURACY),
                                evaluation.score(SupernetScores.LOG_LIKELIHOOD),
                                snapshot.mixture.codes().apply(evaluation.architecture()),
                                Instant.now())));
    }

    @Override
    public void close() {
        supernets.close();
        trained.close();
    }
}
