package kshot.train;

import kshot.common.Range;
import kshot.execute.Precision;

/**
 * How an architecture is trained from scratch.
 *
 * @param optimizer RMSPROP is the paper's recipe
 * @param epochs passes over the training images
 * @param batchSize images of a batch
 * @param learningRate the highest
 * @param warmupEpochs epochs in which the rate rises linearly from 0
 * @param decayFactor RMSPROP: the rate is multiplied by it again and again; 0.97 in the paper
 * @param decayEpochs RMSPROP: every so many epochs; 2.4 in the paper
 * @param momentum of the descent
 * @param weightDecay on all weights
 * @param labelSmoothing share of the uniform distribution in the targets
 * @param gradientClip largest Euclidean norm of the gradient; 0 for no limit
 * @param averageDecay highest decay of the moving average of the weights that is evaluated, see {@link #averageDecay(long)};
 *     0.9999 in the paper; 0 for none
 * @param validationFraction share of the training images that is held out to watch the training and to choose the best
 *     weights; 0 for none
 * @param precision of features in training; inference is always in float32
 * @param onDivergence what to do where the loss is no number any more
 */
public record RetrainSettings(
        Optimizer optimizer,
        int epochs,
        int batchSize,
        double learningRate,
        double warmupEpochs,
        double decayFactor,
        double decayEpochs,
        double momentum,
        double weightDecay,
        double labelSmoothing,
        double gradientClip,
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
        Range.atLeast(1).require("retrain.epochs", epochs);
        Range.atLeast(2).require("retrain.batch_size", batchSize);
        Range.moreThan(0).require("retrain.learning_rate", learningRate);
        Range.atLeast(0).require("retrain.warmup_epochs", warmupEpochs);
        Range.moreThan(0).atMost(1).require("retrain.decay_factor", decayFactor);
        Range.moreThan(0).require("retrain.decay_epochs", decayEpochs);
        Range.atLeast(0).lessThan(1).require("retrain.momentum", momentum);
        Range.atLeast(0).require("retrain.weight_decay", weightDecay);
        Range.atLeast(0).lessThan(1).require("retrain.label_smoothing", labelSmoothing);
        Range.atLeast(0).require("retrain.gradient_clip", gradientClip);
        Range.atLeast(0).lessThan(1).require("retrain.average_decay", averageDecay);
        Range.atLeast(0).atMost(0.5).require("retrain.validation_fraction", validationFraction);
    }

    /** The rate by time. */
    LearningRate rate() {
        return switch (optimizer) {
            case RMSPROP -> new LearningRate.WarmupSteps(learningRate, warmupEpochs, decayFactor, decayEpochs);
            case SGD -> new LearningRate.Warmup(warmupEpochs, new LearningRate.Cosine(learningRate, 0, epochs));
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
    double averageDecay(long steps) {
        return Math.min(averageDecay, (1.0 + steps) / (10.0 + steps));
    }
}
