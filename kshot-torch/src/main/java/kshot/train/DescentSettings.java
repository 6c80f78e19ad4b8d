package kshot.train;

import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.weights.Sgd;

/**
 * The descent of the supernets.
 *
 * @param learningRate rate at the start
 * @param finalLearningRate rate at the end of a cosine
 * @param momentum share of the last step in the next
 * @param nesterov whether the descent looks ahead
 * @param weightDecay decay of the weights in use
 * @param labelSmoothing share of the uniform distribution in the targets
 * @param gradientClip largest Euclidean norm of ∂L/∂θ̃; 0 for no limit
 */
public record DescentSettings(
        double learningRate,
        double finalLearningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        double labelSmoothing,
        double gradientClip) {
    public DescentSettings {
        Range.moreThan(0).require("learningRate", learningRate);
        InvalidInputException.require(
                finalLearningRate >= 0 && finalLearningRate <= learningRate,
                "finalLearningRate",
                finalLearningRate,
                "from 0 to %s, " + learningRate,
                "learningRate");
        Range.atLeast(0).lessThan(1).require("momentum", momentum);
        Range.atLeast(0).require("weightDecay", weightDecay);
        Range.atLeast(0).lessThan(1).require("labelSmoothing", labelSmoothing);
        Range.atLeast(0).require("gradientClip", gradientClip);
    }

    public DescentSettings withLearningRate(double learningRate) {
        return new DescentSettings(
                learningRate, finalLearningRate, momentum, nesterov, weightDecay, labelSmoothing, gradientClip);
    }

    public DescentSettings withFinalLearningRate(double finalLearningRate) {
        return new DescentSettings(
                learningRate, finalLearningRate, momentum, nesterov, weightDecay, labelSmoothing, gradientClip);
    }

    public DescentSettings withWeightDecay(double weightDecay) {
        return new DescentSettings(
                learningRate, finalLearningRate, momentum, nesterov, weightDecay, labelSmoothing, gradientClip);
    }

    public DescentSettings withLabelSmoothing(double labelSmoothing) {
        return new DescentSettings(
                learningRate, finalLearningRate, momentum, nesterov, weightDecay, labelSmoothing, gradientClip);
    }

    public DescentSettings withGradientClip(double gradientClip) {
        return new DescentSettings(
                learningRate, finalLearningRate, momentum, nesterov, weightDecay, labelSmoothing, gradientClip);
    }

    Sgd sgd() {
        return new Sgd(momentum, nesterov, weightDecay);
    }
}
