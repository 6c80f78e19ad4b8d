package kshot.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.execute.Executor;
import kshot.execute.SupernetMixture;
import kshot.train.SupernetTrainer;

/**
 * What a run scores architectures by: its supernets at the end of the training and, where the settings say so, after some
 * of the epochs before.
 */
final class TrainedSupernets implements AutoCloseable {
    /** The oldest first. */
    private final List<SupernetTrainer> snapshots = new ArrayList<>();

    /**
     * Loads them.
     *
     * @throws InvalidInputException if they have not been trained to the end, or one of them is damaged
     */
    static TrainedSupernets load(Run run) throws IOException {
        TrainedSupernets trained = new TrainedSupernets();
        try {
            SupernetTrainer last = TrainStep.load(run);
            trained.snapshots.add(last);
            List<Long> steps = last.snapshotSteps();
            for (int i = 0; i < steps.size() - 1; i++) {
                trained.snapshots.add(i, TrainStep.load(run, steps.get(i)));
            }
            return trained;
        } catch (IOException | RuntimeException e) {
            trained.close();
            throw e;
        }
    }

    /** The steps after which they are. */
    List<Long> steps() {
        return snapshots.stream().map(SupernetTrainer::step).toList();
    }

    List<SupernetMixture> dictionaries() {
        return snapshots.stream().map(SupernetTrainer::dictionary).toList();
    }

    /** What runs them. */
    Executor executor() {
        return snapshots.get(snapshots.size() - 1).executor();
    }

    @Override
    public void close() {
        snapshots.forEach(SupernetTrainer::close);
    }
}
