package kshot.run.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kshot.common.InvalidInputException;
import kshot.execute.Executor;
import kshot.predict.SupernetEvaluator;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.settings.Settings;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.space.Architecture;
import kshot.tensor.Collective;
import kshot.tensor.Compute;
import kshot.train.Checkpoints;
import kshot.train.SupernetSettings;
import kshot.train.SupernetWeights;
import kshot.weights.SupernetMixture;

/**
 * The supernets by which a run scores architectures: those at the end of the training and, where the settings say so, after some
 * of the epochs before.
 */
public final class TrainedSupernets implements AutoCloseable {
    /** The oldest first. */
    private final List<SupernetWeights> snapshots = new ArrayList<>();

    private final Executor executor;

    private TrainedSupernets(Executor executor) {
        this.executor = executor;
    }

    /**
     * Loads them.
     *
     * @throws InvalidInputException if they have not been trained to the end, or one of them is damaged
     */
    public static TrainedSupernets load(Run run) throws IOException {
        SupernetSettings settings = run.context().settings().supernet();
        TrainedSupernets trained = new TrainedSupernets(Executor.of(compute(run.context())));
        try {
            List<Long> steps = snapshotSteps(run.context());
            Checkpoints checkpoints = checkpoints(run, steps);
            Optional<Path> newest = checkpoints.newest();
            if (newest.isPresent()) {
                trained.snapshots.add(SupernetWeights.load(
                        newest.get(),
                        run.context().supernetSpace(),
                        settings,
                        run.context().device()));
            }
            requireTrained(trained.steps().stream().findFirst().orElse(0L), steps.get(steps.size() - 1));
            for (int i = 0; i < steps.size() - 1; i++) {
                trained.snapshots.add(
                        i,
                        SupernetWeights.load(
                                checkpoints.at(steps.get(i)),
                                run.context().supernetSpace(),
                                settings,
                                run.context().device()));
            }
            return trained;
        } catch (IOException | RuntimeException e) {
            trained.close();
            throw e;
        }
    }

    private static Compute compute(RunContext context) {
        return new Compute(context.device(), context.settings().supernet().precision());
    }

    /** Sends them from rank 0 to all others, which {@linkplain #receive receive} them. */
    public void send(Collective collective) {
        snapshots.forEach(snapshot -> snapshot.send(collective));
    }

    /**
     * Receives the supernets that rank 0 {@linkplain #send sends}.
     *
     * @param count number of snapshots
     */
    public static TrainedSupernets receive(RunContext context, int count, Collective collective) {
        SupernetSettings settings = context.settings().supernet();
        TrainedSupernets trained = new TrainedSupernets(Executor.of(compute(context)));
        for (int i = 0; i < count; i++) {
            trained.snapshots.add(
                    SupernetWeights.receive(context.supernetSpace(), settings, context.device(), collective));
        }
        return trained;
    }

    /**
     * Returns the checkpoints of the supernets of a run.
     *
     * @param snapshotSteps steps whose checkpoints stay; they matter only to those who write
     */
    public static Checkpoints checkpoints(Run run, List<Long> snapshotSteps) {
        return run.checkpoints(
                "supernets",
                Map.of("k", "" + run.context().settings().supernet().k()),
                snapshotSteps);
    }

    /** Returns the steps after which supernets score architectures, ascending; the last is the end. */
    public static List<Long> snapshotSteps(RunContext context) {
        SupernetSettings settings = context.settings().supernet();
        return settings.snapshotSteps(
                context.images().supernetBatches(settings.batchSize()).batchesPerEpoch());
    }

    /** Returns an evaluator on the scoring images of a run; the caller closes it. */
    public static SupernetEvaluator evaluator(RunContext context, Executor executor) {
        Settings.Data data = context.settings().data();
        return new SupernetEvaluator(
                context.supernetSpace(),
                context.space(),
                executor,
                context.images().scoringBatches(data.validationImages(), data.validationBatch()));
    }

    /** Returns the simplex-net of a run before its training: a function of settings and seed. */
    public static SimplexNet initialSimplexNet(RunContext context) {
        return context.settings()
                .supernet()
                .simplexNet(context.supernetSpace(), context.seed().derive("supernets"));
    }

    /** Returns the codes of architectures in the first step after the warm-up: those of the simplex-net, or equal ones. */
    public static List<SimplexCode> initialCodes(RunContext context, List<Architecture> architectures) {
        double scale = context.settings().supernet().simplex().coding().scale(0);
        return initialSimplexNet(context).forward(architectures, scale).codes();
    }

    private static void requireTrained(long step, long end) {
        InvalidInputException.require(
                step == end,
                "supernets of the run",
                step == 0 ? "none" : "trained for " + step + " of " + end + " steps",
                "train them first");
    }

    /** Returns the steps after which they are. */
    public List<Long> steps() {
        return snapshots.stream().map(SupernetWeights::step).toList();
    }

    /**
     * Returns the supernets of a snapshot, mixed as their training has learned.
     *
     * @param uniformly or rather by 1/K, as a control
     */
    public SupernetMixture mixture(RunContext context, int snapshot, boolean uniformly) {
        SupernetMixture learned = snapshots.get(snapshot).mixture();
        return uniformly
                ? learned.with(SimplexCode.uniform(context.settings().supernet().k()))
                : learned;
    }

    public List<SupernetMixture> dictionaries() {
        return snapshots.stream().map(SupernetWeights::mixture).toList();
    }

    /** Returns how far the training has moved the merged weights of a code; see {@link SupernetWeights#reach}. */
    public double reach(SimplexCode code) {
        return snapshots.get(snapshots.size() - 1).reach(code);
    }

    /** Returns what runs them. */
    public Executor executor() {
        return executor;
    }

    @Override
    public void close() {
        executor.close();
        snapshots.forEach(SupernetWeights::close);
    }
}
