package kshot.run;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kshot.execute.SupernetMixture;
import kshot.network.Cost;
import kshot.predict.SupernetEvaluator;
import kshot.run.progress.Progress;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluationSetup;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.store.StoredEvaluation;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;

/**
 * Evaluates given architectures under the trained supernets of a run, on its scoring images, which are loaded once. Each
 * evaluation under each snapshot goes into the run store; what stands there is not evaluated again, so a job that was killed
 * goes on.
 */
public final class Evaluations implements AutoCloseable {
    /** Evaluated between two writes: so many are lost if the process is killed. */
    private static final int CHUNK = 16;

    private final Run run;
    private final TrainedSupernets trained;
    private final SupernetEvaluator evaluator;

    private Evaluations(Run run, TrainedSupernets trained) {
        this.run = run;
        this.trained = trained;
        this.evaluator = SearchStep.evaluator(run, trained.executor());
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
     * Calls back with the evaluation of each architecture, in order, as soon as it is known.
     *
     * @param codes which codes mix the supernets
     * @param mergeEquivalent whether architectures that the space calls equivalent share the evaluation of their
     *     representative; each keeps its own cost
     */
    public Tally each(
            List<Architecture> architectures, Codes codes, boolean mergeEquivalent, Consumer<Evaluation> consumer) {
        UnaryOperator<Architecture> representative =
                mergeEquivalent ? run.space()::canonical : architecture -> architecture;
        List<Architecture> distinct = List.copyOf(
                new LinkedHashSet<>(architectures.stream().map(representative).toList()));
        List<Snapshot> snapshots = snapshots(codes);
        int missing =
                snapshots.stream().mapToInt(s -> s.missing(distinct).size()).sum();
        Queue<Architecture> untold = new ArrayDeque<>(architectures);
        tell(untold, representative, snapshots, consumer);
        if (missing > 0) {
            try (Progress progress = run.listener().progress("evaluate, " + codes.label() + " codes", missing)) {
                int done = 0;
                for (Snapshot snapshot : snapshots) {
                    List<Architecture> ofSnapshot = snapshot.missing(distinct);
                    for (int from = 0; from < ofSnapshot.size(); from += CHUNK) {
                        List<Architecture> chunk = ofSnapshot.subList(from, Math.min(from + CHUNK, ofSnapshot.size()));
                        evaluate(chunk, snapshot);
                        tell(untold, representative, snapshots, consumer);
                        done += chunk.size();
                        progress.update(done, "");
                    }
                }
            }
        }
        return new Tally(distinct.size(), missing);
    }

    /** Evaluates with learned codes, each as {@link #each} does; equivalent ones share evaluations if the settings say so. */
    public Evaluator evaluator() {
        return architectures -> {
            List<Evaluation> evaluated = new ArrayList<>();
            each(architectures, Codes.LEARNED, run.settings().search().mergeEquivalent(), evaluated::add);
            return evaluated;
        };
    }

    /**
     * What is known under one of the trained supernets.
     *
     * @param setup under which it is stored
     * @param dictionary the supernets, with the codes of the setup
     * @param known grows
     */
    private record Snapshot(
            EvaluationSetup setup, SupernetMixture dictionary, Map<Architecture, StoredEvaluation> known) {
        List<Architecture> missing(List<Architecture> wanted) {
            return wanted.stream().filter(a -> !known.containsKey(a)).toList();
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
            Map<Architecture, StoredEvaluation> known = new HashMap<>();
            run.store().evaluations(setup).forEach(e -> known.put(run.space().parse(e.arch()), e));
            snapshots.add(new Snapshot(setup, codes == Codes.UNIFORM ? learned.with(uniform) : learned, known));
        }
        return snapshots;
    }

    private void evaluate(List<Architecture> architectures, Snapshot snapshot) {
        List<StoredEvaluation> stored = evaluator.evaluate(architectures, List.of(snapshot.dictionary)).stream()
                .map(this::stored)
                .toList();
        run.store().putEvaluations(snapshot.setup, stored);
        for (int i = 0; i < stored.size(); i++) {
            snapshot.known.put(architectures.get(i), stored.get(i));
        }
    }

    private StoredEvaluation stored(Evaluation e) {
        return new StoredEvaluation(
                run.space().format(e.architecture()), e.accuracy(), e.logLikelihood(), e.code(), Instant.now());
    }

    /** Calls back with those at the front of the queue that are known under all snapshots. */
    private void tell(
            Queue<Architecture> untold,
            UnaryOperator<Architecture> representative,
            List<Snapshot> snapshots,
            Consumer<Evaluation> consumer) {
        for (Architecture next = untold.peek(); next != null; next = untold.peek()) {
            Architecture evaluated = representative.apply(next);
            List<StoredEvaluation> known = snapshots.stream()
                    .flatMap(snapshot -> Stream.ofNullable(snapshot.known.get(evaluated)))
                    .toList();
            if (known.size() < snapshots.size()) {
                return;
            }
            untold.remove();
            consumer.accept(mean(next, known));
        }
    }

    private Evaluation mean(Architecture architecture, List<StoredEvaluation> known) {
        return new Evaluation(
                architecture,
                known.stream().mapToDouble(StoredEvaluation::accuracy).average().orElseThrow(),
                known.stream()
                        .mapToDouble(StoredEvaluation::logLikelihood)
                        .average()
                        .orElseThrow(),
                Cost.of(run.space().network(architecture)),
                known.get(known.size() - 1).code());
    }

    @Override
    public void close() {
        evaluator.close();
        trained.close();
    }
}
