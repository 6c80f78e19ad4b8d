package kshot.search.model;

import java.util.List;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.OneHot;
import kshot.space.SearchSpace;
import org.hipparchus.stat.StatUtils;

/**
 * The main effects of decisions on a score: what each option of each decision adds to the score on average, whatever is chosen
 * elsewhere. They are a linear model of the decisions, fitted to a population by ridge regression with a penalty of
 * {@value #PENALTY}. A score that is noisy for one architecture is much less so for the options that many share.
 */
public final class MainEffects {
    private static final double PENALTY = 1;

    private final List<Decision> decisions;
    private final OneHot operations;
    private final OneHot widths;
    private final Ridge model;

    private MainEffects(SearchSpace space, List<Architecture> population, double[] scores) {
        this.decisions = space.decisions();
        this.operations = OneHot.operations(space);
        this.widths = OneHot.widths(space);
        this.model = new Ridge(population.stream().map(this::choices).toArray(double[][]::new), scores, PENALTY);
    }

    /**
     * Fits the effects to the scores of a population.
     *
     * @param space of the population
     * @param population at least one architecture
     * @param scores of each, finite
     */
    public static MainEffects of(SearchSpace space, List<Architecture> population, double[] scores) {
        return new MainEffects(space, population, scores);
    }

    /** Returns the score of an architecture by the effects of its decisions. */
    public double of(Architecture architecture) {
        return model.of(choices(architecture));
    }

    /**
     * Returns the share that the largest effect of a decision has in the variance of all effects, in [0, 1]; 1 if there is no effect.
     * It is 1 for a score that follows one decision alone.
     */
    public double largestShare() {
        double[] effects = model.coefficients();
        double largest = 0;
        double all = 0;
        int operation = 0;
        int width = operations.length();
        for (Decision decision : decisions) {
            int from = decision.isWidth() ? width : operation;
            double variance = StatUtils.populationVariance(effects, from, decision.size());
            largest = Math.max(largest, variance);
            all += variance;
            if (decision.isWidth()) {
                width += decision.size();
            } else {
                operation += decision.size();
            }
        }
        return all == 0 ? 1 : largest / all;
    }

    private double[] choices(Architecture architecture) {
        double[] choices = new double[operations.length() + widths.length()];
        for (int one : operations.ones(architecture)) {
            choices[one] = 1;
        }
        for (int one : widths.ones(architecture)) {
            choices[operations.length() + one] = 1;
        }
        return choices;
    }
}
