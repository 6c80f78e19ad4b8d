package kshot.torch;

import kshot.common.InvalidInputException;
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
        InvalidInputException.require(momentum >= 0 && momentum < 1, "momentum", momentum, "from 0, less than 1");
        InvalidInputException.require(weightDecay >= 0, "weight decay", weightDecay, "at least 0");
        InvalidInputException.require(alpha > 0 && alpha < 1, "alpha of RMSProp", alpha, "more than 0, less than 1");
        InvalidInputException.require(epsilon > 0, "epsilon of RMSProp", epsilon, "more than 0");
    }

    /** The constants that go with the paper's recipe in the code bases it refers to: α = 0.9, ε = 0.001. */
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
