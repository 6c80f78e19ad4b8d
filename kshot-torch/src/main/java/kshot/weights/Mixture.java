package kshot.weights;

import kshot.simplex.SimplexCode;
import kshot.tensor.Compute;
import kshot.weights.DictionaryMath.Block;
import org.bytedeco.pytorch.Tensor;

/**
 * The factors by which the rows of a dictionary are mixed: (λ_1, …, λ_K, 1), of which each block takes those of its rows.
 *
 * @param code λ
 * @param factors λ and 1, K + 1 numbers
 */
record Mixture(SimplexCode code, Tensor factors) {

    /** Returns the mixture of a code, in the scope of the caller. */
    static Mixture of(SimplexCode code, Compute compute) {
        float[] lambda = code.toArray();
        float[] factors = new float[lambda.length + 1];
        System.arraycopy(lambda, 0, factors, 0, lambda.length);
        factors[lambda.length] = 1;
        return new Mixture(code, compute.vector(factors));
    }

    /** Returns the factors of a block's rows, as a view. */
    Tensor of(Block block) {
        return factors.narrow(0, block.firstFactor(), block.rows());
    }

    /** Returns the sum of squares of these: how far a step moves the merged weights of the block, relative to K = 1. */
    double squaredNorm(Block block) {
        return switch (block.sharing()) {
            case OWN -> code.squaredNorm();
            case SHARED -> 1;
            case COMMON -> 1 + code.squaredNorm();
        };
    }
}
