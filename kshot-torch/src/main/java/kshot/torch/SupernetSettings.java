package kshot.torch;

import kshot.common.InvalidInputException;
import kshot.simplex.Adam;
import kshot.simplex.NesterovSgd;
import kshot.simplex.SimplexOptimizer;

/**
 * How supernets and simplex-net are trained.
 *
 * @param k K, number of supernets
 * @param epochs passes over the training images, those of simplex batches included
 * @param warmupEpochs epochs at the start in which every batch trains the supernets with λ = 1/K
 * @param batchSize images of a batch
 * @param groups m: a simplex batch is split into m groups, each under an architecture of its own
 * @param learningRate of the supernets at the start
 * @param finalLearningRate at the end of a cosine
 * @param momentum of the supernets' descent
 * @param nesterov whether it looks ahead
 * @param weightDecay on the weights in use
 * @param labelSmoothing share of the uniform distribution in the targets
 * @param gradientClip largest Euclidean norm of ∂L/∂θ̃; 0 for no limit
 * @param precision of features
 * @param initialNoise how far the K initialisations are apart, see {@link Supernets#random}
 * @param compensateRate whether the rate is divided by Σ λ_k², so that a merged weight moves as far as for K = 1; the
 *     paper does not
 * @param simplexEvery after warm-up every so many batches one trains the simplex-net; 2 in the paper
 * @param simplex of the simplex-net
 */
public record SupernetSettings(
        int k,
        int epochs,
        int warmupEpochs,
        int batchSize,
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
        boolean compensateRate,
        int simplexEvery,
        Simplex simplex) {

    /**
     * Of the simplex-net. The paper states neither its size nor its optimiser.
     *
     * @param hidden hidden units
     * @param optimizer how it descends
     * @param learningRate at the start; follows the same cosine to 0
     * @param regulariser a, weight of r_c
     * @param temperature τ of r_c
     */
    public record Simplex(
            int hidden, Optimizer optimizer, double learningRate, double regulariser, double temperature) {
        /** Optimisers of the simplex-net. */
        public enum Optimizer {
            /** Nesterov momentum 0.9. */
            SGD,
            /** Adam with its usual constants. */
            ADAM
        }

        public Simplex {
            InvalidInputException.require(hidden >= 1, "supernet.simplex.hidden", hidden, "at least 1");
            InvalidInputException.require(
                    learningRate > 0, "supernet.simplex.learning_rate", learningRate, "more than 0");
            InvalidInputException.require(regulariser >= 0, "supernet.simplex.regulariser", regulariser, "at least 0");
            InvalidInputException.require(temperature > 0, "supernet.simplex.temperature", temperature, "more than 0");
        }

        SimplexOptimizer optimizerOf(int size) {
            return switch (optimizer) {
                case SGD -> new NesterovSgd(size, 0.9, 0);
                case ADAM -> new Adam(size, 0);
            };
        }
    }

    public SupernetSettings {
        InvalidInputException.require(k >= 1 && k <= 64, "supernet.k", k, "an integer from 1 to 64");
        InvalidInputException.require(epochs >= 1, "supernet.epochs", epochs, "at least 1");
        InvalidInputException.require(
                warmupEpochs >= 0 && warmupEpochs <= epochs,
                "supernet.warmup_epochs",
                warmupEpochs,
                "from 0 to supernet.epochs, " + epochs);
        InvalidInputException.require(batchSize >= 2, "supernet.batch_size", batchSize, "at least 2");
        InvalidInputException.require(
                groups >= 1 && batchSize % groups == 0 && batchSize / groups >= 2,
                "supernet.groups",
                groups,
                "a divisor of supernet.batch_size, " + batchSize + ", that leaves at least 2 images a group");
        InvalidInputException.require(
                labelSmoothing >= 0 && labelSmoothing < 1,
                "supernet.label_smoothing",
                labelSmoothing,
                "from 0, less than 1");
        InvalidInputException.require(gradientClip >= 0, "supernet.gradient_clip", gradientClip, "at least 0");
        InvalidInputException.require(
                initialNoise >= 0 && initialNoise <= 1, "supernet.initial_noise", initialNoise, "from 0 to 1");
        InvalidInputException.require(simplexEvery >= 2, "supernet.simplex_every", simplexEvery, "at least 2");
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

    /** Whether a step, counted from 0, trains the simplex-net: odd batches after warm-up in the paper. */
    boolean trainsSimplexNet(long step, long stepsPerEpoch) {
        return k > 1 && step >= warmupEpochs * stepsPerEpoch && step % simplexEvery == simplexEvery - 1;
    }
}
