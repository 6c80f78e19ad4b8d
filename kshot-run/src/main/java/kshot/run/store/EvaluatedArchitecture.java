package kshot.run.store;

import java.time.Instant;
import kshot.simplex.SimplexCode;

/**
 * An architecture that the search evaluated under the trained supernets.
 *
 * @param arch the architecture in its space's text form
 * @param generation the generation of the search that evaluated it, from 0
 * @param accuracy share of the validation images that was classified right, in [0, 1]
 * @param logLikelihood mean log-likelihood of the right class over the validation images, at most 0
 * @param flops multiply-adds of one image
 * @param liveFlops those of the layers on a path from the images to the class scores
 * @param params learnable numbers
 * @param code its code λ
 * @param evaluatedAt when
 */
public record EvaluatedArchitecture(
        String arch,
        int generation,
        double accuracy,
        double logLikelihood,
        long flops,
        long liveFlops,
        long params,
        SimplexCode code,
        Instant evaluatedAt) {

    public EvaluatedArchitecture {
        if (generation < 0) {
            throw new IllegalArgumentException("a generation is 0 or more, not " + generation);
        }
        Shares.requireShareOrNaN("accuracy", accuracy);
    }
}
