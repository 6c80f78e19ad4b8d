package kshot.train;

import kshot.common.Range;
import kshot.simplex.Adam;
import kshot.simplex.NesterovSgd;
import kshot.simplex.SimplexOptimizer;

/**
 * The descent of the simplex-net; the paper does not state it. A method {@code withX} returns a copy with another X.
 *
 * @param optimizer how it descends
 * @param learningRate rate at the start; follows the cosine of the supernets to 0
 * @param gradientClip largest norm of ∂L/∂σ, to which a longer gradient is shortened; 0: no limit
 */
public record SimplexDescent(Optimizer optimizer, double learningRate, double gradientClip) {

    /** The optimisers of the simplex-net. */
    public enum Optimizer {
        /** Nesterov momentum 0.9. */
        SGD,
        /** Adam with its usual constants. */
        ADAM
    }

    public SimplexDescent {
        Range.moreThan(0).require("learningRate", learningRate);
        Range.atLeast(0).require("gradientClip", gradientClip);
    }

    public SimplexDescent withOptimizer(Optimizer optimizer) {
        return new SimplexDescent(optimizer, learningRate, gradientClip);
    }

    public SimplexDescent withLearningRate(double learningRate) {
        return new SimplexDescent(optimizer, learningRate, gradientClip);
    }

    public SimplexDescent withGradientClip(double gradientClip) {
        return new SimplexDescent(optimizer, learningRate, gradientClip);
    }

    SimplexOptimizer optimizerOf(int size) {
        return switch (optimizer) {
            case SGD -> new NesterovSgd(size, 0.9, 0);
            case ADAM -> new Adam(size, 0);
        };
    }

    /** Returns a gradient, shortened in place if it is longer than the limit. */
    float[] clipped(float[] gradient) {
        double squares = 0;
        for (float g : gradient) {
            squares += (double) g * g;
        }
        double norm = Math.sqrt(squares);
        if (gradientClip > 0 && norm > gradientClip) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= (float) (gradientClip / norm);
            }
        }
        return gradient;
    }
}
