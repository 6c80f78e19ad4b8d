package kshot.search;

import java.util.Arrays;
import java.util.List;
import kshot.space.Architecture;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * The main effects of decisions on a score: what each option of each decision adds to the score on average, whatever is chosen
 * elsewhere. They are a linear model of the decisions, fitted to a population by ridge regression with a penalty of
 * {@value #PENALTY}. A score that is noisy for one architecture is much less so for the options that many share.
 *
 * <p>The model is computed in its dual form: with k(x, y) the number of decisions in which two architectures agree, its value is
 * the mean score plus {@code Σ_i α_i k(x, x_i)}, where {@code (K + penalty · I) α} are the deviations of the scores from their mean
 * (Saunders, Gammerman and Vovk 1998, Ridge Regression Learning Algorithm in Dual Variables, ICML, Eq. 9).
 */
public final class MainEffects {
    private static final double PENALTY = 1;

    private final List<Architecture> population;
    private final double[] weights;
    private final double mean;

    private MainEffects(List<Architecture> population, double[] weights, double mean) {
        this.population = population;
        this.weights = weights;
        this.mean = mean;
    }

    /**
     * Fits the effects to the scores of a population.
     *
     * @param population at least one architecture; all of one space
     * @param scores of each, finite
     */
    public static MainEffects of(List<Architecture> population, double[] scores) {
        if (population.isEmpty() || population.size() != scores.length) {
            throw new IllegalArgumentException(
                    population.size() + " architectures with " + scores.length + " scores have no main effects");
        }
        double mean = Arrays.stream(scores).average().orElseThrow();
        RealMatrix kernel = MatrixUtils.createRealMatrix(scores.length, scores.length);
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                kernel.setEntry(i, j, agreements(population.get(i), population.get(j)) + (i == j ? PENALTY : 0));
            }
        }
        double[] deviations = Arrays.stream(scores).map(score -> score - mean).toArray();
        double[] weights = new CholeskyDecomposition(kernel)
                .getSolver()
                .solve(new ArrayRealVector(deviations, false))
                .toArray();
        return new MainEffects(List.copyOf(population), weights, mean);
    }

    /** Returns the score of an architecture by the effects of its decisions. */
    public double of(Architecture architecture) {
        double value = mean;
        for (int i = 0; i < weights.length; i++) {
            value += weights[i] * agreements(population.get(i), architecture);
        }
        return value;
    }

    private static int agreements(Architecture one, Architecture other) {
        int count = 0;
        for (int decision = 0; decision < one.size(); decision++) {
            if (one.choice(decision) == other.choice(decision)) {
                count++;
            }
        }
        return count;
    }
}
