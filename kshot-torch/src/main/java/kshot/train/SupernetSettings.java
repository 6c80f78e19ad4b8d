package kshot.train;

import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.execute.Precision;
import kshot.execute.Sgd;
import kshot.execute.Supernets;
import kshot.simplex.Adam;
import kshot.simplex.NesterovSgd;
import kshot.simplex.SimplexNet;
import kshot.simplex.SimplexOptimizer;
import kshot.space.SearchSpace;

/**
 * How supernets and simplex-net are trained.
 *
 * @param k K, number of supernets
 * @param mode how the batches after the warm-up are shared out between supernets and simplex-net
 * @param epochs passes over the training images, those of simplex batches included
 * @param warmupEpochs epochs at the start in which every batch trains the supernets with λ = 1/K
 * @param batchSize images of a batch
 * @param paths a supernet batch is split into so many parts, each under an architecture of its own, which
 *     moves the supernets at the whole rate; 1 in the paper
 * @param fairPaths whether these architectures are drawn so that options come equally often, see
 *     {@link kshot.space.SearchSpace#sampleFairly}; independently in the paper
 * @param largestOf each of them is the one with the most FLOPs of so many drawn, see
 *     {@link kshot.space.SearchSpace#sampleLargest}; 1 in the paper, and where paths are fair
 * @param groups m: a simplex batch, or a joint one, is split into m groups, each under an architecture of its own; the
 *     mean of their losses counts, so each of a joint batch moves the supernets at 1/m of the rate
 * @param learningRate of the supernets at the start
 * @param finalLearningRate at the end of a cosine
 * @param momentum of the supernets' descent
 * @param nesterov whether it looks ahead
 * @param weightDecay on the weights in use
 * @param labelSmoothing share of the uniform distribution in the targets
 * @param gradientClip largest Euclidean norm of ∂L/∂θ̃; 0 for no limit
 * @param precision of features
 * @param initialNoise how far the K initialisations are apart, see {@link Supernets#random}
 * @param compensateGradient whether the gradient is divided by Σ λ_k²: a merged weight then moves as it does for K = 1,
 *     and decays by as much relative to that; the paper does not, and its merged weight moves Σ λ_k² times as far
 * @param simplexEvery after warm-up every so many batches one trains the simplex-net; 2 in the paper; without effect in
 *     joint mode
 * @param snapshots architectures are scored by the supernets after each of so many last epochs, the mean counts; by the
 *     last ones alone in the paper
 * @param onDivergence what to do where the loss is no number any more
 * @param simplex of the simplex-net
 */
public record SupernetSettings(
        int k,
        Mode mode,
        int epochs,
        int warmupEpochs,
        int batchSize,
        int paths,
        boolean fairPaths,
        int largestOf,
        int groups,
        double learningRate,
        double finalLearningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        double labelSmoothing,
        double gradientClip,
        Precision precision,
        double initialNoise,
        boolean compensateGradient,
        int simplexEvery,
        int snapshots,
        OnDivergence onDivergence,
        Simplex simplex) {

    /** How the batches after the warm-up are shared out between supernets and simplex-net. */
    public enum Mode {
        /** In turn: Algorithm 2 of the paper's supplement. */
        ITERATIVE,
        /** Each batch, split into m groups, trains both: the ablation of the supplement's section G. */
        JOINT
    }

    /**
     * Of the simplex-net. The paper states neither its size nor its optimiser.
     *
     * @param hidden hidden units
     * @param initialSpread how far its first codes are from equal ones, see {@link SimplexNet}
     * @param optimizer how it descends
     * @param learningRate at the start; follows the same cosine to 0
     * @param regulariser a, weight of r_c; 1 in the paper
     * @param temperature τ of r_c
     */
    public record Simplex(
            int hidden,
            double initialSpread,
            Optimizer optimizer,
            double learningRate,
            double regulariser,
            double temperature) {
        /** Optimisers of the simplex-net. */
        public enum Optimizer {
            /** Nesterov momentum 0.9. */
            SGD,
            /** Adam with its usual constants. */
            ADAM
        }

        public Simplex {
            Range.atLeast(1).require("supernet.simplex.hidden", hidden);
            Range.atLeast(0).require("supernet.simplex.initial_spread", initialSpread);
            Range.moreThan(0).require("supernet.simplex.learning_rate", learningRate);
            Range.atLeast(0).require("supernet.simplex.regulariser", regulariser);
            Range.moreThan(0).require("supernet.simplex.temperature", temperature);
        }

        /** Returns the simplex-net of a space at its start. */
        public SimplexNet net(SearchSpace space, int k, Seed seed) {
            return new SimplexNet(space, k, hidden, initialSpread, seed);
        }

        SimplexOptimizer optimizerOf(int size) {
            return switch (optimizer) {
                case SGD -> new NesterovSgd(size, 0.9, 0);
                case ADAM -> new Adam(size, 0);
            };
        }
    }

    public SupernetSettings {
        Range.atLeast(1).atMost(64).require("supernet.k", k);
        Range.atLeast(1).require("supernet.epochs", epochs);
        InvalidInputException.require(
                warmupEpochs >= 0 && warmupEpochs <= epochs,
                "supernet.warmup_epochs",
                warmupEpochs,
                "from 0 to supernet.epochs, " + epochs);
        Range.atLeast(2).require("supernet.batch_size", batchSize);
        requireParts("supernet.paths", paths, batchSize);
        Range.atLeast(1).atMost(1000).require("supernet.largest_of", largestOf);
        InvalidInputException.require(
                largestOf == 1 || !fairPaths, "supernet.largest_of", largestOf, "1 where supernet.fair_paths is true");
        requireParts("supernet.groups", groups, batchSize);
        Range.moreThan(0).require("supernet.learning_rate", learningRate);
        InvalidInputException.require(
                finalLearningRate >= 0 && finalLearningRate <= learningRate,
                "supernet.final_learning_rate",
                finalLearningRate,
                "from 0 to supernet.learning_rate, " + learningRate);
        Range.atLeast(0).lessThan(1).require("supernet.momentum", momentum);
        Range.atLeast(0).require("supernet.weight_decay", weightDecay);
        Range.atLeast(0).lessThan(1).require("supernet.label_smoothing", labelSmoothing);
        Range.atLeast(0).require("supernet.gradient_clip", gradientClip);
        Range.atLeast(0).atMost(1).require("supernet.initial_noise", initialNoise);
        Range.atLeast(2).require("supernet.simplex_every", simplexEvery);
        InvalidInputException.require(
                snapshots >= 1 && snapshots <= epochs,
                "supernet.snapshots",
                snapshots,
                "from 1 to supernet.epochs, " + epochs);
    }

    private static void requireParts(String name, int parts, int batchSize) {
        InvalidInputException.require(
                parts >= 1 && batchSize % parts == 0 && batchSize / parts >= 2,
                name,
                parts,
                "a divisor of supernet.batch_size, " + batchSize + ", that leaves at least 2 images for each part");
    }

    /** The same with codes from the simplex-net from the first batch on. */
    public SupernetSettings withoutWarmup() {
        return new SupernetSettings(
                k,
                mode,
                epochs,
                0,
                batchSize,
                paths,
                fairPaths,
                largestOf,
                groups,
                learningRate,
                finalLearningRate,
                momentum,
                nesterov,
                weightDecay,
                labelSmoothing,
                gradientClip,
                precision,
                initialNoise,
                compensateGradient,
                simplexEvery,
                snapshots,
                onDivergence,
                simplex);
    }

    /** The rate of the supernets. */
    LearningRate rate() {
        return new LearningRate.Cosine(learningRate, finalLearningRate, epochs);
    }

    /** The rate of the simplex-net. */
    LearningRate simplexRate() {
        return new LearningRate.Cosine(simplex.learningRate, 0, epochs);
    }

    Sgd descent() {
        return new Sgd(momentum, nesterov, weightDecay);
    }

    /** Whether a step, counted from 0, trains the simplex-net alone: odd batches after warm-up in the paper. */
    boolean trainsSimplexNet(long step, long stepsPerEpoch) {
        return alternates() && isAfterWarmup(step, stepsPerEpoch) && step % simplexEvery == simplexEvery - 1;
    }

    /** Whether a step, counted from 0, trains supernets and simplex-net together. */
    boolean trainsBoth(long step, long stepsPerEpoch) {
        return mode == Mode.JOINT && isAfterWarmup(step, stepsPerEpoch);
    }

    boolean isAfterWarmup(long step, long stepsPerEpoch) {
        return step >= warmupEpochs * stepsPerEpoch;
    }

    private boolean alternates() {
        return mode == Mode.ITERATIVE && k > 1;
    }

    /** Share of all batches that train the simplex-net alone, but for rounding. */
    public double simplexShare() {
        return alternates() ? (1.0 - (double) warmupEpochs / epochs) / simplexEvery : 0;
    }
}
