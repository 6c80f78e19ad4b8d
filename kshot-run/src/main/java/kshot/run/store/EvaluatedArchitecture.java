package kshot.run.store;

import java.time.Instant;
import kshot.simplex.SimplexCode;

/**
 * An architecture that the search evaluated.
 *
 * @param arch the architecture in its space's text form
 * @param generation the generation of the search that evaluated it, from 0
 * @param accuracy share of the validation images that was classified right under the supernets, in [0, 1]; NaN where the search
 *     asks no supernets
 * @param logLikelihood mean log-likelihood of the right class over the validation images, at most 0; NaN likewise
 * @param flops multiply-adds of one image
 * @param liveFlops those of the layers on a path from the images to the class scores
 * @param params learnable numbers
 * @param code its code λ; uniform where the search asks no supernets
 * @param evaluatedAt when
 * @param score the score that decided; NaN in a store of a version that did not keep it
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
        Instant evaluatedAt,
        double score) {

    public EvaluatedArchitecture {
        if (generation < 0) {
            throw new IllegalArgumentException("a generation is 0 or more, not " + generation);
        }
        Shares.requireShareOrNaN("accuracy", accuracy);
    }
}
