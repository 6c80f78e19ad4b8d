package kshot.simplex;

import java.util.Arrays;

/**
 * The code λ of an architecture: the weights of its convex combination of the K supernets, with λ_k ≥ 0 and Σ λ_k = 1
 * up to rounding. Immutable.
 */
public final class SimplexCode {
    private static final double TOLERANCE = 1e-4;

    private final float[] lambda;

    private SimplexCode(float[] lambda) {
        double sum = 0;
        for (float value : lambda) {
            if (!(value >= 0)) {
                throw new IllegalArgumentException("a code needs λ_k ≥ 0, not " + Arrays.toString(lambda));
            }
            sum += value;
        }
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException("a code needs Σ λ_k = 1, not " + sum);
        }
        this.lambda = lambda;
    }

    /** Returns the code with the given entries, which are copied. */
    public static SimplexCode of(float... lambda) {
        return new SimplexCode(lambda.clone());
    }

    /** Returns the code with 1/K for each supernet, which warm-up uses. For K = 1 it is exactly 1. */
    public static SimplexCode uniform(int k) {
        float[] lambda = new float[k];
        Arrays.fill(lambda, 1f / k);
        return new SimplexCode(lambda);
    }

    /** Returns K, the number of supernets. */
    public int size() {
        return lambda.length;
    }

    /** Returns λ_k, with k counted from 0. */
    public float get(int k) {
        return lambda[k];
    }

    /** Returns a copy of the entries. */
    public float[] toArray() {
        return lambda.clone();
    }

    /**
     * Returns Σ λ_k²: the factor by which a step of plain gradient descent moves the merged weight, relative to K = 1.
     */
    public double squaredNorm() {
        double sum = 0;
        for (float value : lambda) {
            sum += (double) value * value;
        }
        return sum;
    }

    /**
     * Returns the entropy in units of its maximum log K: 1 for the uniform code, 0 for a corner of the simplex; 1 for K
     * = 1.
     */
    public double relativeEntropy() {
        if (lambda.length == 1) {
            return 1;
        }
        double entropy = 0;
        for (float value : lambda) {
            entropy -= value > 0 ? value * Math.log(value) : 0;
        }
        return entropy / Math.log(lambda.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SimplexCode that && Arrays.equals(lambda, that.lambda);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lambda);
    }

    @Override
    public String toString() {
        return Arrays.toString(lambda);
    }
}
