package kshot.simplex;

import java.util.Map;
import kshot.common.Range;

/**
 * The optimiser Adam (Kingma and Ba, ICLR 2015, arXiv:1412.6980) with weight decay w added to the gradient, by the
 * formulas of PyTorch's {@code torch.optim.Adam}; β₁ = {@value #BETA1}, β₂ = {@value #BETA2} and ε = {@value #EPSILON}
 * are the values of the paper and of PyTorch. At step t, from 1:
 *
 * <pre>
 * g ← g + w p,   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 * p ← p − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * <p>State: {@code mean}, m, and {@code square}, v; both start at zero.
 */
public final class Adam extends SimplexOptimizer {
    /** The decay β₁ of the mean. */
    public static final double BETA1 = 0.9;

    /** The decay β₂ of the square. */
    public static final double BETA2 = 0.999;

    /** The term ε of the denominator. */
    public static final double EPSILON = 1e-8;

    private final double weightDecay;
    private final float[] mean;
    private final float[] square;

    /**
     * Creates an optimiser at its start.
     *
     * @param size the number of parameters
     * @param weightDecay the weight decay w, at least 0
     */
    public Adam(int size, double weightDecay) {
        this(weightDecay, new float[size], new float[size]);
    }

    private Adam(double weightDecay, float[] mean, float[] square) {
        super(mean.length, Map.of("mean", mean, "square", square));
        Range.atLeast(0).require("weight decay", weightDecay);
        this.weightDecay = weightDecay;
        this.mean = mean;
        this.square = square;
    }

    @Override
    void update(float[] parameters, float[] gradient, double learningRate, long t) {
        double rate = learningRate / (1 - Math.pow(BETA1, (double) t));
        double correction = Math.sqrt(1 - Math.pow(BETA2, (double) t));
        for (int i = 0; i < mean.length; i++) {
            double g = gradient[i] + weightDecay * parameters[i];
            double m = BETA1 * mean[i] + (1 - BETA1) * g;
            double v = BETA2 * square[i] + (1 - BETA2) * g * g;
            mean[i] = (float) m;
            square[i] = (float) v;
            parameters[i] = (float) (parameters[i] - rate * m / (Math.sqrt(v) / correction + EPSILON));
        }
    }
}
