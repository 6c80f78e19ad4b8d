package kshot.run.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.TrainingBatches;
import kshot.execute.LibTorch;
import kshot.execute.ParallelPasses;
import kshot.execute.StandaloneWeights;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.progress.JointProgress;
import kshot.run.progress.ProgressDisplay;
import kshot.run.settings.Settings.Compare;
import kshot.run.settings.Settings.Export.WhichWeights;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.space.Architecture;
import kshot.train.Checkpoints;
import kshot.train.Inference;
import kshot.train.RetrainSettings;
import kshot.train.Retrainer;
import kshot.train.Training;
import kshot.train.TrainingStep;
import org.jspecify.annotations.Nullable;

/** The step that trains the winner from scratch, and what it is compared with, and tests each once. */
final class RetrainStep implements Step {
    private final Run run;
    private final RunContext context;
    private final RunStore store;

    RetrainStep(Run run) {
        this.run = run;
        this.context = run.context();
        this.store = run.store();
    }

    @Override
    public boolean work() throws IOException {
        Map<Architecture, Set<Kind>> picks =
                Comparison.of(context, store, context.settings().compare());
        new SearchStep(run).evaluateMissing(picks.keySet());
        boolean worked = picks.size() == 1 ? retrainAlone(picks) : retrainSideBySide(picks);
        rank();
        return worked;
    }

    private boolean retrainAlone(Map<Architecture, Set<Kind>> picks) throws IOException {
        boolean worked = false;
        for (Map.Entry<Architecture, Set<Kind>> pick : picks.entrySet()) {
            worked |= retrain(pick.getKey(), pick.getValue(), run.listener());
        }
        return worked;
    }

    /** One thread for each, however many are still to do: a result must not depend on interruptions. */
    private boolean retrainSideBySide(Map<Architecture, Set<Kind>> picks) throws IOException {
        List<Architecture> architectures = List.copyOf(picks.keySet());
        int[] layers = architectures.stream()
                .mapToInt(a -> context.space().network(a).liveNodes().size())
                .toArray();
        try (ParallelPasses streams = new ParallelPasses(LibTorch.threads());
                JointProgress progress = new JointProgress(run.listener(), "retrain", untested(architectures))) {
            return streams.run(layers, i -> {
                        Architecture architecture = architectures.get(i);
                        Set<Kind> kinds = Objects.requireNonNull(picks.get(architecture));
                        try {
                            return retrain(
                                    architecture, kinds, (task, total) -> progress.progress(label(kinds), total));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .contains(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private int untested(Collection<Architecture> architectures) {
        Set<String> untested = new HashSet<>();
        architectures.forEach(a -> untested.add(text(a)));
        store.retrained().forEach(r -> untested.remove(r.arch()));
        return untested.size();
    }

    /** Returns an architecture as the store and the checkpoints name it. */
    private String text(Architecture architecture) {
        return context.space().format(architecture);
    }

    @Override
    public void discard() throws IOException {
        if (Comparison.isDecided(store)) {
            for (Architecture architecture :
                    Comparison.of(context, store, Compare.ALL).keySet()) {
                checkpoints(architecture).clear();
                store.forgetTraining(stage(architecture), 0);
            }
        }
        store.forgetRetrained();
        store.forget(RunMetadata.RANKING);
    }

    private boolean isWinner(Architecture architecture) {
        return architecture.equals(Comparison.winner(context, store));
    }

    private Checkpoints checkpoints(Architecture architecture) {
        String text = text(architecture);
        String name = isWinner(architecture) ? "winner" : String.format(Locale.ROOT, "compared-%08x", text.hashCode());
        return run.checkpoints(name, Map.of("architecture", text), List.of());
    }

    /** Returns the name of a retraining in the store. */
    private String stage(Architecture architecture) {
        return isWinner(architecture) ? TrainingPoint.RETRAIN : TrainingPoint.retrain(text(architecture));
    }

    /** Returns the training of a network of a run at its start. */
    static Retrainer retrainer(RunContext context, Network network) {
        RetrainSettings settings = context.settings().retrain();
        List<ImageSet> sets = context.images().retraining(settings.validationFraction());
        @Nullable
        EvaluationBatches watching = sets.size() > 1 ? context.images().inference(sets.get(1)) : null;
        return new Retrainer(network, settings, batches(context, sets.get(0)), watching, seed(context));
    }

    private static TrainingBatches batches(RunContext context, ImageSet images) {
        return context.images()
                .retrainBatches(images, context.settings().retrain().batchSize(), seed(context));
    }

    private static Seed seed(RunContext context) {
        return context.seed().derive("retrain");
    }

    /** Returns whether there was anything left to do. Of the winner the weights have to be there, of others the test. */
    private boolean retrain(Architecture architecture, Set<Kind> kinds, ProgressDisplay display) throws IOException {
        Optional<Retrained> known = store.retrained().stream()
                .filter(r -> r.arch().equals(text(architecture)))
                .findFirst();
        Checkpoints checkpoints = checkpoints(architecture);
        boolean worked = false;
        if (known.isEmpty() || kinds.contains(Kind.WINNER)) {
            Network network = context.space().network(architecture);
            try (Retrainer retrainer = retrainer(context, network)) {
                worked = ResumableTraining.finish(run, retrainer, checkpoints, task(architecture, kinds), display);
                worked |= known.isEmpty();
                if (worked) {
                    store.putRetrained(test(architecture, kinds, network, chosen(retrainer)));
                }
            }
        }
        if (!worked) {
            known.filter(r -> !r.kinds().containsAll(kinds)).ifPresent(r -> store.putRetrained(r.with(kinds)));
        }
        if (!kinds.contains(Kind.WINNER)) {
            checkpoints.clear();
        }
        return worked;
    }

    private ResumableTraining.Task task(Architecture architecture, Set<Kind> kinds) {
        return new ResumableTraining.Task(
                "retrain " + label(kinds),
                "the retraining of " + text(architecture),
                "retrain",
                context.settings().retrain().onDivergence(),
                Map.of(TrainingStep.Stage.RETRAIN, stage(architecture)));
    }

    /** Returns the weights that are tested and exported. */
    private StandaloneWeights chosen(Retrainer retrainer) {
        return choosesBest() ? retrainer.best() : retrainer.last();
    }

    private boolean choosesBest() {
        return context.settings().export().weights() == WhichWeights.BEST;
    }

    private Retrained test(Architecture architecture, Set<Kind> kinds, Network network, StandaloneWeights weights) {
        Inference.Score test = Inference.score(
                network, weights, context.images().inference(context.dataset().test()));
        Cost cost = Cost.of(network);
        List<TrainingPoint> points = store.training(stage(architecture));
        return new Retrained(
                text(architecture),
                kinds,
                cost.flops(),
                cost.parameters(),
                store.architecture(text(architecture))
                        .map(EvaluatedArchitecture::accuracy)
                        .orElse(Double.NaN),
                test.accuracy(),
                context.settings().retrain().epochs(),
                points.isEmpty() ? 0 : points.get(points.size() - 1).seconds());
    }

    private static String label(Set<Kind> kinds) {
        return String.join(", ", kinds.stream().map(Kind::label).toList());
    }

    /** Kendall's τ-b of two scores over what was retrained and had been evaluated. */
    private void rank() {
        List<Retrained> ranked = new ArrayList<>(store.retrained());
        ranked.removeIf(r -> Double.isNaN(r.searchAccuracy()));
        if (ranked.size() < 2) {
            return;
        }
        double[] truth = ranked.stream().mapToDouble(Retrained::testAccuracy).toArray();
        store.put(
                RunMetadata.RANKING,
                new RunMetadata.Ranking(
                        ranked.size(),
                        tau(
                                truth,
                                ranked.stream()
                                        .mapToDouble(Retrained::searchAccuracy)
                                        .toArray()),
                        tau(truth, ranked.stream().mapToDouble(Retrained::flops).toArray())));
    }

    /** NaN where it is not defined, as all tie. */
    private static double tau(double[] truth, double[] score) {
        boolean defined = distinct(truth) && distinct(score);
        return defined ? RankCorrelation.kendallB(truth, score) : Double.NaN;
    }

    private static boolean distinct(double[] values) {
        return Arrays.stream(values).distinct().count() > 1;
    }

    /** Reads the weights of the retrained winner that are exported; the caller closes them. */
    StandaloneWeights load(Architecture architecture, Network network) throws IOException {
        RetrainSettings settings = context.settings().retrain();
        ImageSet images =
                context.images().retraining(settings.validationFraction()).get(0);
        long steps = settings.epochs() * batches(context, images).batchesPerEpoch();
        Optional<Path> file = checkpoints(architecture).newest();
        InvalidInputException.require(
                file.isPresent() && Training.savedStep(file.get()) == steps,
                "retrained winner of the run",
                "none",
                "retrain it first");
        return choosesBest()
                ? Retrainer.loadBest(file.orElseThrow(), network, settings)
                : Retrainer.loadLast(file.orElseThrow(), network, settings);
    }
}
