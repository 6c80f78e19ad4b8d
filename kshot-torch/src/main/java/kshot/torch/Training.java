package kshot.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A training that can rest between any two of its steps, be saved there, and go on from there to the same bits as one
 * that never rested.
 */
public sealed interface Training extends AutoCloseable permits SupernetTrainer, Retrainer {
    /** Number of steps of the whole training. */
    long steps();

    /** The next step, from 0. */
    long step();

    /**
     * Trains until {@code pause} wants a rest, or to the end.
     *
     * @param pause asked before each step
     * @throws DivergenceException if a loss or a gradient is no finite number; what the step has changed by then is not
     *     worth keeping
     */
    void train(BooleanSupplier pause, TrainingStep.Listener listener);

    /** Trains to the end, or until {@code end} steps are done; see {@link #train(BooleanSupplier, TrainingStep.Listener)}. */
    default void train(long end, TrainingStep.Listener listener) {
        train(() -> step() >= end, listener);
    }

    /** What all learning rates are multiplied by: 1, and half of it after each {@link #halveRate}. */
    double rateFactor();

    /** From the next step on all learning rates are half of what they would have been. */
    void halveRate();

    /**
     * Writes everything that the training needs to go on. Equal trainings write equal bytes.
     *
     * @param notes of the caller, kept with it
     */
    void save(Path file, Map<String, String> notes) throws IOException;

    /**
     * Goes on from a saved state.
     *
     * @return the notes that were saved with it, among others
     * @throws kshot.common.InvalidInputException if the file is damaged, or of another training
     */
    Map<String, String> load(Path file) throws IOException;

    @Override
    void close();
}
