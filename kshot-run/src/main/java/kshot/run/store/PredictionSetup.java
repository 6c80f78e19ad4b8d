package kshot.run.store;

import kshot.common.Range;
import kshot.run.settings.StandIn;

/**
 * The way in which untrained networks were scored: two scores of one architecture are the same if these are, for everything else
 * is a setting of the run.
 *
 * @param predictor name of the score
 * @param images of the batch
 * @param initializations whose mean was taken
 * @param standIn the size of the networks
 */
public record PredictionSetup(String predictor, int images, int initializations, StandIn standIn) {
    public PredictionSetup {
        Range.atLeast(1).require("images", images);
        Range.atLeast(1).require("initializations", initializations);
    }
}
