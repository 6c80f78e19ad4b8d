package kshot.torch;

import kshot.common.InvalidInputException;

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
 * @param averageDecay decay of the moving average of the weights that is evaluated; 0.9999 in the paper; 0 for none
 * @param validationFraction share of the training images that is held out to watch the training and to choose the best
 *     weights; 0 for none
 * @param precision of features in training; inference is always in float32
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
        Precision precision) {

    /** The recipes. */
    public enum Optimizer {
        /** RMSProp with momentum, linear warm-up and step decay: the paper's. */
        RMSPROP,
        /** SGD with Nesterov momentum, linear warm-up and a cosine to 0. */
        SGD
    }

    public RetrainSettings {
        InvalidInputException.require(epochs >= 1, "retrain.epochs", epochs, "at least 1");
        InvalidInputException.require(batchSize >= 2, "retrain.batch_size", batchSize, "at least 2");
        InvalidInputException.require(
                labelSmoothing >= 0 && labelSmoothing < 1,
                "retrain.label_smoothing",
                labelSmoothing,
                "from 0, less than 1");
        InvalidInputException.require(gradientClip >= 0, "retrain.gradient_clip", gradientClip, "at least 0");
        InvalidInputException.require(
                averageDecay >= 0 && averageDecay < 1, "retrain.average_decay", averageDecay, "from 0, less than 1");
        InvalidInputException.require(
                validationFraction >= 0 && validationFraction <= 0.5,
                "retrain.validation_fraction",
                validationFraction,
                "from 0 to 0.5");
    }

    /** The rate by time. */
    LearningRate rate() {
        return switch (optimizer) {
            case RMSPROP -> new LearningRate.WarmupSteps(learningRate, warmupEpochs, decayFactor, decayEpochs);
            case SGD -> new LearningRate.Warmup(warmupEpochs, new LearningRate.Cosine(learningRate, 0, epochs));
        };
    }

    /**
     * Decay of the moving average after {@code steps} steps: never more than (1 + t) / (10 + t), so that the average
     * forgets where it started even in a short training.
     */
    double averageDecay(long steps) {
        return Math.min(averageDecay, (1.0 + steps) / (10.0 + steps));
    }
}
