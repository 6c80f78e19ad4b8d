package kshot.run;

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
import kshot.run.progress.JointProgress;
import kshot.run.progress.ProgressDisplay;
import kshot.run.settings.Settings.Compare;
import kshot.run.settings.Settings.Export.WhichWeights;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.run.store.TrainingPoint;
import kshot.train.Checkpoints;
import kshot.train.Inference;
import kshot.train.RetrainSettings;
import kshot.train.Retrainer;
import kshot.train.Training;
import kshot.train.TrainingStep;
import org.jspecify.annotations.Nullable;

/** Trains the winner from scratch, and what it is compared with, and tests each once. */
final class RetrainStep {
    private RetrainStep() {}

    static boolean run(Run run) throws IOException {
        Map<String, Set<Kind>> picks = Comparison.of(run, run.settings().compare());
        SearchStep.evaluateMissing(run, picks.keySet());
        boolean worked = picks.size() == 1 ? retrainAlone(run, picks) : retrainSideBySide(run, picks);
        rank(run);
        return worked;
    }

    private static boolean retrainAlone(Run run, Map<String, Set<Kind>> picks) throws IOException {
        boolean worked = false;
        for (Map.Entry<String, Set<Kind>> pick : picks.entrySet()) {
            worked |= retrain(run, pick.getKey(), pick.getValue(), run.listener());
        }
        return worked;
    }

    /** One thread for each, however many are still to do: a result must not depend on interruptions. */
    private static boolean retrainSideBySide(Run run, Map<String, Set<Kind>> picks) throws IOException {
        List<String> archs = List.copyOf(picks.keySet());
        int[] layers = archs.stream()
                .mapToInt(arch ->
                        run.space().network(run.space().parse(arch)).liveNodes().size())
                .toArray();
        try (ParallelPasses streams = new ParallelPasses(LibTorch.threads());
                JointProgress progress = new JointProgress(run.listener(), "retrain", untested(run, archs))) {
            return streams.run(layers, i -> {
                        String arch = archs.get(i);
                        Set<Kind> kinds = Objects.requireNonNull(picks.get(arch));
                        try {
                            return retrain(run, arch, kinds, (task, total) -> progress.progress(label(kinds), total));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .contains(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static int untested(Run run, Collection<String> archs) {
        Set<String> untested = new HashSet<>(archs);
        run.store().retrained().forEach(r -> untested.remove(r.arch()));
        return untested.size();
    }

    static void discard(Run run) throws IOException {
        if (run.store().get(RunMetadata.PICKS).isPresent()) {
            for (String arch : Comparison.of(run, Compare.ALL).keySet()) {
                checkpoints(run, arch).clear();
                run.store().forgetTraining(stage(run, arch), 0);
            }
        }
        run.store().forgetRetrained();
        run.store().forget(RunMetadata.RANKING);
    }

    private static Checkpoints checkpoints(Run run, String arch) {
        boolean isWinner = arch.equals(Comparison.winner(run));
        String name = isWinner ? "winner" : String.format(Locale.ROOT, "compared-%08x", arch.hashCode());
        return run.checkpoints(name, Map.of("architecture", arch), List.of());
    }

    private static String stage(Run run, String arch) {
        return arch.equals(Comparison.winner(run)) ? TrainingPoint.RETRAIN : TrainingPoint.retrain(arch);
    }

    /** Returns the training of a network of a run at its start. */
    static Retrainer retrainer(Run run, Network network) {
        RetrainSettings settings = run.settings().retrain();
        List<ImageSet> sets = run.images().retraining(settings.validationFraction());
        @Nullable EvaluationBatches watching = sets.size() > 1 ? run.images().inference(sets.get(1)) : null;
        return new Retrainer(network, settings, batches(run, sets.get(0)), watching, seed(run));
    }

    private static TrainingBatches batches(Run run, ImageSet images) {
        return run.images().retrainBatches(images, run.settings().retrain().batchSize(), seed(run));
    }

    private static Seed seed(Run run) {
        return run.seed().derive("retrain");
    }

    /** Returns whether there was anything left to do. Of the winner the weights have to be there, of others the test. */
    private static boolean retrain(Run run, String arch, Set<Kind> kinds, ProgressDisplay listener) throws IOException {
        Optional<Retrained> known = run.store().retrained().stream()
                .filter(r -> r.arch().equals(arch))
                .findFirst();
        Checkpoints checkpoints = checkpoints(run, arch);
        boolean worked = false;
        if (known.isEmpty() || kinds.contains(Kind.WINNER)) {
            Network network = run.space().network(run.space().parse(arch));
            try (Retrainer retrainer = retrainer(run, network)) {
                worked = ResumableTraining.finish(run, retrainer, checkpoints, task(run, arch, kinds), listener);
                worked |= known.isEmpty();
                if (worked) {
                    run.store().putRetrained(test(run, arch, kinds, network, chosen(run, retrainer)));
                }
            }
        }
        if (!worked) {
            known.filter(r -> !r.kinds().containsAll(kinds))
                    .ifPresent(r -> run.store().putRetrained(r.with(kinds)));
        }
        if (!kinds.contains(Kind.WINNER)) {
            checkpoints.clear();
        }
        return worked;
    }

    private static ResumableTraining.Task task(Run run, String arch, Set<Kind> kinds) {
        return new ResumableTraining.Task(
                "retrain " + label(kinds),
                "the retraining of " + arch,
                "retrain",
                run.settings().retrain().onDivergence(),
                Map.of(TrainingStep.Stage.RETRAIN, stage(run, arch)));
    }

    /** Returns the weights that are tested and exported. */
    private static StandaloneWeights chosen(Run run, Retrainer retrainer) {
        return choosesBest(run) ? retrainer.best() : retrainer.last();
    }

    private static boolean choosesBest(Run run) {
        return run.settings().export().weights() == WhichWeights.BEST;
    }

    private static Retrained test(Run run, String arch, Set<Kind> kinds, Network network, StandaloneWeights weights) {
        Inference.Score test = Inference.score(
                network, weights, run.images().inference(run.dataset().test()));
        Cost cost = Cost.of(network);
        List<TrainingPoint> points = run.store().training(stage(run, arch));
        return new Retrained(
                arch,
                kinds,
                cost.flops(),
                cost.parameters(),
                run.store()
                        .architecture(arch)
                        .map(EvaluatedArchitecture::accuracy)
                        .orElse(Double.NaN),
                test.accuracy(),
                run.settings().retrain().epochs(),
                points.isEmpty() ? 0 : points.get(points.size() - 1).seconds());
    }

    private static String label(Set<Kind> kinds) {
        return String.join(", ", kinds.stream().map(Kind::label).toList());
    }

    /** Kendall's τ-b of two scores over what was retrained and had been evaluated. */
    private static void rank(Run run) {
        List<Retrained> ranked = new ArrayList<>(run.store().retrained());
        ranked.removeIf(r -> Double.isNaN(r.searchAccuracy()));
        if (ranked.size() < 2) {
            return;
        }
        double[] truth = ranked.stream().mapToDouble(Retrained::testAccuracy).toArray();
        run.store()
                .put(
                        RunMetadata.RANKING,
                        new RunMetadata.Ranking(
                                ranked.size(),
                                tau(
                                        truth,
                                        ranked.stream()
                                                .mapToDouble(Retrained::searchAccuracy)
                                                .toArray()),
                                tau(
                                        truth,
                                        ranked.stream()
                                                .mapToDouble(Retrained::flops)
                                                .toArray())));
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
    static StandaloneWeights load(Run run, String arch, Network network) throws IOException {
        RetrainSettings settings = run.settings().retrain();
        ImageSet images = run.images().retraining(settings.validationFraction()).get(0);
        long steps = settings.epochs() * batches(run, images).batchesPerEpoch();
        Optional<Path> file = checkpoints(run, arch).newest();
        InvalidInputException.require(
                file.isPresent() && Training.savedStep(file.get()) == steps,
                "retrained winner of the run",
                "none",
                "retrain it first");
        return choosesBest(run)
                ? Retrainer.loadBest(file.orElseThrow(), network, settings)
                : Retrainer.loadLast(file.orElseThrow(), network, settings);
    }
}
