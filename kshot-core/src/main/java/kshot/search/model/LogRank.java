package kshot.search.model;

import java.util.Arrays;

/**
 * The logarithm of the rank that a score has among those of a reference population, as a share of it: 0 for the best, the lower the
 * worse. A sum of such logarithms over several scores pulls down what is bad by any one of them, which is why it ranks better than
 * a mean of ranks (Lee and Ham 2024, AZ-NAS, doi:10.1109/CVPR52733.2024.00558, Eq. 8).
 *
 * <p>The rank is a continuous function of the score that never falls: between two scores of the population it is interpolated, beyond them
 * it goes on for one rank. So a value depends on nothing but the score and the population, and all of different scores differ.
 */
public final class LogRank {
    /** The distinct scores of the population, ascending, and the rank of each: the mean of those it has. */
    private final double[] scores;

    private final double[] ranks;
    private final int size;

    /**
     * Makes the function of a population.
     *
     * @param population its scores, at least one, finite
     */
    public LogRank(double... population) {
        if (population.length == 0 || !Arrays.stream(population).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("a reference population needs scores, all finite");
        }
        double[] sorted = population.clone();
        Arrays.sort(sorted);
        size = sorted.length;
        scores = Arrays.stream(sorted).distinct().toArray();
        ranks = new double[scores.length];
        int below = 0;
        for (int i = 0; i < scores.length; i++) {
            int equal = 0;
            while (below + equal < size && sorted[below + equal] == scores[i]) {
                equal++;
            }
            ranks[i] = below + (equal + 1) / 2.0;
            below += equal;
        }
    }

    /** Returns whether the population has more than one score. */
    boolean discriminates() {
        return scores.length > 1;
    }

    /**
     * Returns the log-rank of a score.
     *
     * @return finite, at most 0
     */
    public double of(double score) {
        return Math.log(rank(score) / (size + 1));
    }

    /** Returns the rank of a score, in (0, size + 1): the mean rank of a score that the population has. */
    double rank(double score) {
        int last = scores.length - 1;
        int at = Arrays.binarySearch(scores, score);
        if (at >= 0) {
            return ranks[at];
        }
        double range = last == 0 ? 1 : scores[last] - scores[0];
        int next = -at - 1;
        if (next == 0) {
            return ranks[0] / (1 + (scores[0] - score) / range);
        }
        if (next > last) {
            double beyond = (score - scores[last]) / range;
            return ranks[last] + (size + 1 - ranks[last]) * (beyond / (1 + beyond));
        }
        double share = (score - scores[next - 1]) / (scores[next] - scores[next - 1]);
        return ranks[next - 1] + share * (ranks[next] - ranks[next - 1]);
    }
}
