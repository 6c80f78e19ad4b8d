package kshot.simplex;

import java.util.Map;
import kshot.common.Range;

/**
 * The optimiser stochastic gradient descent with Nesterov momentum μ and weight decay w, by the formulas of PyTorch's
 * {@code torch.optim.SGD(nesterov=True, dampening=0)} (Sutskever et al., ICML 2013, with the learning rate outside the
 * velocity):
 *
 * <pre>
 * g ← g + w p,   v ← μ v + g,   p ← p − η (g + μ v)
 * </pre>
 *
 * <p>State: {@code momentum}, the velocity v, which starts at zero. With μ = 0 this is plain gradient descent.
 */
public final class NesterovSgd extends SimplexOptimizer {
    private final double momentum;
    private final double weightDecay;
    private final float[] velocity;

    /**
     * Creates an optimiser at its start.
     *
     * @param size the number of parameters
     * @param momentum the momentum μ, in [0, 1)
     * @param weightDecay the weight decay w, at least 0
     */
    public NesterovSgd(int size, double momentum, double weightDecay) {
        this(momentum, weightDecay, new float[size]);
    }

    private NesterovSgd(double momentum, double weightDecay, float[] velocity) {
        super(velocity.length, Map.of("momentum", velocity));
        Range.atLeast(0).lessThan(1).require("momentum", momentum);
        Range.atLeast(0).require("weight decay", weightDecay);
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        this.velocity = velocity;
    }

    @Override
    void update(float[] parameters, float[] gradient, double learningRate, long t) {
        for (int i = 0; i < velocity.length; i++) {
            double g = gradient[i] + weightDecay * parameters[i];
            double v = momentum * velocity[i] + g;
            velocity[i] = (float) v;
            parameters[i] = (float) (parameters[i] - learningRate * (g + momentum * v));
        }
    }
}
