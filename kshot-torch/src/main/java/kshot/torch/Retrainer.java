package kshot.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
public final class Retrainer implements Training {
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
    private double rateFactor = 1;

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

    @Override
    public long steps() {
        return steps;
    }

    @Override
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

    @Override
    public void train(BooleanSupplier pause, TrainingStep.Listener listener) {
        try (Prefetcher data = new Prefetcher(batches::at, step, steps, PREFETCHED)) {
            while (step < steps && !pause.getAsBoolean()) {
                Loss.Count count = train(data.next());
                boolean endsEpoch = (step + 1) % batches.batchesPerEpoch() == 0;
                TrainingStep done = report(count, endsEpoch ? validate() : null);
                step++;
                listener.onStep(done);
            }
        }
    }

    @Override
    public double rateFactor() {
        return rateFactor;
    }

    @Override
    public void halveRate() {
        rateFactor /= 2;
    }

    private double rate() {
        return rateFactor * settings.rate().at(epoch());
    }

    private double epoch() {
        return (double) step / batches.batchesPerEpoch();
    }

    private TrainingStep report(Loss.Count count, Inference.@Nullable Score score) {
        return new TrainingStep(
                TrainingStep.Stage.RETRAIN,
                step,
                steps,
                epoch(),
                -count.meanLogLikelihood(),
                count.accuracy(),
                rate(),
                (int) count.images(),
                score);
    }

    private Loss.Count train(Batch batch) {
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            NetworkWeights current = weights.forTraining(settings.precision());
            Tensor scores = executor.forward(network, current, images.images());
            Loss.crossEntropy(scores, images.labels(), settings.labelSmoothing())
                    .backward();
            Tensor gradient = current.gradient();
            Loss.Count count = Loss.Count.of(scores.detach(), images.labels());
            DivergenceException.check(count, gradient, step, rate(), () -> "");
            descend(settings.gradientClip() > 0 ? LibTorch.clip(gradient, settings.gradientClip()) : gradient);
            average.average(weights, settings.averageDecay(step));
            return count;
        }
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
    public void save(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new HashMap<>(notes);
        metadata.put("step", Long.toString(step));
        metadata.put("rate_factor", Double.toString(rateFactor));
        metadata.put("best_accuracy", Double.toString(bestAccuracy));
        Safetensors.write(file, state(), metadata);
    }

    @Override
    public Map<String, String> load(Path file) throws IOException {
        Map<String, String> metadata = Safetensors.read(file, state());
        step = Safetensors.step(file, metadata, steps);
        rateFactor = Safetensors.number(file, metadata, "rate_factor", 1);
        bestAccuracy = Safetensors.number(file, metadata, "best_accuracy", -1);
        return metadata;
    }

    /** All tensors by name, as they are, not copied. */
    private Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        weights.state().forEach((name, tensor) -> state.put("current." + name, tensor));
        average.state().forEach((name, tensor) -> state.put("average." + name, tensor));
        best.state().forEach((name, tensor) -> state.put("best." + name, tensor));
        state.put("velocity", velocity);
        state.put("square", square);
        return state;
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
