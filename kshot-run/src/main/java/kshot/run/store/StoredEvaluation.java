package kshot.run.store;

import java.time.Instant;
import kshot.simplex.SimplexCode;

/**
 * An architecture that was evaluated under the trained supernets because someone asked for it, not by the search.
 *
 * @param arch the architecture in its space's text form
 * @param accuracy share of the images that was classified right, in [0, 1]
 * @param logLikelihood mean log-likelihood of the right class over the images, at most 0
 * @param code the code λ that mixed the supernets
 * @param evaluatedAt when
 */
public record StoredEvaluation(
        String arch, double accuracy, double logLikelihood, SimplexCode code, Instant evaluatedAt) {
    public StoredEvaluation {
        Shares.requireShareOrNaN("accuracy", accuracy);
    }
}
