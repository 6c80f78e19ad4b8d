package kshot.run.store;

import java.time.Instant;

/**
 * An architecture that was trained alone, from scratch, and how well it does on images that did not train it.
 *
 * @param arch the architecture in its space's text form
 * @param accuracy share of the images that was classified right, in [0, 1]
 * @param logLikelihood mean log-likelihood of the right class over the images, at most 0
 * @param seconds time of the training; 0 where it diverged
 * @param trainedAt when
 */
public record StandaloneTraining(
        String arch, double accuracy, double logLikelihood, double seconds, Instant trainedAt) {
    public StandaloneTraining {
        Shares.requireShareOrNaN("accuracy", accuracy);
    }

    /** Returns a training that diverged: its network is as good as a guess among the classes. */
    public static StandaloneTraining diverged(String arch, int classes, Instant at) {
        return new StandaloneTraining(arch, 1.0 / classes, -Math.log(classes), 0, at);
    }

    /** Returns whether the training diverged. */
    public boolean isDiverged() {
        return seconds == 0;
    }
}
