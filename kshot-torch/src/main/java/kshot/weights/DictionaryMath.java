package kshot.weights;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import kshot.execute.WeightLayout;
import kshot.tensor.Compute;
import org.bytedeco.pytorch.Tensor;

/**
 * The algebra of a dictionary of K supernets, on the weights that one network uses. Symbols: θ_k the weights of supernet k,
 * λ a code, θ̃ = Σ λ_k θ_k. What a network does not use is neither read nor written.
 */
interface DictionaryMath {
    /**
     * Writes θ̃.
     *
     * @param merged θ̃, of which every value is overwritten
     */
    void merge(List<Region> regions, Mixture mixture, Tensor merged);

    /**
     * Returns the gradient in the code, ∂L/∂λ_k = ⟨∂L/∂θ̃, θ_k⟩.
     *
     * @param gradient ∂L/∂θ̃
     * @return K numbers, float64, on the device; the caller's scope owns them
     */
    Tensor codeGradient(List<Region> regions, Tensor gradient);

    /**
     * Takes one step of gradient descent with ∂L/∂θ_k = λ_k ∂L/∂θ̃.
     *
     * @param momenta for each block as many as it has weights, by its name
     * @param gradient ∂L/∂θ̃, which may be overwritten
     */
    void descend(
            List<Region> regions,
            Map<String, Tensor> momenta,
            Mixture mixture,
            Tensor gradient,
            DescentRule rule,
            double learningRate);

    /**
     * How weights are moved.
     *
     * @param sgd of all weights but D_k
     * @param ofDifferences of D_k
     * @param compensates whether the gradient of a block is divided by {@link Mixture#squaredNorm}
     */
    record DescentRule(Sgd sgd, Sgd ofDifferences, boolean compensates) {
        static DescentRule of(Sgd sgd, DictionarySettings settings) {
            Sgd ofDifferences = new Sgd(sgd.momentum(), sgd.nesterov(), settings.differenceDecay());
            return new DescentRule(sgd, ofDifferences, settings.compensateGradient());
        }
    }

    /** Returns the fastest implementation of a device. */
    static DictionaryMath of(Compute compute, int k, Collection<Block> blocks) {
        return compute.device().hasKernels()
                ? new NativeDictionaryMath(compute, k, blocks)
                : new TensorDictionaryMath(compute, k, Long.MAX_VALUE);
    }

    /** The ways in which the rows of a block make its merged weights. */
    enum Sharing {
        /** K rows θ_k, mixed by λ: the paper. */
        OWN,
        /** One row, which all supernets share. */
        SHARED,
        /** K rows D_k = θ_k − θ_0, mixed by λ, then θ_0, mixed by 1. */
        COMMON;

        int rows(int k) {
            return switch (this) {
                case OWN -> k;
                case SHARED -> 1;
                case COMMON -> k + 1;
            };
        }
    }

    /**
     * The copies of all weights of one block.
     *
     * @param layout of one copy, S weights
     * @param k K
     * @param weights rows × S
     */
    record Block(String name, WeightLayout layout, Sharing sharing, int k, Tensor weights) {
        int rows() {
            return sharing.rows(k);
        }

        /** Returns where the factors of its rows begin in a {@link Mixture}. */
        int firstFactor() {
            return sharing == Sharing.SHARED ? k : 0;
        }

        /** Returns the number of rows that a code mixes, which come first: K or 0. */
        int codedRows() {
            return sharing == Sharing.SHARED ? 0 : k;
        }
    }

    /**
     * The weights of a block that a network uses, in each of its copies: the leading {@code width} of each of some rows, which
     * follow one another.
     *
     * @param first where the first row begins in the block
     * @param pitch from one row to the next
     * @param offset of the weights, then without gaps, in the vector of a network
     */
    record Region(Block block, long first, long rows, long pitch, long width, long offset) {
        /** Returns a region without gaps: one row. */
        static Region dense(Block block, long first, long length, long offset) {
            return new Region(block, first, 1, length, length, offset);
        }

        boolean isDense() {
            return width == pitch;
        }

        /** Returns the number of weights in use of one copy. */
        long length() {
            return rows * width;
        }

        /** Returns the same number with the gaps included. */
        long span() {
            return rows * pitch;
        }

        /** Returns the part of a matrix of copies that is in use as a view: copies×rows×width, or copies×n without gaps. */
        Tensor of(Tensor matrix) {
            Tensor span = matrix.narrow(1, first, span());
            return isDense() ? span : span.view(matrix.size(0), rows, pitch).narrow(2, 0, width);
        }

        /** Returns the part of a network's vector that belongs to the region, as a view. */
        Tensor ofVector(Tensor vector) {
            return vector.narrow(0, offset, length());
        }
    }
}
