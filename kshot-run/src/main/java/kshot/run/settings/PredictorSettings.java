package kshot.run.settings;

import kshot.common.Preset;
import kshot.common.Range;
import kshot.space.shipped.Spaces;

/**
 * The settings of the scores beside those of the supernets.
 *
 * @param reference architectures of the population that log-ranks are taken against, drawn from the whole space
 * @param images of the batch by which untrained networks are scored
 * @param initializations of an untrained network, whose mean is taken
 * @param standIn the size of untrained networks
 */
public record PredictorSettings(int reference, int images, int initializations, StandIn standIn) {
    public PredictorSettings {
        Range.atLeast(2).require("reference", reference);
        Range.atLeast(2).require("images", images);
        Range.atLeast(1).require("initializations", initializations);
    }

    /**
     * Returns the settings of a preset for one search space. A run that leaves the size of images open takes smaller ones: small
     * images rank better, and faster (docs/results/predictors.md).
     */
    public static PredictorSettings of(Preset preset, String space) {
        boolean nasBench201 = space.equals(Spaces.NAS_BENCH_201);
        // Where scores take time, as many as a search of `quick` evaluates, which the reference must not outweigh.
        boolean few = preset == Preset.QUICK && !nasBench201 && !space.equals(Spaces.DEFAULT);
        int reference = preset == Preset.SMOKE ? 20 : few ? 120 : 500;
        return new PredictorSettings(reference, 64, nasBench201 ? 8 : 2, StandIn.NONE);
    }
}
