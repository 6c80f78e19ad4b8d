package kshot.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.data.Batch;
import kshot.data.Prefetcher;
import kshot.data.TrainingBatches;
import kshot.execute.Loss;
import kshot.tensor.Collective;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Safetensors;
import org.jspecify.annotations.Nullable;

/**
 * A training that can rest between any two of its steps, be saved there, and go on from there to the same bits as one
 * that never rested: every draw is a function of (seed, step).
 *
 * <p>Several ranks may do one training together. Each trains on its part of each batch, all join what came of it, and go on from
 * the same weights. What they decide follows from what all of them know; only when to rest is up to rank 0, which the others wait
 * for.
 */
public abstract sealed class Training implements AutoCloseable permits SupernetTrainer, Retrainer {
    private static final String STEP = "step";
    private static final String RATE_FACTOR = "rate_factor";

    private final TrainingBatches batches;
    private final Collective collective;
    private final long steps;
    private long step;
    private double rateFactor = 1;

    /**
     * A training at the start of so many passes over the training images.
     *
     * @param collective the ranks that do it together; the caller closes it
     */
    Training(TrainingBatches batches, int epochs, Collective collective) {
        InvalidInputException.require(
                collective.size() <= batches.batchSize(),
                "number of ranks",
                collective.size(),
                "at most one for each image of a batch, " + batches.batchSize());
        this.batches = batches;
        this.collective = collective;
        this.steps = epochs * batches.batchesPerEpoch();
    }

    /**
     * Returns the number of steps after which a training was saved.
     *
     * @throws InvalidInputException if the file is damaged
     */
    public static long savedStep(Path file) throws IOException {
        return savedStep(file, Safetensors.metadata(file));
    }

    static long savedStep(Path file, Map<String, String> metadata) {
        return (long) Safetensors.number(file, metadata, STEP);
    }

    /** Returns the number of steps of the whole training. */
    public final long steps() {
        return steps;
    }

    /** Returns the next step, from 0. */
    public final long step() {
        return step;
    }

    final int batchSize() {
        return batches.batchSize();
    }

    final long stepsPerEpoch() {
        return batches.batchesPerEpoch();
    }

    /**
     * Trains until {@code pause} wants a rest, or to the end.
     *
     * @param pause asked before each step
     * @throws DivergenceException if a loss or a gradient is no finite number; what the step has changed by then is not
     *     worth keeping
     */
    public final void train(BooleanSupplier pause, TrainingStep.Listener listener) {
        try (Prefetcher data = new Prefetcher(this::batch, step, steps, Prefetcher.depth(batches.batchBytes()))) {
            while (step < steps && !pause.getAsBoolean()) {
                TrainingStep done = train(data.next());
                step++;
                if (step % stepsPerEpoch() == 0) {
                    requireSameState();
                }
                listener.onStep(done);
            }
        }
    }

    /** Returns this rank's part of the batch of a step. */
    private Batch batch(long ofStep) {
        return collective.isAlone() ? batches.at(ofStep) : batches.at(ofStep, positions(ofStep));
    }

    /** Returns where in the batch of a step this rank's images are. */
    IntStream positions(long ofStep) {
        return positions();
    }

    /** Returns where in a batch each N-th image is, beginning with this rank's. */
    final IntStream positions() {
        return IntStream.iterate(collective.rank(), i -> i < batches.batchSize(), i -> i + collective.size());
    }

    /** Returns the ranks that do this training together. */
    final Collective collective() {
        return collective;
    }

    /**
     * Checks that all ranks are about to train the same, so that what they join has the same sizes.
     *
     * @param networks of the step, by their names; not asked for where there is one rank
     */
    final void requireSameStep(Stream<String> networks) {
        if (!collective.isAlone()) {
            collective.requireAgreement(
                    "networks of step " + step, step, networks.toList().hashCode());
        }
    }

    /**
     * Checks that all ranks have the same weights, or whatever else the training has to keep.
     *
     * @throws InvalidInputException on all ranks if one has others
     */
    private void requireSameState() {
        if (!collective.isAlone()) {
            try (NativeScope scope = new NativeScope()) {
                collective.requireAgreement(
                        "state after step " + step, tensors().checksum());
            }
        }
    }

    /** Gives all ranks the state of rank 0, which may have been loaded. One rank alone has it already. */
    public final void share() {
        if (collective.isAlone()) {
            return;
        }
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = tensors();
            Map<String, Double> numbers = new TreeMap<>(numbers());
            collective.requireAgreement("size of what is trained", tensors.sizes());
            tensors.broadcast(collective);
            numbers.replaceAll((name, value) -> collective.broadcast(value)[0]);
            double[] place = collective.broadcast((double) step, rateFactor);
            step = (long) place[0];
            rateFactor = place[1];
            restore(tensors, name -> Objects.requireNonNull(numbers.get(name)));
        }
    }

    /** Trains to the end, or until {@code end} steps are done; see {@link #train(BooleanSupplier, TrainingStep.Listener)}. */
    public final void train(long end, TrainingStep.Listener listener) {
        train(() -> step >= end, listener);
    }

    /** Trains one step, on its batch. */
    abstract TrainingStep train(Batch batch);

    /** Returns what this step showed. */
    final TrainingStep shown(
            TrainingStep.Stage stage, Loss.Count count, double rate, Inference.@Nullable Score validation) {
        return new TrainingStep(
                stage,
                step,
                steps,
                epoch(),
                -count.meanLogLikelihood(),
                count.accuracy(),
                rate,
                (int) count.images(),
                validation);
    }

    private double epoch() {
        return (double) step / batches.batchesPerEpoch();
    }

    /** Returns the rate of this step by a schedule. */
    final double rate(LearningRate schedule) {
        return rateFactor * schedule.at(epoch());
    }

    /** Returns the factor of all learning rates: 1, and half of it after each {@link #halveRate}. */
    public final double rateFactor() {
        return rateFactor;
    }

    /** Halves all learning rates from the next step on. */
    public final void halveRate() {
        rateFactor /= 2;
    }

    /**
     * Checks the norm of a gradient, and the loss.
     *
     * @param where the end of the error's message, made only when it is needed
     * @throws DivergenceException unless loss and norm are finite. Looking at both keeps the weights finite: a finite loss
     *     may have a gradient that is not
     */
    final void requireFinite(double norm, Loss.Count count, double rate, Supplier<String> where) {
        double loss = -count.meanLogLikelihood();
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new DivergenceException(loss, norm, step, rate, where.get());
        }
    }

    /** Returns all tensors that the training needs to go on: those in use, or copies of what is kept outside of tensors. */
    abstract NamedTensors tensors();

    /** Returns the numbers that it needs beside them, by name. */
    abstract Map<String, Double> numbers();

    /**
     * Goes on from saved values.
     *
     * @param tensors filled; those in use are as they are wanted already
     * @param numbers by name
     */
    abstract void restore(NamedTensors tensors, ToDoubleFunction<String> numbers);

    /**
     * Writes everything that the training needs to go on. Equal trainings write equal bytes.
     *
     * @param notes of the caller, kept with it
     */
    public final void save(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new HashMap<>(notes);
        metadata.put(STEP, Long.toString(step));
        metadata.put(RATE_FACTOR, Double.toString(rateFactor));
        numbers().forEach((name, value) -> metadata.put(name, Double.toString(value)));
        try (NativeScope scope = new NativeScope()) {
            Safetensors.write(file, tensors(), metadata);
        }
    }

    /**
     * Goes on from a saved state.
     *
     * @return the notes that were saved with it, among others
     * @throws InvalidInputException if the file is damaged, or of another training
     */
    public final Map<String, String> load(Path file) throws IOException {
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = tensors();
            Map<String, String> metadata = Safetensors.read(file, tensors);
            double savedStep = Safetensors.number(file, metadata, STEP);
            InvalidInputException.require(
                    savedStep >= 0 && savedStep <= steps, "step of " + file, savedStep, "0 to " + steps);
            step = (long) savedStep;
            rateFactor = Safetensors.number(file, metadata, RATE_FACTOR);
            restore(tensors, name -> Safetensors.number(file, metadata, name));
            return metadata;
        }
    }

    @Override
    public abstract void close();
}
