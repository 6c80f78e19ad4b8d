package kshot.weights;

import kshot.common.Range;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Stochastic gradient descent with momentum as PyTorch defines it, in its order of operations and so bit for bit:
 * {@code d = g + decay · w; v = momentum · v + d; w -= lr · (d + momentum · v)} with Nesterov's acceleration (Sutskever et
 * al. 2013), {@code w -= lr · v} without.
 *
 * @param momentum in [0, 1)
 * @param nesterov whether the step looks ahead
 * @param weightDecay at least 0; on all weights in use, scales and shifts included
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay) {
    public Sgd {
        Range.atLeast(0).lessThan(1).require("momentum", momentum);
        Range.atLeast(0).require("weight decay", weightDecay);
    }

    /** Updates weights and velocity in place. The gradient is overwritten. */
    void step(Tensor weights, Tensor velocity, Tensor gradient, double learningRate) {
        gradient.add_(weights, new Scalar(weightDecay));
        velocity.mul_(new Scalar(momentum)).add_(gradient);
        if (nesterov) {
            gradient.add_(velocity, new Scalar(momentum));
            weights.add_(gradient, new Scalar(-learningRate));
        } else {
            weights.add_(velocity, new Scalar(-learningRate));
        }
    }
}
