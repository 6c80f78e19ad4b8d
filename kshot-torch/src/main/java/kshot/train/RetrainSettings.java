package kshot.train;

import java.util.function.UnaryOperator;
import kshot.common.Preset;
import kshot.common.Range;
import kshot.space.shipped.Spaces;
import kshot.tensor.Precision;

/**
 * The training of an architecture from scratch: start from a preset, and change what should be different.
 *
 * <pre>{@code
 * RetrainSettings settings = RetrainSettings.quick().withEpochs(30).withAverageDecay(0);
 * }</pre>
 *
 * <p>Here and in the parts, a method {@code withX} returns a copy with another X.
 *
 * @param optimizer the recipe
 * @param epochs passes over the training images
 * @param batchSize images of a batch
 * @param descent the rates and limits of the descent
 * @param averageDecay highest decay of the moving average of the weights that is evaluated, see
 *     {@link #averageDecay(long)}; 0.9999 in the paper; 0 for none
 * @param validationFraction share of the training images that is held out to watch the training and to choose the best
 *     weights; 0 for none
 * @param precision number type of features in training; inference is always in float32
 * @param onDivergence what to do where the loss is no number any more
 */
public record RetrainSettings(
        Optimizer optimizer,
        int epochs,
        int batchSize,
        RetrainDescent descent,
        double averageDecay,
        double validationFraction,
        Precision precision,
        OnDivergence onDivergence) {

    /** The recipes. */
    public enum Optimizer {
        /** RMSProp with momentum, linear warm-up and step decay: the paper's. */
        RMSPROP,
        /** SGD with Nesterov momentum, linear warm-up and a cosine to 0. */
        SGD
    }

    public RetrainSettings {
        Range.atLeast(1).require("epochs", epochs);
        Range.atLeast(2).require("batchSize", batchSize);
        Range.atLeast(0).lessThan(1).require("averageDecay", averageDecay);
        Range.atLeast(0).atMost(0.5).require("validationFraction", validationFraction);
    }

    /**
     * Returns the settings of a preset for one search space. They differ from those of other spaces for NAS-Bench-201, whose
     * networks of 15 cells are expensive.
     *
     * @param space name of the space
     */
    public static RetrainSettings of(Preset preset, String space) {
        RetrainSettings quick = space.equals(Spaces.NAS_BENCH_201) ? quick().withEpochs(11) : quick();
        return switch (preset) {
            case SMOKE -> quick.shortest();
            case QUICK -> quick;
            case STANDARD -> quick.withEpochs(space.equals(Spaces.NAS_BENCH_201) ? 20 : 60);
            case PAPER -> paper();
        };
    }

    /** Returns the settings of {@link Preset#SMOKE}. */
    public static RetrainSettings smoke() {
        return quick().shortest();
    }

    /** Returns the settings of {@link Preset#QUICK}. The precision is the fastest of this processor, as in all presets. */
    public static RetrainSettings quick() {
        return new RetrainSettings(
                Optimizer.SGD,
                15,
                64,
                new RetrainDescent(0.1, 1.0, 0.97, 2.4, 0.9, 0.0005, 0.1, 0, 5.0),
                0.995,
                0.05,
                Precision.fastest(),
                OnDivergence.STOP);
    }

    /** Returns the settings of {@link Preset#STANDARD}. */
    public static RetrainSettings standard() {
        return quick().withEpochs(60);
    }

    /** Returns the settings of {@link Preset#PAPER}. */
    public static RetrainSettings paper() {
        return quick().withOptimizer(Optimizer.RMSPROP)
                .withEpochs(300)
                .withBatchSize(1024)
                .withDescent(descent -> descent.withLearningRate(0.128)
                        .withWarmupEpochs(5)
                        .withWeightDecay(0.00001)
                        .withGradientClip(0))
                .withAverageDecay(0.9999);
    }

    private RetrainSettings shortest() {
        return withEpochs(2)
                .withBatchSize(128)
                .withDescent(descent -> descent.withLearningRate(0.2).withWarmupEpochs(0.2));
    }

    /**
     * Returns a copy for a training of another length that nothing watches: with as many epochs, of which the warm-up takes the
     * share that it has now.
     */
    public RetrainSettings shortened(int epochs) {
        double share = (double) epochs / this.epochs;
        return withEpochs(epochs)
                .withDescent(descent -> descent.withWarmupEpochs(share * descent.warmupEpochs()))
                .withValidationFraction(0);
    }

    public RetrainSettings withOptimizer(Optimizer optimizer) {
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    public RetrainSettings withEpochs(int epochs) {
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    public RetrainSettings withBatchSize(int batchSize) {
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    public RetrainSettings withAverageDecay(double averageDecay) {
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    public RetrainSettings withValidationFraction(double validationFraction) {
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    public RetrainSettings withPrecision(Precision precision) {
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    public RetrainSettings withDescent(UnaryOperator<RetrainDescent> change) {
        RetrainDescent descent = change.apply(this.descent);
        return new RetrainSettings(
                optimizer, epochs, batchSize, descent, averageDecay, validationFraction, precision, onDivergence);
    }

    double momentum() {
        return descent.momentum();
    }

    double weightDecay() {
        return descent.weightDecay();
    }

    double labelSmoothing() {
        return descent.labelSmoothing();
    }

    double mixup() {
        return descent.mixup();
    }

    double gradientClip() {
        return descent.gradientClip();
    }

    /** Returns the learning rate by time. */
    LearningRate rate() {
        double highest = descent.learningRate();
        return switch (optimizer) {
            case RMSPROP ->
                new LearningRate.WarmupSteps(
                        highest, descent.warmupEpochs(), descent.decayFactor(), descent.decayEpochs());
            case SGD -> new LearningRate.Warmup(descent.warmupEpochs(), new LearningRate.Cosine(highest, 0, epochs));
        };
    }

    /**
     * Returns the decay of the moving average after {@code steps} steps: at most (1 + t) / (10 + t), the rule of {@code num_updates}
     * in TensorFlow's {@code ExponentialMovingAverage}, with which the recipe's 0.9999 is used there.
     *
     * <p>While that rule holds, the average after T steps is T / 10 steps behind the weights, and the first weights have the share
     * 1 / C(T + 9, 9) of it, be the training ever so short. A decay d holds from step 9 / (1 - d) on; 0.9999 from 90,000. Without
     * the rule, and with the share of the first weights divided out as Adam does, the average of a training of 13,800 steps (300
     * epochs of CIFAR-10 in batches of 1,024) would be 5,400 steps behind, and a third of it would come from the first half.
     */
    public double averageDecay(long steps) {
        return Math.min(averageDecay, (1.0 + steps) / (10.0 + steps));
    }
}
