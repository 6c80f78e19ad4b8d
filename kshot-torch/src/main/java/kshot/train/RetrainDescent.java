package kshot.train;

import kshot.common.Range;

/**
 * The rates and limits of the descent.
 *
 * @param learningRate the highest rate
 * @param warmupEpochs epochs in which the rate rises linearly from 0
 * @param decayFactor RMSPROP: the rate is multiplied by it again and again; 0.97 in the paper
 * @param decayEpochs RMSPROP: every so many epochs; 2.4 in the paper
 * @param momentum share of the last step in the next
 * @param weightDecay decay of all weights
 * @param labelSmoothing share of the uniform distribution in the targets
 * @param mixup α of the Beta distribution from which the share of each image in a mixture of two is drawn; 0: images are not mixed
 * @param gradientClip largest Euclidean norm of the gradient; 0 for no limit
 */
public record RetrainDescent(
        double learningRate,
        double warmupEpochs,
        double decayFactor,
        double decayEpochs,
        double momentum,
        double weightDecay,
        double labelSmoothing,
        double mixup,
        double gradientClip) {
    public RetrainDescent {
        Range.moreThan(0).require("learningRate", learningRate);
        Range.atLeast(0).require("warmupEpochs", warmupEpochs);
        Range.moreThan(0).atMost(1).require("decayFactor", decayFactor);
        Range.moreThan(0).require("decayEpochs", decayEpochs);
        Range.atLeast(0).lessThan(1).require("momentum", momentum);
        Range.atLeast(0).require("weightDecay", weightDecay);
        Range.atLeast(0).lessThan(1).require("labelSmoothing", labelSmoothing);
        Range.atLeast(0).require("mixup", mixup);
        Range.atLeast(0).require("gradientClip", gradientClip);
    }

    public RetrainDescent withLearningRate(double learningRate) {
        return new RetrainDescent(
                learningRate,
                warmupEpochs,
                decayFactor,
                decayEpochs,
                momentum,
                weightDecay,
                labelSmoothing,
                mixup,
                gradientClip);
    }

    public RetrainDescent withWarmupEpochs(double warmupEpochs) {
        return new RetrainDescent(
                learningRate,
                warmupEpochs,
                decayFactor,
                decayEpochs,
                momentum,
                weightDecay,
                labelSmoothing,
                mixup,
                gradientClip);
    }

    public RetrainDescent withWeightDecay(double weightDecay) {
        return new RetrainDescent(
                learningRate,
                warmupEpochs,
                decayFactor,
                decayEpochs,
                momentum,
                weightDecay,
                labelSmoothing,
                mixup,
                gradientClip);
    }

    public RetrainDescent withMixup(double mixup) {
        return new RetrainDescent(
                learningRate,
                warmupEpochs,
                decayFactor,
                decayEpochs,
                momentum,
                weightDecay,
                labelSmoothing,
                mixup,
                gradientClip);
    }

    public RetrainDescent withGradientClip(double gradientClip) {
        return new RetrainDescent(
                learningRate,
                warmupEpochs,
                decayFactor,
                decayEpochs,
                momentum,
                weightDecay,
                labelSmoothing,
                mixup,
                gradientClip);
    }
}
