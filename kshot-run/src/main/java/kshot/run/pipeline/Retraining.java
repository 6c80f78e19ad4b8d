package kshot.run.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.TrainingBatches;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.progress.ProgressDisplay;
import kshot.run.settings.Settings.Export.WhichWeights;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.run.team.Assignment;
import kshot.tensor.Collective;
import kshot.train.Checkpoints;
import kshot.train.Inference;
import kshot.train.RetrainSettings;
import kshot.train.Retrainer;
import kshot.train.Training;
import kshot.train.TrainingStep;
import kshot.weights.StandaloneWeights;
import org.jspecify.annotations.Nullable;

/** One training of a contestant from scratch, with one of the seeds, and its test. It goes on where it was interrupted. */
public final class Retraining {
    /** What the names of the winner's checkpoints begin with. */
    static final String WINNER = "winner";

    /** What the names of the others' checkpoints begin with. */
    static final String COMPARED = "compared";

    private final Run run;
    private final RunContext context;
    private final RunStore store;
    private final Contestant contestant;
    private final Set<Kind> kinds;
    private final int repeat;

    /**
     * A training that has begun or not.
     *
     * @param kinds why there is one
     * @param repeat which one of this contestant, from 1; all contestants' trainings of one number have one seed
     */
    Retraining(Run run, Contestant contestant, Set<Kind> kinds, int repeat) {
        this.run = run;
        this.context = run.context();
        this.store = run.store();
        this.contestant = contestant;
        this.kinds = kinds;
        this.repeat = repeat;
    }

    /** Returns the training of a network of a run at its start, by one rank. */
    static Retrainer retrainer(RunContext context, Network network, int repeat) {
        return retrainer(context, network, repeat, Collective.ALONE);
    }

    /** Returns the training that rank 0 has assigned, at its start. */
    public static Retrainer retrainer(RunContext context, Assignment.Retrain work, Collective collective) {
        Network network = Contestant.of(context, work.space(), work.name()).network();
        return retrainer(context, network, work.repeat(), collective);
    }

    private static Retrainer retrainer(RunContext context, Network network, int repeat, Collective collective) {
        RetrainSettings settings = context.settings().retrain();
        List<ImageSet> sets = context.images().retraining(settings.validationFraction());
        @Nullable
        EvaluationBatches watching = sets.size() > 1 ? context.images().inference(sets.get(1)) : null;
        Seed seed = seed(context, repeat);
        return new Retrainer(
                network, settings, batches(context, sets.get(0), seed), watching, seed, context.device(), collective);
    }

    private static TrainingBatches batches(RunContext context, ImageSet images, Seed seed) {
        return context.images()
                .retrainBatches(images, context.settings().retrain().batchSize(), seed);
    }

    private static Seed seed(RunContext context, int repeat) {
        return repeat == 1 ? context.seed().derive("retrain") : context.seed().derive("retrain", repeat);
    }

    /** Returns the number of layers, which the time of the training grows with. */
    int layers() {
        return contestant.network().liveNodes().size();
    }

    /** Returns what it is called where its progress is shown. */
    String label() {
        String reasons = String.join(", ", kinds.stream().map(Kind::label).toList());
        return repeat == 1 ? reasons : reasons + " " + repeat;
    }

    /** Returns whether its test is in the store. */
    boolean isTested() {
        return known().filter(r -> r.has(repeat)).isPresent();
    }

    private Optional<Retrained> known() {
        return store.retrained().stream()
                .filter(r -> r.space().equals(contestant.space()) && r.arch().equals(contestant.name()))
                .findFirst();
    }

    /** Only these weights are needed after the test. */
    private boolean isExported() {
        return (kinds.contains(Kind.WINNER) || kinds.contains(Kind.CHOSEN)) && repeat == 1;
    }

    private Checkpoints checkpoints() {
        String name = kinds.contains(Kind.WINNER)
                ? WINNER
                : String.format(
                        Locale.ROOT, "%s-%08x", COMPARED, contestant.name().hashCode());
        Map<String, String> identity = new LinkedHashMap<>(Map.of("architecture", contestant.name()));
        if (repeat > 1) {
            identity.put("repeat", "" + repeat);
        }
        return run.checkpoints(repeat == 1 ? name : name + "-repeat" + repeat, identity, List.of());
    }

    /** Returns its name in the store. */
    private String stage() {
        String stage = kinds.contains(Kind.WINNER) ? TrainingPoint.RETRAIN : TrainingPoint.retrain(contestant.name());
        return TrainingPoint.repeated(stage, repeat);
    }

    /** Returns whether there was anything left to do. */
    boolean finish(ProgressDisplay display) throws IOException {
        Checkpoints checkpoints = checkpoints();
        boolean tested = isTested();
        boolean worked = false;
        if (!tested || isExported()) {
            Network network = contestant.network();
            try (Retrainer retrainer =
                    retrainer(context, network, repeat, run.team().collective())) {
                worked = ResumableTraining.finish(run, retrainer, checkpoints, task(), display);
                worked |= !tested;
                if (worked) {
                    store.putRetrained(test(network, choosesBest(context) ? retrainer.best() : retrainer.last()));
                }
            }
        }
        if (!worked) {
            known().filter(r -> !r.kinds().containsAll(kinds)).ifPresent(r -> store.putRetrained(r.with(kinds)));
        }
        if (!isExported()) {
            checkpoints.clear();
        }
        return worked;
    }

    private ResumableTraining.Task task() {
        return new ResumableTraining.Task(
                "retrain " + label(),
                "the retraining of " + contestant.name(),
                "retrain",
                context.settings().retrain().onDivergence(),
                Map.of(TrainingStep.Stage.RETRAIN, stage()),
                new Assignment.Retrain(contestant.space(), contestant.name(), repeat),
                step -> {});
    }

    /** Whether the best weights are tested and exported, and not the last. */
    private static boolean choosesBest(RunContext context) {
        return context.settings().export().weights() == WhichWeights.BEST;
    }

    private Retrained test(Network network, StandaloneWeights weights) {
        Inference.Score test = Inference.score(
                network, weights, context.images().inference(context.dataset().test()));
        Cost cost = Cost.of(network);
        List<TrainingPoint> points = store.training(stage());
        double seconds = points.isEmpty() ? 0 : points.get(points.size() - 1).seconds();
        return new Retrained(
                contestant.space(),
                contestant.name(),
                kinds,
                cost.flops(),
                cost.parameters(),
                contestant
                        .searched()
                        .flatMap(a -> store.architecture(contestant.name()))
                        .map(EvaluatedArchitecture::accuracy)
                        .orElse(Double.NaN),
                context.settings().retrain().epochs(),
                List.of(new Retrained.Training(repeat, test.accuracy(), seconds)));
    }

    /** Reads the trained weights; the caller closes them. */
    StandaloneWeights load(Network network) throws IOException {
        RetrainSettings settings = context.settings().retrain();
        ImageSet images =
                context.images().retraining(settings.validationFraction()).get(0);
        long steps = settings.epochs()
                * batches(context, images, seed(context, repeat)).batchesPerEpoch();
        Optional<Path> file = checkpoints().newest();
        InvalidInputException.require(
                file.isPresent() && Training.savedStep(file.get()) == steps,
                "retrained winner of the run",
                "none",
                "retrain it first");
        return choosesBest(context)
                ? Retrainer.loadBest(file.orElseThrow(), network, settings)
                : Retrainer.loadLast(file.orElseThrow(), network, settings);
    }
}
