package kshot.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.TrainingBatches;
import kshot.execute.Executor;
import kshot.execute.ImageTensors;
import kshot.execute.LibTorch;
import kshot.execute.Loss;
import kshot.execute.PointerScopes;
import kshot.execute.RmsProp;
import kshot.execute.Sgd;
import kshot.execute.StandaloneWeights;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Node;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains one network from scratch by the paper's recipe or another, with running statistics for inference. What is
 * evaluated and exported is the moving average of the weights, where the recipe keeps one.
 */
public final class Retrainer extends Training {
    private static final String BEST_ACCURACY = "best_accuracy";

    private final Network network;
    private final RetrainSettings settings;
    private final @Nullable EvaluationBatches validation;
    private final Executor executor;
    private final StandaloneWeights weights;
    private final StandaloneWeights average;
    private final StandaloneWeights best;
    private final Tensor velocity;
    private final Tensor square;
    private double bestAccuracy = -1;

    /**
     * A network at its start.
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
        super(batches, settings.epochs());
        requireVariances(network, batches.batchSize());
        this.network = network;
        this.settings = settings;
        this.validation = validation;
        this.executor = Executor.of(settings.precision());
        this.weights = StandaloneWeights.random(network, settings.precision(), seed);
        this.average = weights.copy();
        this.best = weights.copy();
        try (PointerScope scope = new PointerScope()) {
            Tensor zero = weights.flat().mul(new Scalar(0.0));
            this.velocity = PointerScopes.own(zero);
            this.square = PointerScopes.own(zero.clone());
        }
    }

    /** The unbiased variance of one value, which running statistics would take up, is not defined. */
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

    @Override
    TrainingStep train(Batch batch) {
        Loss.Count count = descend(batch);
        boolean endsEpoch = (step() + 1) % stepsPerEpoch() == 0;
        return shown(TrainingStep.Stage.RETRAIN, count, rate(), endsEpoch ? validate() : null);
    }

    private Loss.Count descend(Batch batch) {
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            try (Executor.Pass pass = executor.train(network, weights.forTraining(), images.images())) {
                Tensor gradient =
                        pass.backward(Loss.gradient(pass.scores(), images.labels(), settings.labelSmoothing()));
                Loss.Count count = Loss.Count.of(pass.scores(), images.labels());
                double norm = finiteNorm(gradient, count, rate(), () -> "");
                LibTorch.clip(gradient, norm, settings.gradientClip());
                descend(gradient);
                average.average(weights, settings.averageDecay(step()));
                return count;
            }
        }
    }

    private double rate() {
        return rate(settings.rate());
    }

    private void descend(Tensor gradient) {
        switch (settings.optimizer()) {
            case RMSPROP ->
                RmsProp.of(settings.momentum(), settings.weightDecay())
                        .step(weights.flat(), velocity, square, gradient, rate());
            case SGD ->
                new Sgd(settings.momentum(), true, settings.weightDecay())
                        .step(weights.flat(), velocity, gradient, rate());
        }
    }

    private Inference.@Nullable Score validate() {
        if (validation == null) {
            return null;
        }
        Inference.Score score = Inference.score(network, last(), validation);
        if (score.accuracy() > bestAccuracy) {
            bestAccuracy = score.accuracy();
            best.set(last());
        }
        return score;
    }

    @Override
    Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.state().forEach((name, tensor) -> tensors.put("current." + name, tensor));
        average.state().forEach((name, tensor) -> tensors.put("average." + name, tensor));
        best.state().forEach((name, tensor) -> tensors.put("best." + name, tensor));
        tensors.put("velocity", velocity);
        tensors.put("square", square);
        return tensors;
    }

    @Override
    Map<String, Double> numbers() {
        return Map.of(BEST_ACCURACY, bestAccuracy);
    }

    @Override
    void restore(Function<String, Tensor> tensors, ToDoubleFunction<String> numbers) {
        bestAccuracy = numbers.applyAsDouble(BEST_ACCURACY);
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
