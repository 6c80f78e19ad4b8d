package kshot.train;

import kshot.common.InvalidInputException;
import kshot.common.Range;

/**
 * The division of time between supernets and simplex-net.
 *
 * @param mode how they share the batches after the warm-up
 * @param epochs passes over the training images, those of simplex batches included
 * @param warmupEpochs epochs at the start in which every batch trains the supernets with λ = 1/K
 * @param simplexEvery after warm-up every so many batches one trains the simplex-net; 2 in the paper; without effect in
 *     joint mode
 * @param snapshots architectures are scored by the supernets after each of so many last epochs, the mean counts; by the
 *     last ones alone in the paper
 */
public record SupernetSchedule(
        SupernetSettings.Mode mode, int epochs, int warmupEpochs, int simplexEvery, int snapshots) {
    public SupernetSchedule {
        Range.atLeast(1).require("epochs", epochs);
        requireEpochs("warmupEpochs", warmupEpochs, 0, epochs);
        Range.atLeast(2).require("simplexEvery", simplexEvery);
        requireEpochs("snapshots", snapshots, 1, epochs);
    }

    private static void requireEpochs(String name, int value, int least, int epochs) {
        InvalidInputException.require(
                value >= least && value <= epochs, name, value, "from " + least + " to %s, " + epochs, "epochs");
    }

    public SupernetSchedule withMode(SupernetSettings.Mode mode) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, snapshots);
    }

    public SupernetSchedule withEpochs(int epochs) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, snapshots);
    }

    public SupernetSchedule withWarmupEpochs(int warmupEpochs) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, snapshots);
    }

    public SupernetSchedule withSimplexEvery(int simplexEvery) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, snapshots);
    }

    public SupernetSchedule withSnapshots(int snapshots) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, snapshots);
    }

    /** Whether a step, counted from 0, trains the simplex-net alone: odd batches after warm-up in the paper. */
    boolean trainsSimplexNet(long step, long stepsPerEpoch) {
        return mode == SupernetSettings.Mode.ITERATIVE
                && isAfterWarmup(step, stepsPerEpoch)
                && step % simplexEvery == simplexEvery - 1;
    }

    /** Whether a step, counted from 0, trains supernets and simplex-net together. */
    boolean trainsBoth(long step, long stepsPerEpoch) {
        return mode == SupernetSettings.Mode.JOINT && isAfterWarmup(step, stepsPerEpoch);
    }

    boolean isAfterWarmup(long step, long stepsPerEpoch) {
        return step >= warmupEpochs * stepsPerEpoch;
    }

    /** Returns the share of all batches that train the simplex-net alone, but for rounding. */
    double simplexShare() {
        return mode == SupernetSettings.Mode.ITERATIVE ? (1.0 - (double) warmupEpochs / epochs) / simplexEvery : 0;
    }
}
