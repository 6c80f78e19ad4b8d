package kshot.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.TrainingBatches;
import kshot.execute.BatchMean;
import kshot.execute.CountTensor;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.Loss;
import kshot.execute.TrainingPass;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Node;
import kshot.tensor.Collective;
import kshot.tensor.Compute;
import kshot.tensor.Device;
import kshot.tensor.ImageTensors;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;
import kshot.tensor.Precision;
import kshot.tensor.Safetensors;
import kshot.weights.RmsProp;
import kshot.weights.Sgd;
import kshot.weights.StandaloneDescent;
import kshot.weights.StandaloneWeights;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Trains one network from scratch by the paper's recipe or another, with running statistics for inference. What is
 * evaluated and exported is the moving average of the weights, where the recipe keeps one.
 *
 * <p>Several ranks normalise by their own part of each batch each; running statistics are the mean over the ranks.
 */
public final class Retrainer extends Training {
    private static final String CURRENT = "current.";
    private static final String AVERAGE = "average.";
    private static final String BEST = "best.";
    private static final String BEST_ACCURACY = "best_accuracy";
    private static final double NO_ACCURACY = -1;

    private final Network network;
    private final RetrainSettings settings;
    private final @Nullable EvaluationBatches validation;
    private final Seed seed;
    private final Executor executor;
    private final StandaloneWeights weights;
    private final StandaloneWeights average;
    private final StandaloneWeights best;
    private final StandaloneDescent descent;
    private double bestAccuracy = NO_ACCURACY;

    /**
     * A training of a network at its start, on the processor.
     *
     * @param validation held-out images that choose the best weights; null for none, then the last are the best
     * @throws InvalidInputException if a batch normalisation would have the variance of a single value to keep
     */
    public Retrainer(
            Network network,
            RetrainSettings settings,
            TrainingBatches batches,
            @Nullable EvaluationBatches validation,
            Seed seed) {
        this(network, settings, batches, validation, seed, Device.PROCESSOR, Collective.ALONE);
    }

    /**
     * A training of a network at its start, by several ranks.
     *
     * @param validation held-out images, of which rank 0 makes use; null for none
     * @param device of this rank
     * @param collective the ranks, each of which has this training; the caller closes it
     * @throws InvalidInputException if a batch normalisation would have the variance of a single value to keep
     */
    public Retrainer(
            Network network,
            RetrainSettings settings,
            TrainingBatches batches,
            @Nullable EvaluationBatches validation,
            Seed seed,
            Device device,
            Collective collective) {
        super(batches, settings.epochs(), collective);
        requireVariances(network, batches.batchSize() / collective.size());
        this.network = network;
        this.settings = settings;
        this.validation = validation;
        this.seed = seed;
        Compute compute = new Compute(device, settings.precision());
        this.executor = Executor.of(compute);
        this.weights = StandaloneWeights.random(network, compute, seed);
        this.average = weights.copy();
        this.best = weights.copy();
        this.descent = new StandaloneDescent(weights);
    }

    /** Checks that the unbiased variance of each feature, which running statistics take up, is defined. */
    private static void requireVariances(Network network, int batchSize) {
        for (Node node : network.liveNodes()) {
            if (node.layer() instanceof BatchNorm norm) {
                InvalidInputException.require(
                        (long) batchSize * node.shape().height() * node.shape().width() > 1,
                        "images in a batch of the retraining",
                        batchSize,
                        "at least 2, as " + norm.statistics() + " normalises features of one pixel");
            }
        }
    }

    /** Returns the weights after the last step, averaged where the recipe says so. */
    public StandaloneWeights last() {
        return settings.averageDecay() > 0 ? average : weights;
    }

    /** Returns the weights of the epoch with the highest accuracy on the held-out images; the last ones without such images. */
    public StandaloneWeights best() {
        return validation == null ? last() : best;
    }

    /**
     * Reads from a checkpoint what {@link #last()} was when it was written, without the rest of the training.
     *
     * @throws kshot.common.InvalidInputException if the file is damaged, or of another training
     */
    public static StandaloneWeights loadLast(Path file, Network network, RetrainSettings settings) throws IOException {
        return load(file, settings.averageDecay() > 0 ? AVERAGE : CURRENT, network);
    }

    /**
     * Reads from a checkpoint what {@link #best()} was when it was written, without the rest of the training.
     *
     * @throws kshot.common.InvalidInputException if the file is damaged, or of another training
     */
    public static StandaloneWeights loadBest(Path file, Network network, RetrainSettings settings) throws IOException {
        double accuracy = Safetensors.number(file, Safetensors.metadata(file), BEST_ACCURACY);
        return accuracy == NO_ACCURACY ? loadLast(file, network, settings) : load(file, BEST, network);
    }

    private static StandaloneWeights load(Path file, String prefix, Network network) throws IOException {
        return StandaloneWeights.load(file, prefix, network, Compute.of(Precision.FLOAT32));
    }

    /** Returns the accuracy of {@link #best()} on the held-out images. */
    public double bestAccuracy() {
        return bestAccuracy;
    }

    /** One batch: forward, backward, descent, moving average; at the end of an epoch a look at the held-out images. */
    @Override
    TrainingStep train(Batch batch) {
        requireSameStep(Stream.of());
        Loss.Count count = descend(batch);
        average.average(weights, settings.averageDecay(step()));
        boolean endsEpoch = (step() + 1) % stepsPerEpoch() == 0;
        return shown(TrainingStep.Stage.RETRAIN, count, rate(), endsEpoch ? validate() : null);
    }

    private Loss.Count descend(Batch batch) {
        try (NativeScope scope = new NativeScope()) {
            ImageTensors images = images(batch);
            try (TrainingPass pass =
                    executor.train(network, weights.forTraining(), images, settings.labelSmoothing())) {
                Gradient gradient = pass.backward();
                CountTensor counted = pass.count();
                BatchMean.over(collective(), counted, gradient.values(), weights.statistics());
                List<double[]> numbers = Numbers.read(List.of(gradient.norm(), counted.numbers()));
                double norm = numbers.get(0)[0];
                Loss.Count count = Loss.Count.of(numbers.get(1));
                requireFinite(norm, count, rate(), () -> "");
                gradient.clip(norm, settings.gradientClip());
                descend(gradient);
                return count;
            }
        }
    }

    /** Returns a batch as tensors, mixed where the recipe says so: each step draws the share from Beta(α, α). */
    private ImageTensors images(Batch batch) {
        if (settings.mixup() == 0) {
            return ImageTensors.of(batch, executor.compute());
        }
        double share = new BetaDistribution(settings.mixup(), settings.mixup())
                .inverseCumulativeProbability(seed.generator("mixup", step()).nextDouble());
        int classes = network.output().shape().channels();
        return ImageTensors.mixed(batch, share, classes, executor.compute());
    }

    private void descend(Gradient gradient) {
        switch (settings.optimizer()) {
            case RMSPROP -> descent.step(gradient, RmsProp.of(settings.momentum(), settings.weightDecay()), rate());
            case SGD -> descent.step(gradient, new Sgd(settings.momentum(), true, settings.weightDecay()), rate());
        }
    }

    private double rate() {
        return rate(settings.rate());
    }

    private Inference.@Nullable Score validate() {
        if (validation == null) {
            return null;
        }
        Inference.Score score = ofLead(collective().isLead() ? Inference.score(network, last(), validation) : null);
        if (score.accuracy() > bestAccuracy) {
            bestAccuracy = score.accuracy();
            best.set(last());
        }
        return score;
    }

    /** Returns the score that rank 0 has found. */
    private Inference.Score ofLead(Inference.@Nullable Score found) {
        if (found != null && collective().isAlone()) {
            return found;
        }
        double[] numbers = collective()
                .broadcast(
                        found == null
                                ? new double[3]
                                : new double[] {found.images(), found.accuracy(), found.logLikelihood()});
        return new Inference.Score(Math.round(numbers[0]), numbers[1], numbers[2]);
    }

    @Override
    NamedTensors tensors() {
        return new NamedTensors()
                .putAll(CURRENT, weights.state())
                .putAll(AVERAGE, average.state())
                .putAll(BEST, best.state())
                .putAll("", descent.state());
    }

    @Override
    Map<String, Double> numbers() {
        return Map.of(BEST_ACCURACY, bestAccuracy);
    }

    @Override
    void restore(NamedTensors tensors, ToDoubleFunction<String> numbers) {
        bestAccuracy = numbers.applyAsDouble(BEST_ACCURACY);
    }

    @Override
    public void close() {
        executor.close();
        weights.close();
        average.close();
        best.close();
        descent.close();
    }
}
