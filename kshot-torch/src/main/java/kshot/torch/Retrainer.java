package kshot.torch;

import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.Prefetcher;
import kshot.data.TrainingBatches;
import kshot.network.Network;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains one network from scratch by the paper's recipe or another, with running statistics for inference. What is
 * evaluated and exported is the moving average of the weights, where the recipe keeps one.
 */
public final class Retrainer implements AutoCloseable {
    /** Batches that are ready before they are needed. */
    private static final int PREFETCHED = 4;

    private final Network network;
    private final RetrainSettings settings;
    private final TrainingBatches batches;
    private final @Nullable EvaluationBatches validation;
    private final Executor executor;
    private final StandaloneWeights weights;
    private final StandaloneWeights average;
    private final StandaloneWeights best;
    private final Tensor velocity;
    private final Tensor square;
    private final long steps;
    private double bestAccuracy = -1;
    private long step;
    private double seconds;

    /**
     * A network at its start.
     *
     * @param validation held-out images that choose the best weights; null for none, then the last are the best
     */
    public Retrainer(
            Network network,
            RetrainSettings settings,
            TrainingBatches batches,
            @Nullable EvaluationBatches validation,
            Seed seed) {
        this.network = network;
        this.settings = settings;
        this.batches = batches;
        this.validation = validation;
        this.executor = new Executor(settings.precision());
        this.weights = StandaloneWeights.random(network, settings.precision(), seed);
        this.average = weights.copy();
        this.best = weights.copy();
        this.steps = settings.epochs() * batches.batchesPerEpoch();
        try (PointerScope scope = new PointerScope()) {
            Tensor zero = weights.flat().mul(new Scalar(0.0));
            this.velocity = PointerScopes.own(zero);
            this.square = PointerScopes.own(zero.clone());
        }
    }

    /** Number of steps of the whole training. */
    public long steps() {
        return steps;
    }

    /** The next step, from 0. */
    public long step() {
        return step;
    }

    /** The weights after the last step, averaged where the recipe says so. */
    public StandaloneWeights last() {
        return settings.averageDecay() > 0 ? average : weights;
    }

    /** The weights of the epoch with the highest accuracy on the held-out images; the last ones without such images. */
    public StandaloneWeights best() {
        return validation == null ? last() : best;
    }

    /** Accuracy of {@link #best()} on the held-out images. */
    public double bestAccuracy() {
        return bestAccuracy;
    }

    /** Gets the accuracy on the held-out images after each epoch. */
    @FunctionalInterface
    public interface EpochListener {
        /** Called after each epoch, counted from 1, if images are held out. */
        void onEpoch(int epoch, double accuracy, double loss);
    }

    /** Trains to the end, or until {@code pause} steps are done. */
    public void train(long pause, TrainingStep.Listener listener, EpochListener epochListener) {
        long start = System.nanoTime() - Math.round(seconds * 1e9);
        long end = Math.min(pause, steps);
        try (Prefetcher data = new Prefetcher(batches::at, step, end, PREFETCHED)) {
            while (step < end) {
                Loss.Count count = train(data.next());
                seconds = (System.nanoTime() - start) / 1e9;
                listener.onStep(report(count));
                step++;
                if (step % batches.batchesPerEpoch() == 0) {
                    validate(epochListener);
                }
            }
        }
    }

    private double epoch() {
        return (double) step / batches.batchesPerEpoch();
    }

    private TrainingStep report(Loss.Count count) {
        return new TrainingStep(
                TrainingStep.Stage.RETRAIN,
                step,
                steps,
                epoch(),
                -count.meanLogLikelihood(),
                count.accuracy(),
                settings.rate().at(epoch()),
                (int) count.images(),
                seconds);
    }

    private Loss.Count train(Batch batch) {
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            NetworkWeights current = weights.forTraining(settings.precision());
            Tensor scores = executor.forward(network, current, images.images());
            Loss.crossEntropy(scores, images.labels(), settings.labelSmoothing())
                    .backward();
            Tensor gradient = current.gradient();
            descend(settings.gradientClip() > 0 ? LibTorch.clip(gradient, settings.gradientClip()) : gradient);
            average.average(weights, settings.averageDecay(step));
            return Loss.Count.of(scores.detach(), images.labels());
        }
    }

    private void descend(Tensor gradient) {
        double rate = settings.rate().at(epoch());
        switch (settings.optimizer()) {
            case RMSPROP ->
                RmsProp.of(settings.momentum(), settings.weightDecay())
                        .step(weights.flat(), velocity, square, gradient, rate);
            case SGD ->
                new Sgd(settings.momentum(), true, settings.weightDecay())
                        .step(weights.flat(), velocity, gradient, rate);
        }
    }

    private void validate(EpochListener listener) {
        if (validation == null) {
            return;
        }
        Inference.Score score = Inference.score(network, last(), validation);
        listener.onEpoch((int) (step / batches.batchesPerEpoch()), score.accuracy(), -score.logLikelihood());
        if (score.accuracy() > bestAccuracy) {
            bestAccuracy = score.accuracy();
            best.set(last());
        }
    }

    @Override
    public void close() {
        executor.close();
        weights.close();
        average.close();
        best.close();
        velocity.close();
        square.close();
    }
}
