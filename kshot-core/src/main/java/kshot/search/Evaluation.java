package kshot.search;

import kshot.network.Cost;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;

/**
 * What is known of an architecture once it has been evaluated.
 *
 * @param architecture the architecture
 * @param accuracy fraction of images classified rightly, in [0, 1]
 * @param logLikelihood mean logarithm of the probability of the true class: finite, at most 0
 * @param cost of its network
 * @param code λ it was evaluated with
 */
public record Evaluation(
        Architecture architecture, double accuracy, double logLikelihood, Cost cost, SimplexCode code) {
    public Evaluation {
        if (!(accuracy >= 0 && accuracy <= 1)) {
            throw new IllegalArgumentException("accuracy of " + architecture + ": " + accuracy + " is not in [0, 1]");
        }
        if (!(logLikelihood <= 0 && logLikelihood > Double.NEGATIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "mean log-likelihood of " + architecture + ": " + logLikelihood + " is not finite and at most 0");
        }
    }
}
