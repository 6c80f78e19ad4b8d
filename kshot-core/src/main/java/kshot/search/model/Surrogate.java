package kshot.search.model;

import java.util.Arrays;
import java.util.List;
import kshot.search.Evaluation;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.OneHot;
import kshot.space.SearchSpace;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.ranking.NaturalRanking;

/**
 * A surrogate of trainings: what came of some architectures that were trained says what would come of others. It is a Gaussian
 * process of the decisions whose features are
 *
 * <ul>
 *   <li>the score by which all of them have been ranked without being trained, so that the trainings say how much it is worth;
 *   <li>the option of each decision among blocks;
 *   <li>the logarithm of the width of each decision among widths, and the sum of them: a width has an effect of its own, and
 *       widths are alike in that more is better.
 * </ul>
 *
 * <p>The targets are normal scores of the ranks, which no outlier moves. Equivalent architectures have the same features, but for
 * their score. The method is that of predictor-guided search (White et al. 2021, BANANAS, arXiv 1910.11858) with a score that needs no
 * training as a feature (White et al. 2021, arXiv 2104.01177).
 */
public final class Surrogate {
    /** Standard deviation of the constant: that of the targets is 1, and the trained ones may all lie on one side of the others. */
    private static final double CONSTANT = 2;
    /** Standard deviation of the effect of the score, which has a standard deviation of 1 itself. */
    private static final double SCORE = 0.5;
    /** Standard deviation of the sum of the effects of all decisions among blocks. */
    private static final double BLOCKS = 1;
    /** Standard deviation of the sum of the own effects of all widths. */
    private static final double OWN_WIDTHS = 0.5;
    /** Standard deviation of the effect of the sum of widths. */
    private static final double ALL_WIDTHS = 1;
    /** Variance of the noise. */
    private static final double NOISE = 0.3;

    private final SearchSpace space;
    private final String score;
    private final OneHot blocks;
    private final List<Integer> widths;
    private final double mean;
    private final double deviation;
    private final Ridge process;

    private Surrogate(
            SearchSpace space, String score, List<Evaluation> population, List<Evaluation> trained, String result) {
        this.space = space;
        this.score = score;
        this.blocks = OneHot.operations(space);
        this.widths = space.widths();
        double[] scores = population.stream().mapToDouble(e -> e.score(score)).toArray();
        this.mean = Arrays.stream(scores).average().orElseThrow();
        this.deviation = Math.sqrt(Arrays.stream(scores)
                .map(s -> (s - mean) * (s - mean))
                .average()
                .orElseThrow());
        double[] targets =
                normalScores(trained.stream().mapToDouble(e -> e.score(result)).toArray());
        this.process = new Ridge(trained.stream().map(this::features).toArray(double[][]::new), targets, NOISE);
    }

    /**
     * Fits a surrogate.
     *
     * @param score name of the score of all
     * @param population at least one evaluation with the score; says what its values are like
     * @param trained at least one evaluation with the score and the result
     * @param result name of the score that says what came of a training
     */
    public static Surrogate of(
            SearchSpace space, String score, List<Evaluation> population, List<Evaluation> trained, String result) {
        return new Surrogate(space, score, population, trained, result);
    }

    /** Returns Φ⁻¹((rank − ½) / n) of each value, ranks ascending from 1, ties averaged. */
    private static double[] normalScores(double[] values) {
        NormalDistribution normal = new NormalDistribution();
        return Arrays.stream(new NaturalRanking().rank(values))
                .map(rank -> normal.inverseCumulativeProbability((rank - 0.5) / values.length))
                .toArray();
    }

    private double[] features(Evaluation evaluation) {
        Architecture architecture = space.canonical(evaluation.architecture());
        double[] features = new double[3 + blocks.length() + widths.size()];
        features[0] = CONSTANT;
        features[1] = deviation == 0 ? 0 : SCORE * (evaluation.score(score) - mean) / deviation;
        int[] chosen = blocks.ones(architecture);
        for (int one : chosen) {
            features[3 + one] = BLOCKS / Math.sqrt(chosen.length);
        }
        for (int i = 0; i < widths.size(); i++) {
            double width = standardLogarithm(space.decisions().get(widths.get(i)), architecture.choice(widths.get(i)));
            features[2] += ALL_WIDTHS * width / Math.sqrt(widths.size());
            features[3 + blocks.length() + i] = OWN_WIDTHS * width / Math.sqrt(widths.size());
        }
        return features;
    }

    /** Returns the logarithm of a width, with a mean of 0 and a standard deviation of 1 over the options. */
    private static double standardLogarithm(Decision decision, int choice) {
        double[] logarithms = decision.widths().stream().mapToDouble(Math::log).toArray();
        double mean = Arrays.stream(logarithms).average().orElseThrow();
        double variance = Arrays.stream(logarithms)
                .map(log -> (log - mean) * (log - mean))
                .average()
                .orElseThrow();
        return variance == 0 ? 0 : (logarithms[choice] - mean) / Math.sqrt(variance);
    }

    /** Returns what is expected of an architecture, in standard deviations of the results of those that were trained. */
    public double of(Evaluation evaluation) {
        return process.of(features(evaluation));
    }

    /** Returns what a surrogate that knows nothing of its training would expect of each trained architecture, in order. */
    public double[] leaveOneOut() {
        return process.leaveOneOut();
    }
}
