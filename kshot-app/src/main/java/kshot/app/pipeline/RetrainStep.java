package kshot.app.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kshot.app.config.Settings;
import kshot.app.config.Settings.Export.WhichWeights;
import kshot.app.store.EvaluatedArchitecture;
import kshot.app.store.EventWriter;
import kshot.app.store.Facts;
import kshot.app.store.Retrained;
import kshot.app.store.Retrained.Kind;
import kshot.app.store.TrainingPoint;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.rank.RankCorrelation;
import kshot.space.Architecture;
import kshot.torch.Inference;
import kshot.torch.Precision;
import kshot.torch.Retrainer;
import kshot.torch.StandaloneWeights;
import kshot.torch.TrainingStep;
import org.jspecify.annotations.Nullable;

/** Trains the winner from scratch, and what it is compared with, and tests each once. */
final class RetrainStep {
    private RetrainStep() {}

    static void run(Run run) throws IOException {
        run.store().forgetRetrained();
        Map<String, Set<Kind>> picks = Comparison.of(run);
        SearchStep.evaluateMissing(run, picks.keySet());
        for (Map.Entry<String, Set<Kind>> pick : picks.entrySet()) {
            retrain(run, pick.getKey(), pick.getValue());
        }
        rank(run);
    }

    private static void retrain(Run run, String arch, Set<Kind> kinds) throws IOException {
        Settings settings = run.settings();
        boolean isWinner = kinds.contains(Kind.WINNER);
        String stage = isWinner ? TrainingPoint.RETRAIN : TrainingPoint.retrain(arch);
        run.store().forgetTraining(stage, 0);
        Architecture architecture = run.space().parse(arch);
        Network network = run.space().network(architecture);
        Seed seed = run.seed().derive("retrain");
        List<ImageSet> sets = run.images().retraining(settings.retrain().validationFraction());
        @Nullable EvaluationBatches watching = sets.size() > 1 ? run.images().inference(sets.get(1)) : null;
        try (Retrainer retrainer = new Retrainer(
                        network,
                        settings.retrain(),
                        run.images()
                                .retrainBatches(sets.get(0), settings.retrain().batchSize(), seed),
                        watching,
                        seed);
                EventWriter events = EventWriter.open(run.directory(), Clock.systemUTC());
                TrainingLog log = new TrainingLog(run.store(), events, retrainer.steps());
                Console.Progress progress = run.console().progress("retrain " + label(kinds), retrainer.steps())) {
            Watch watch = new Watch(log, stage, progress);
            retrainer.train(Long.MAX_VALUE, watch::onStep, watch::onEpoch);
            if (isWinner) {
                retrainer.last().save(run.checkpoint("winner-last"));
                retrainer.best().save(run.checkpoint("winner-best"));
            }
            StandaloneWeights chosen =
                    settings.export().weights() == WhichWeights.BEST ? retrainer.best() : retrainer.last();
            Inference.Score test = Inference.score(
                    network, chosen, run.images().inference(run.dataset().test()));
            Cost cost = Cost.of(network);
            run.store()
                    .putRetrained(new Retrained(
                            arch,
                            kinds,
                            cost.flops(),
                            cost.parameters(),
                            run.store()
                                    .architecture(arch)
                                    .map(EvaluatedArchitecture::accuracy)
                                    .orElse(Double.NaN),
                            test.accuracy(),
                            settings.retrain().epochs(),
                            watch.seconds()));
        }
    }

    private static String label(Set<Kind> kinds) {
        return String.join(", ", kinds.stream().map(Kind::label).toList());
    }

    /** Shows and logs a retraining. */
    private static final class Watch {
        private final TrainingLog log;
        private final String stage;
        private final Console.Progress progress;
        private @Nullable TrainingStep last;
        private String validation = "";

        Watch(TrainingLog log, String stage, Console.Progress progress) {
            this.log = log;
            this.stage = stage;
            this.progress = progress;
        }

        void onStep(TrainingStep step) {
            last = step;
            log.add(stage, step);
            progress.update(
                    step.step() + 1,
                    String.format(
                            Locale.ROOT,
                            "epoch %.1f, loss %.3f, %.0f images/s%s",
                            step.epoch(),
                            step.loss(),
                            (step.step() + 1) * step.images() / step.seconds(),
                            validation));
        }

        void onEpoch(int epoch, double accuracy, double loss) {
            validation = String.format(Locale.ROOT, ", validation %.1f %%", 100 * accuracy);
            if (last != null) {
                log.addValidation(stage, last, loss, accuracy);
            }
        }

        double seconds() {
            return last == null ? 0 : last.seconds();
        }
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
                        Facts.RANKING,
                        new Facts.Ranking(
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

    /** The retrained winner's weights of a run. */
    static StandaloneWeights load(Run run, Network network, WhichWeights which) throws IOException {
        var file = run.checkpoint(which == WhichWeights.BEST ? "winner-best" : "winner-last");
        InvalidInputException.require(Files.exists(file), "retrained winner of the run", "none", "retrain it first");
        StandaloneWeights weights = StandaloneWeights.random(network, Precision.FLOAT32, run.seed());
        weights.load(file);
        return weights;
    }
}
