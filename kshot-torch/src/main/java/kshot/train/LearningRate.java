package kshot.train;

import kshot.common.InvalidInputException;
import kshot.common.Range;

/** A learning rate as a function of the time in epochs, counted in fractions, from 0. */
public sealed interface LearningRate {

    /** The rate of a step that begins after {@code epoch} epochs. */
    double at(double epoch);

    /**
     * Half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983) from {@code first} at epoch 0 to {@code last} at epoch
     * {@code epochs}: {@code last + (first - last)(1 + cos(π t / T)) / 2}.
     */
    record Cosine(double first, double last, double epochs) implements LearningRate {
        public Cosine {
            Range.moreThan(0).require("learning rate", first);
            InvalidInputException.require(
                    last >= 0 && last <= first, "final learning rate", last, "from 0 to the first one, " + first);
            Range.moreThan(0).require("epochs", epochs);
        }

        @Override
        public double at(double epoch) {
            double progress = Math.min(epoch / epochs, 1);
            return last + (first - last) * (1 + Math.cos(Math.PI * progress)) / 2;
        }
    }

    /**
     * The recipe of the paper's retraining: linear from 0 to {@code peak} in {@code warmup} epochs, then multiplied by
     * {@code factor} every {@code every} epochs, counted from the end of the warm-up.
     */
    record WarmupSteps(double peak, double warmup, double factor, double every) implements LearningRate {
        public WarmupSteps {
            Range.moreThan(0).require("learning rate", peak);
            Range.atLeast(0).require("warm-up epochs", warmup);
            Range.moreThan(0).atMost(1).require("decay of the learning rate", factor);
            Range.moreThan(0).require("epochs between decays", every);
        }

        @Override
        public double at(double epoch) {
            return epoch < warmup
                    ? peak * epoch / warmup
                    : peak * Math.pow(factor, Math.floor((epoch - warmup) / every));
        }
    }

    /** Linear from 0 in the first {@code warmup} epochs, then as another schedule says. */
    record Warmup(double warmup, LearningRate then) implements LearningRate {
        public Warmup {
            Range.atLeast(0).require("warm-up epochs", warmup);
        }

        @Override
        public double at(double epoch) {
            return epoch < warmup ? then.at(epoch) * epoch / warmup : then.at(epoch);
        }
    }
}
