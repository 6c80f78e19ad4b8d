package kshot.run.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kshot.network.Network;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.progress.JointProgress;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.space.Architecture;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.weights.StandaloneWeights;

/** The step that trains the winner from scratch, and what it is compared with, and tests each training once. */
final class RetrainStep implements Step {
    private final Run run;
    private final RunStore store;

    RetrainStep(Run run) {
        this.run = run;
        this.store = run.store();
    }

    @Override
    public boolean work() throws IOException {
        Map<Contestant, Set<Kind>> contestants = Comparison.of(run);
        new SearchStep(run)
                .evaluateMissing(contestants.keySet().stream()
                        .flatMap(c -> c.searched().stream())
                        .toList());
        List<Retraining> trainings = new ArrayList<>();
        for (int repeat = 1; repeat <= run.context().settings().repeats(); repeat++) {
            int number = repeat;
            contestants.forEach((contestant, kinds) -> trainings.add(new Retraining(run, contestant, kinds, number)));
        }
        boolean inTurn = trainings.size() == 1 || !run.team().isAlone();
        boolean worked = inTurn ? finishInTurn(trainings) : finishSideBySide(trainings);
        rank();
        return worked;
    }

    /** All threads for each, and all ranks. */
    private boolean finishInTurn(List<Retraining> trainings) throws IOException {
        boolean worked = false;
        for (Retraining training : trainings) {
            worked |= training.finish(run.listener());
        }
        return worked;
    }

    /** One thread for each, however many are still to do: a result must not depend on interruptions. */
    private boolean finishSideBySide(List<Retraining> trainings) throws IOException {
        int[] layers = trainings.stream().mapToInt(Retraining::layers).toArray();
        int untested = (int) trainings.stream().filter(t -> !t.isTested()).count();
        try (ParallelPasses streams = new ParallelPasses(LibTorch.threads());
                JointProgress progress = new JointProgress(run.listener(), "retrain", untested)) {
            return streams.run(layers, i -> finish(trainings.get(i), progress)).contains(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean finish(Retraining training, JointProgress progress) {
        try {
            return training.finish((task, total) -> progress.progress(training.label(), total));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void discard() throws IOException {
        deleteCheckpoints();
        store.stages().stream()
                .filter(stage -> stage.startsWith(TrainingPoint.RETRAIN))
                .forEach(stage -> store.forgetTraining(stage, 0));
        store.forgetRetrained();
        store.forget(RunMetadata.YARDSTICKS);
        store.forget(RunMetadata.RANKING);
        store.forget(RunMetadata.CHOSEN);
    }

    private void deleteCheckpoints() throws IOException {
        Path folder = run.directory().checkpoints();
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(Retraining.WINNER + "-") || name.startsWith(Retraining.COMPARED + "-")) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Kendall's τ-b of two scores over what was retrained and had been evaluated. */
    private void rank() {
        List<Retrained> ranked = new ArrayList<>(store.retrained());
        ranked.removeIf(r -> Double.isNaN(r.searchAccuracy()));
        if (ranked.size() < 2) {
            return;
        }
        double[] truth =
                ranked.stream().mapToDouble(Retrained::meanTestAccuracy).toArray();
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

    /**
     * Reads the weights of a retrained architecture that are exported; the caller closes them.
     *
     * @param kind why it is exported
     */
    StandaloneWeights load(Architecture architecture, Kind kind, Network network) throws IOException {
        Contestant contestant = new Contestant.OfSpace(run.context().space(), architecture);
        return new Retraining(run, contestant, Set.of(kind), 1).load(network);
    }
}
