package kshot.predict;

import java.util.List;
import kshot.network.Cost;
import kshot.search.Evaluation;
import kshot.search.Scores;
import kshot.space.Architecture;

/** The scores that supernets give an architecture: their names, and evaluations with them. */
public final class SupernetScores {
    /** Name of the accuracy: the share of images that are classified right, in [0, 1]. The score of the paper. */
    public static final String ACCURACY = Scores.ACCURACY;

    /**
     * Name of the mean logarithm of the probability of the true class: finite, at most 0. This project's addition; it tells
     * apart what a small set of images leaves equal in accuracy.
     */
    public static final String LOG_LIKELIHOOD = Scores.LOG_LIKELIHOOD;

    /** All names. */
    public static final List<String> NAMES = List.of(ACCURACY, LOG_LIKELIHOOD);

    private SupernetScores() {}

    /**
     * Returns the evaluation of an architecture under supernets.
     *
     * @throws IllegalArgumentException naming the architecture, if a score is not in its range
     */
    public static Evaluation evaluation(Architecture architecture, double accuracy, double logLikelihood, Cost cost) {
        if (!(accuracy >= 0 && accuracy <= 1)) {
            throw new IllegalArgumentException("accuracy of " + architecture + ": " + accuracy + " is not in [0, 1]");
        }
        if (!(logLikelihood <= 0 && logLikelihood > Double.NEGATIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "mean log-likelihood of " + architecture + ": " + logLikelihood + " is not finite and at most 0");
        }
        return new Evaluation(architecture, Scores.of(ACCURACY, accuracy).with(LOG_LIKELIHOOD, logLikelihood), cost);
    }
}
