package kshot.train;

import kshot.common.Range;
import kshot.common.Seed;
import kshot.simplex.Adam;
import kshot.simplex.NesterovSgd;
import kshot.simplex.SimplexNet;
import kshot.simplex.SimplexOptimizer;
import kshot.space.SearchSpace;

/**
 * The simplex-net and its training. The paper states neither its size nor its optimiser. A method {@code withX} returns a
 * copy with another X.
 *
 * @param hidden hidden units
 * @param initialSpread how far its first codes are from equal ones, see {@link SimplexNet}
 * @param optimizer how it descends
 * @param learningRate rate at the start; follows the cosine of the supernets to 0
 * @param regulariser a, weight of r_c; 1 in the paper
 * @param temperature τ of r_c
 */
public record SimplexSettings(
        int hidden,
        double initialSpread,
        Optimizer optimizer,
        double learningRate,
        double regulariser,
        double temperature) {

    /** The optimisers of the simplex-net. */
    public enum Optimizer {
        /** Nesterov momentum 0.9. */
        SGD,
        /** Adam with its usual constants. */
        ADAM
    }

    public SimplexSettings {
        Range.atLeast(1).require("hidden", hidden);
        Range.atLeast(0).require("initialSpread", initialSpread);
        Range.moreThan(0).require("learningRate", learningRate);
        Range.atLeast(0).require("regulariser", regulariser);
        Range.moreThan(0).require("temperature", temperature);
    }

    public SimplexSettings withHidden(int hidden) {
        return new SimplexSettings(hidden, initialSpread, optimizer, learningRate, regulariser, temperature);
    }

    public SimplexSettings withInitialSpread(double initialSpread) {
        return new SimplexSettings(hidden, initialSpread, optimizer, learningRate, regulariser, temperature);
    }

    public SimplexSettings withOptimizer(Optimizer optimizer) {
        return new SimplexSettings(hidden, initialSpread, optimizer, learningRate, regulariser, temperature);
    }

    public SimplexSettings withLearningRate(double learningRate) {
        return new SimplexSettings(hidden, initialSpread, optimizer, learningRate, regulariser, temperature);
    }

    public SimplexSettings withRegulariser(double regulariser) {
        return new SimplexSettings(hidden, initialSpread, optimizer, learningRate, regulariser, temperature);
    }

    public SimplexSettings withTemperature(double temperature) {
        return new SimplexSettings(hidden, initialSpread, optimizer, learningRate, regulariser, temperature);
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
