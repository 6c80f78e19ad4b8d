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
 * @param idleBatches what these batches train where there are no codes to learn
 * @param snapshots architectures are scored by the supernets after each of so many last epochs, the mean counts; by the
 *     last ones alone in the paper
 */
public record SupernetSchedule(
        SupernetSettings.Mode mode,
        int epochs,
        int warmupEpochs,
        int simplexEvery,
        IdleBatches idleBatches,
        int snapshots) {

    /** The uses of a batch of the simplex-net where it learns no codes: for K = 1, and for codes that are frozen or equal. */
    public enum IdleBatches {
        /** Trains the supernets as the other batches do. */
        SUPERNETS,
        /** Trains nothing, so that the supernets see the same images as beside a simplex-net that learns. */
        NOTHING
    }

    /** What a batch trains. */
    enum Turn {
        SUPERNETS,
        SIMPLEX_NET,
        BOTH,
        NOTHING
    }

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
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, idleBatches, snapshots);
    }

    public SupernetSchedule withEpochs(int epochs) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, idleBatches, snapshots);
    }

    public SupernetSchedule withWarmupEpochs(int warmupEpochs) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, idleBatches, snapshots);
    }

    public SupernetSchedule withSimplexEvery(int simplexEvery) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, idleBatches, snapshots);
    }

    public SupernetSchedule withIdleBatches(IdleBatches idleBatches) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, idleBatches, snapshots);
    }

    public SupernetSchedule withSnapshots(int snapshots) {
        return new SupernetSchedule(mode, epochs, warmupEpochs, simplexEvery, idleBatches, snapshots);
    }

    /**
     * Returns what a step, counted from 0, trains: after the warm-up odd batches the simplex-net in the paper.
     *
     * @param learns whether the simplex-net has codes to learn
     */
    Turn turn(long step, long stepsPerEpoch, boolean learns) {
        if (epochsAfterWarmup(step, stepsPerEpoch) < 0) {
            return Turn.SUPERNETS;
        }
        if (mode == SupernetSettings.Mode.JOINT) {
            return Turn.BOTH;
        }
        if (step % simplexEvery != simplexEvery - 1) {
            return Turn.SUPERNETS;
        }
        if (learns) {
            return Turn.SIMPLEX_NET;
        }
        return idleBatches == IdleBatches.NOTHING ? Turn.NOTHING : Turn.SUPERNETS;
    }

    /** Returns the passes over the training images between the warm-up and a step; negative in the warm-up. */
    double epochsAfterWarmup(long step, long stepsPerEpoch) {
        return (double) (step - warmupEpochs * stepsPerEpoch) / stepsPerEpoch;
    }

    /** Returns the share of all batches that are for the simplex-net alone, but for rounding. */
    double simplexShare() {
        return mode == SupernetSettings.Mode.ITERATIVE ? (1.0 - (double) warmupEpochs / epochs) / simplexEvery : 0;
    }
}
