package kshot.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kshot.common.InvalidInputException;
import kshot.execute.Compute;
import kshot.execute.Executor;
import kshot.execute.SupernetMixture;
import kshot.train.Checkpoints;
import kshot.train.SupernetSettings;
import kshot.train.SupernetWeights;

/**
 * The supernets by which a run scores architectures: those at the end of the training and, where the settings say so, after some
 * of the epochs before.
 */
final class TrainedSupernets implements AutoCloseable {
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
    static TrainedSupernets load(Run run) throws IOException {
        SupernetSettings settings = run.settings().supernet();
        TrainedSupernets trained = new TrainedSupernets(Executor.of(Compute.of(settings.precision())));
        try {
            List<Long> steps = TrainStep.snapshotSteps(run);
            long end = steps.get(steps.size() - 1);
            Checkpoints checkpoints = TrainStep.checkpoints(run, steps);
            Optional<Path> newest = checkpoints.newest();
            if (newest.isPresent()) {
                trained.snapshots.add(SupernetWeights.load(newest.get(), run.supernetSpace(), settings));
            }
            long step = trained.steps().stream().findFirst().orElse(0L);
            InvalidInputException.require(
                    step == end,
                    "supernets of the run",
                    step == 0 ? "none" : "trained for " + step + " of " + end + " steps",
                    "train them first");
            for (int i = 0; i < steps.size() - 1; i++) {
                Path snapshot = checkpoints.at(steps.get(i));
                trained.snapshots.add(i, SupernetWeights.load(snapshot, run.supernetSpace(), settings));
            }
            return trained;
        } catch (IOException | RuntimeException e) {
            trained.close();
            throw e;
        }
    }

    /** Returns the steps after which they are. */
    List<Long> steps() {
        return snapshots.stream().map(SupernetWeights::step).toList();
    }

    List<SupernetMixture> dictionaries() {
        return snapshots.stream().map(SupernetWeights::mixture).toList();
    }

    /** Returns what runs them. */
    Executor executor() {
        return executor;
    }

    @Override
    public void close() {
        executor.close();
        snapshots.forEach(SupernetWeights::close);
    }
}
