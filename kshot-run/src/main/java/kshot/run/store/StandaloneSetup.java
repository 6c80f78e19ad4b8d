package kshot.run.store;

import java.util.Locale;
import kshot.common.Range;
import kshot.run.settings.StandIn;

/**
 * The way in which architectures were trained alone, from scratch: two trainings of one architecture are the same if these
 * are, for everything else is a setting of the run.
 *
 * @param images that trained and tested them
 * @param most how many images train at most, drawn by the seed of the run, class by class; 0 for all
 * @param standIn the size of the networks
 * @param epochs passes over the training images
 * @param seed of the training, among the seeds of the run
 */
public record StandaloneSetup(Images images, int most, StandIn standIn, int epochs, long seed) {
    public StandaloneSetup {
        Range.atLeast(0).require("most", most);
        Range.atLeast(1).require("epochs", epochs);
    }

    /** The images that train and test an architecture alone. */
    public enum Images {
        /** Trained on the images of the supernets, tested on all that were held out from them: for choices. */
        SEARCH,
        /** Trained on the images of the retraining, tested on the test images: for the truth that choices are measured by. */
        TEST;

        /** Returns its name in the table. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
