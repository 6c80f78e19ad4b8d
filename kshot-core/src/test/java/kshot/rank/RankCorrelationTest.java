package kshot.rank;

import static kshot.rank.RankCorrelation.betweenGroups;
import static kshot.rank.RankCorrelation.kendallA;
import static kshot.rank.RankCorrelation.kendallB;
import static kshot.rank.RankCorrelation.kendallWithinBins;
import static kshot.rank.RankCorrelation.pearson;
import static kshot.rank.RankCorrelation.precisionAtK;
import static kshot.rank.RankCorrelation.regret;
import static kshot.rank.RankCorrelation.spearman;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankCorrelationTest {
    private static final Offset<Double> EXACT = within(1e-9);

    /**
     * Expected values by SciPy 1.10:
     *
     * <pre>
     * import numpy as np
     * from scipy.stats import kendalltau, spearmanr, pearsonr
     * x = [1, 2, 2, 3, 5, 5, 5, 8, 9, 10]
     * y = [2, 1, 3, 3, 4, 4, 9, 7, 7, 5]
     * i = np.arange(200)
     * r = (i * 7919) % 101 * 0.5
     * s = (i * 104729) % 37 + 0.02 * r * r
     * for a, b in (x, y), (r, s), (r, -s):
     *     print("%.12f %.12f %.12f" % (kendalltau(a, b)[0], spearmanr(a, b)[0], pearsonr(a, b)[0]))
     * </pre>
     *
     * and by SciPy 1.17.1 for the mean of two ranks:
     *
     * <pre>
     * from scipy.stats import rankdata
     * c = (rankdata(s) + rankdata((i * 31) % 17)) / 2
     * print("%.12f %.12f %.12f" % (kendalltau(r, c)[0], spearmanr(r, c)[0], pearsonr(r, c)[0]))
     * print(rankdata([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]))
     * </pre>
     */
    @Test
    void agreesWithSciPy() {
        double[] x = {1, 2, 2, 3, 5, 5, 5, 8, 9, 10};
        double[] y = {2, 1, 3, 3, 4, 4, 9, 7, 7, 5};
        check(x, y, 0.650649635161, 0.810574641844, 0.680731233357);
        double[] r =
                IntStream.range(0, 200).mapToDouble(i -> i * 7919 % 101 * 0.5).toArray();
        double[] s = IntStream.range(0, 200)
                .mapToDouble(i -> i * 104729 % 37 + 0.02 * r[i] * r[i])
                .toArray();
        check(r, s, 0.606879106070, 0.795093184607, 0.797730248789);
        check(r, Arrays.stream(s).map(value -> -value).toArray(), -0.606879106070, -0.795093184607, -0.797730248789);
        double[] flops = IntStream.range(0, 200).mapToDouble(i -> i * 31 % 17).toArray();
        check(r, RankingReport.combined(s, flops), 0.395441932997, 0.576948579056, 0.585517899974);
        assertThat(Ranked.of(new double[] {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5}).midranks())
                .containsExactly(4.5, 1.5, 6, 1.5, 8, 11, 3, 10, 8, 4.5, 8);
    }

    /**
     * Resampled architectures 0, 0, 1, 2, 2 of truths 1, 2, 3: 10 pairs, of which 2 are of one with itself. Scores 1, 3, 2:
     * (0,1) twice and (0,2) four times +, (1,2) twice −. The same in one bin of FLOPs.
     */
    @Test
    void anArchitectureMakesNoPairWithItself() {
        int[] sample = {0, 0, 1, 2, 2};
        Ranked truth = Ranked.of(new double[] {1, 2, 3}).select(sample);
        Ranked score = Ranked.of(new double[] {1, 3, 2}).select(sample);
        Ranked flops = Ranked.of(new double[] {7, 7, 7}).select(sample);
        assertThat(kendallA(truth, score, sample)).isCloseTo(4 / 8.0, EXACT);
        assertThat(kendallA(truth.values(), score.values())).isCloseTo(4 / 10.0, EXACT);
        assertThat(kendallWithinBins(truth, score, flops, 0, sample).getAsDouble())
                .isCloseTo(4 / 8.0, EXACT);
        assertThat(kendallWithinBins(truth.values(), score.values(), flops.values(), 0)
                        .getAsDouble())
                .isCloseTo(4 / 10.0, EXACT);
        int[] one = {4, 4, 4, 4, 4};
        assertThat(kendallA(flops, flops, one)).isZero();
        assertThat(kendallWithinBins(flops, flops, flops, 0, one)).isEmpty();
    }

    /** A selection keeps the ranks of the whole, gaps and all, and every coefficient is that of its values. */
    @Test
    void aSelectionRanksAsItsValues() {
        SplittableRandom random = new SplittableRandom(9);
        Ranked truth = Ranked.of(random.ints(80, 0, 30).asDoubleStream().toArray());
        Ranked score = Ranked.of(random.ints(80, 0, 30).asDoubleStream().toArray());
        int[] sample = random.ints(0, 80).limit(40).sorted().distinct().toArray();
        Ranked r = truth.select(sample);
        Ranked s = score.select(sample);
        assertThat(kendallA(r, s, sample)).isEqualTo(kendallA(r.values(), s.values()));
        assertThat(kendallB(r, s)).isEqualTo(kendallB(r.values(), s.values()));
        assertThat(spearman(r, s)).isEqualTo(spearman(r.values(), s.values()));
        assertThat(kendallWithinBins(r, s, r, 0.5, sample))
                .isEqualTo(kendallWithinBins(r.values(), s.values(), r.values(), 0.5));
    }

    private static void check(double[] truth, double[] score, double tau, double rho, double linear) {
        assertThat(kendallB(truth, score)).isCloseTo(tau, EXACT);
        assertThat(spearman(truth, score)).isCloseTo(rho, EXACT);
        assertThat(pearson(truth, score)).isCloseTo(linear, EXACT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheDefinitionsOverAllPairs(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = random.nextInt(2, 120);
        double[] truth = random.ints(n, 0, 15).asDoubleStream().toArray();
        double[] score = random.ints(n, 0, 25).asDoubleStream().toArray();
        double[] flops = random.ints(n, 1, 5).asDoubleStream().toArray();
        double net = 0;
        double distinctTruth = 0;
        double distinctScore = 0;
        double netInBins = 0;
        double pairsInBins = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double sign = Math.signum(truth[i] - truth[j]) * Math.signum(score[i] - score[j]);
                net += sign;
                distinctTruth += truth[i] == truth[j] ? 0 : 1;
                distinctScore += score[i] == score[j] ? 0 : 1;
                double bin = flops[i];
                if (flops[j] == bin
                        && Arrays.stream(flops).filter(f -> f == bin).count() >= 5) {
                    netInBins += sign;
                    pairsInBins++;
                }
            }
        }
        assertThat(kendallA(truth, score)).isCloseTo(net / (n * (n - 1) / 2.0), EXACT);
        assertThat(kendallB(truth, score)).isCloseTo(net / Math.sqrt(distinctTruth * distinctScore), EXACT);
        assertThat(kendallWithinBins(truth, score, flops, 0).orElse(0))
                .isCloseTo(pairsInBins == 0 ? 0 : netInBins / pairsInBins, EXACT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void betweenGroupsAgreesWithItsDefinitionWhereTruthIsDistinct(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = random.nextInt(5, 80);
        double[] truth = random.doubles(n).toArray();
        double[] score = random.ints(n, 0, 9).asDoubleStream().toArray();
        int top = (int) Math.round(0.2 * n);
        double border = Arrays.stream(truth).sorted().toArray()[n - top];
        double net = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (truth[i] >= border && truth[j] < border) {
                    net += Math.signum(score[i] - score[j]);
                }
            }
        }
        assertThat(betweenGroups(truth, score, 0.2)).isCloseTo(net / (top * (n - top)), EXACT);
    }

    /**
     * Top 2 of 4 with truths 3, 2, 2, 1: either of the 2s may be inside. Score 4 3 1 2: with the first 2 inside the pairs are
     * (3,2') +, (3,1) +, (2,2') 0, (2,1) +; with the other (3,2) +, (3,1) +, (2',2) 0, (2',1) −. Mean of 3/4 and 1/4.
     */
    @Test
    void betweenGroupsAveragesOverEqualTruthsAtTheBorder() {
        assertThat(betweenGroups(new double[] {3, 2, 2, 1}, new double[] {4, 3, 1, 2}, 0.5))
                .isCloseTo(0.5, EXACT);
    }

    @Test
    void extremesByHand() {
        double[] truth = {1, 2, 3, 4};
        double[] reversed = {4, 3, 2, 1};
        assertThat(kendallA(truth, truth)).isEqualTo(1);
        assertThat(kendallB(new double[] {1, 2, 2, 3, 5}, new double[] {1, 2, 2, 3, 5}))
                .isEqualTo(1);
        assertThat(kendallA(truth, reversed)).isEqualTo(-1);
        assertThat(betweenGroups(truth, truth, 0.25)).isEqualTo(1);
        assertThat(betweenGroups(truth, reversed, 0.25)).isEqualTo(-1);
        assertThat(kendallA(truth, new double[] {1, 2, 4, 3})).isCloseTo(4 / 6.0, EXACT);
    }

    @Test
    void zeroAndNegativeZeroAreEqual() {
        assertThat(kendallA(new double[] {1, 2}, new double[] {-0.0, 0.0})).isZero();
        assertThat(kendallB(new double[] {1, 2, 3}, new double[] {-0.0, 0.0, 1}))
                .isCloseTo(2 / Math.sqrt(6), EXACT);
    }

    @Test
    void equalScoresRankNothing() {
        double[] truth = {1, 2, 3};
        double[] constant = {0.1, 0.1, 0.1};
        assertThat(kendallA(truth, constant)).isZero();
        assertThat(kendallB(truth, constant)).isZero();
        assertThat(spearman(truth, constant)).isZero();
        assertThat(pearson(truth, constant)).isZero();
        assertThat(betweenGroups(truth, constant, 0.3)).isZero();
    }

    @Test
    void precisionAndRegretByHand() {
        double[] truth = {0.9, 0.8, 0.7, 0.6};
        assertThat(precisionAtK(truth, new double[] {4, 3, 2, 1}, 2)).isEqualTo(1);
        assertThat(precisionAtK(truth, new double[] {4, 1, 2, 3}, 2)).isEqualTo(0.5);
        assertThat(regret(truth, new double[] {1, 2, 4, 3})).isCloseTo(0.2, EXACT);
        assertThat(regret(truth, truth)).isZero();
    }

    /** Best by score: the first, and one of the three that share 2, of which one is truly among the best two. */
    @Test
    void sharedScoresCountAsARandomChoice() {
        double[] truth = {0.9, 0.8, 0.7, 0.6};
        assertThat(precisionAtK(truth, new double[] {3, 2, 2, 2}, 2)).isCloseTo((1 + 1 / 3.0) / 2, EXACT);
        assertThat(regret(truth, new double[] {1, 1, 1, 1})).isCloseTo(0.15, EXACT);
    }

    @Test
    void binsHoldSimilarFlops() {
        double[] truth = {1, 2, 3, 4, 5, 6, 7};
        double[] score = {1, 2, 3, 4, 5, 7, 6};
        double[] flops = {100, 101, 102, 103, 104, 120, 121};
        assertThat(kendallWithinBins(truth, score, flops, 0)).isEmpty();
        assertThat(kendallWithinBins(truth, score, flops, 0.05)).hasValue(1);
        assertThat(kendallWithinBins(truth, score, flops, 0.5).getAsDouble()).isCloseTo(19 / 21.0, EXACT);
    }

    @Test
    void nothingDependsOnTheOrderOfArchitectures() {
        SplittableRandom random = new SplittableRandom(5);
        double[] truth = random.ints(60, 0, 12).asDoubleStream().toArray();
        double[] score = random.ints(60, 0, 12).asDoubleStream().toArray();
        int[] reverse = IntStream.range(0, 60).map(i -> 59 - i).toArray();
        double[] truth2 = Ranked.of(truth).select(reverse).values();
        double[] score2 = Ranked.of(score).select(reverse).values();
        assertThat(kendallB(truth2, score2)).isCloseTo(kendallB(truth, score), EXACT);
        assertThat(betweenGroups(truth2, score2, 0.2)).isCloseTo(betweenGroups(truth, score, 0.2), EXACT);
        assertThat(precisionAtK(truth2, score2, 10)).isCloseTo(precisionAtK(truth, score, 10), EXACT);
        assertThat(regret(truth2, score2)).isCloseTo(regret(truth, score), EXACT);
    }

    @Test
    void refusesWhatCannotBeRanked() {
        assertThatThrownBy(() -> kendallA(new double[] {1, 2}, new double[] {1, Double.NaN}))
                .hasMessage("NaN at index 1: true value 2.0, score NaN");
        assertThatThrownBy(() -> spearman(new double[] {Double.NaN, 2}, new double[] {1, 2}))
                .hasMessageContaining("NaN at index 0");
        assertThatThrownBy(() -> pearson(new double[] {1}, new double[] {1}))
                .hasMessage("a ranking needs at least 2 architectures, not 1");
        assertThatThrownBy(() -> kendallB(new double[] {1, 2}, new double[] {1}))
                .hasMessage("2 true values for 1 scores");
    }
}
