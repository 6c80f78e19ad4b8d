package kshot.app.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kshot.app.config.Settings;
import kshot.app.store.EvaluationSetup;
import kshot.app.store.EvaluationSetup.Codes;
import kshot.app.store.StoredEvaluation;
import kshot.app.terminal.Console;
import kshot.network.Cost;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.torch.SupernetEvaluator;
import kshot.torch.SupernetTrainer;

/**
 * Evaluates given architectures under the trained supernets of a run, on its scoring images, which are loaded once. Each
 * evaluation goes into the run store; what stands there is not evaluated again, so a job that was killed goes on.
 */
public final class Evaluations implements AutoCloseable {
    /** Evaluated between two writes: so many are lost if the process is killed. */
    private static final int CHUNK = 16;

    private final Run run;
    private final SupernetTrainer trained;
    private final SupernetEvaluator evaluator;

    private Evaluations(Run run, SupernetTrainer trained) {
        this.run = run;
        this.trained = trained;
        this.evaluator = SearchStep.evaluator(run, trained);
    }

    /**
     * Loads the supernets and the images of a run.
     *
     * @throws kshot.common.InvalidInputException if the supernets have not been trained
     */
    public static Evaluations open(Run run) throws IOException {
        return new Evaluations(run, TrainStep.load(run));
    }

    /**
     * How much was done.
     *
     * @param distinct number of networks that stand for the architectures asked for
     * @param fresh number of those that had not been evaluated before
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
        EvaluationSetup setup = setup(codes);
        Map<Architecture, StoredEvaluation> known = known(setup);
        List<Architecture> distinct = List.copyOf(
                new LinkedHashSet<>(architectures.stream().map(representative).toList()));
        List<Architecture> missing =
                distinct.stream().filter(a -> !known.containsKey(a)).toList();
        Queue<Architecture> untold = new ArrayDeque<>(architectures);
        tell(untold, representative, known, consumer);
        if (!missing.isEmpty()) {
            try (Console.Progress progress =
                    run.console().progress("evaluate, " + codes.label() + " codes", missing.size())) {
                for (int from = 0; from < missing.size(); from += CHUNK) {
                    int to = Math.min(from + CHUNK, missing.size());
                    evaluate(missing.subList(from, to), setup, known);
                    tell(untold, representative, known, consumer);
                    progress.update(to, "");
                }
            }
        }
        return new Tally(distinct.size(), missing.size());
    }

    private EvaluationSetup setup(Codes codes) {
        Settings.Data data = run.settings().data();
        return new EvaluationSetup(
                trained.step(), run.images().scoring(data.validationImages()).size(), data.validationBatch(), codes);
    }

    private Map<Architecture, StoredEvaluation> known(EvaluationSetup setup) {
        Map<Architecture, StoredEvaluation> known = new HashMap<>();
        run.store().evaluations(setup).forEach(e -> known.put(run.space().parse(e.arch()), e));
        return known;
    }

    private void evaluate(
            List<Architecture> architectures, EvaluationSetup setup, Map<Architecture, StoredEvaluation> known) {
        List<Evaluation> evaluations = switch (setup.codes()) {
            case LEARNED -> evaluator.evaluate(architectures);
            case UNIFORM -> {
                SimplexCode uniform = SimplexCode.uniform(trained.supernets().k());
                yield evaluator.evaluate(architectures, architecture -> uniform);
            }
        };
        List<StoredEvaluation> stored = evaluations.stream().map(this::stored).toList();
        run.store().putEvaluations(setup, stored);
        for (int i = 0; i < stored.size(); i++) {
            known.put(architectures.get(i), stored.get(i));
        }
    }

    private StoredEvaluation stored(Evaluation e) {
        return new StoredEvaluation(
                run.space().format(e.architecture()), e.accuracy(), e.logLikelihood(), e.code(), Instant.now());
    }

    /** Calls back with those at the front of the queue that are known. */
    private void tell(
            Queue<Architecture> untold,
            UnaryOperator<Architecture> representative,
            Map<Architecture, StoredEvaluation> known,
            Consumer<Evaluation> consumer) {
        for (Architecture next = untold.peek(); next != null; next = untold.peek()) {
            StoredEvaluation e = known.get(representative.apply(next));
            if (e == null) {
                return;
            }
            untold.remove();
            Cost cost = Cost.of(run.space().network(next));
            consumer.accept(new Evaluation(next, e.accuracy(), e.logLikelihood(), cost, e.code()));
        }
    }

    @Override
    public void close() {
        evaluator.close();
        trained.close();
    }
}
