package kshot.weights;

import kshot.common.Range;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * RMSProp with momentum as PyTorch defines it: {@code d = g + decay · w; s = α s + (1 - α) d²; v = momentum · v + d / (√s +
 * ε); w -= lr · v}.
 *
 * @param momentum in [0, 1)
 * @param weightDecay at least 0
 * @param alpha α in (0, 1)
 * @param epsilon ε, more than 0
 */
public record RmsProp(double momentum, double weightDecay, double alpha, double epsilon) {
    public RmsProp {
        Range.atLeast(0).lessThan(1).require("momentum", momentum);
        Range.atLeast(0).require("weight decay", weightDecay);
        Range.moreThan(0).lessThan(1).require("alpha of RMSProp", alpha);
        Range.moreThan(0).require("epsilon of RMSProp", epsilon);
    }

    /** Returns RMSProp with the constants that go with the paper's recipe in the code bases it refers to: α = 0.9, ε = 0.001. */
    public static RmsProp of(double momentum, double weightDecay) {
        return new RmsProp(momentum, weightDecay, 0.9, 1e-3);
    }

    /** Updates weights, velocity and mean square in place. The gradient is overwritten. */
    void step(Tensor weights, Tensor velocity, Tensor square, Tensor gradient, double learningRate) {
        gradient.add_(weights, new Scalar(weightDecay));
        square.mul_(new Scalar(alpha)).addcmul_(gradient, gradient, new Scalar(1 - alpha));
        Tensor root = square.sqrt();
        root.add_(new Scalar(epsilon));
        velocity.mul_(new Scalar(momentum)).addcdiv_(gradient, root, new Scalar(1.0));
        weights.add_(velocity, new Scalar(-learningRate));
    }
}
