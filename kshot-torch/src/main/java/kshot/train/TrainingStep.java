package kshot.train;

import org.jspecify.annotations.Nullable;

/**
 * The result of one batch of training.
 *
 * @param stage what it trained
 * @param step its index, from 0
 * @param steps number of steps of the whole training
 * @param epoch passes over the training images before it
 * @param loss mean loss of its images, regularisers not included
 * @param accuracy share of its images that were classified correctly
 * @param learningRate of the step
 * @param images number of images
 * @param validation of the held-out images after the step, where it was the last of an epoch; null elsewhere
 */
public record TrainingStep(
        Stage stage,
        long step,
        long steps,
        double epoch,
        double loss,
        double accuracy,
        double learningRate,
        int images,
        Inference.@Nullable Score validation) {
    /** The part that a batch trains. */
    public enum Stage {
        /** The weights of the supernets; in joint mode, after the warm-up, also the simplex-net. */
        SUPERNET,
        /** The simplex-net alone. */
        SIMPLEX,
        /** One architecture alone. */
        RETRAIN,
        /** Nothing: a batch that is left out. */
        NOTHING
    }

    /** Gets each step as soon as it is done. */
    @FunctionalInterface
    public interface Listener {
        /** Called after each step, in order, on the thread that trains. */
        void onStep(TrainingStep step);
    }
}
