package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.space.NasBench201;
import kshot.testing.SharedData;
import org.junit.jupiter.api.Test;

class RankingReportTest {
    private static final RankingOptions OPTIONS =
            new RankingOptions(0.1, 10, 0.01, new Bootstrap(100, 0.95, new Seed(1)));

    private static final List<Cost> COSTS = IntStream.range(0, 100)
            .mapToObj(i -> new Cost(10 + i * 37 % 100, 1000 + 100 * (i % 10), 900 + 100 * (i * 7 % 10)))
            .toList();

    /** FLOPs that say nothing: i % 10 runs through all values in every ten architectures. */
    private static final double[] TRUTH =
            IntStream.range(0, 100).asDoubleStream().toArray();

    private static RankingReport report(double[] scores) {
        return RankingReport.of(TRUTH, scores, COSTS, Map.of(), OPTIONS);
    }

    @Test
    void perfectScoresRankBetterThanLiveFlops() {
        RankingReport report = report(TRUTH);
        assertThat(report.n()).isEqualTo(100);
        assertThat(report.scores().intervals()).containsOnlyKeys(Metric.values());
        assertThat(report.scores().value(Metric.KENDALL_A)).isEqualTo(1);
        assertThat(report.scores().value(Metric.WITHIN_FLOPS_BINS)).isEqualTo(1);
        assertThat(report.scores().value(Metric.PRECISION_AT_K)).isEqualTo(1);
        assertThat(report.scores().value(Metric.REGRET)).isZero();
        assertThat(report.scores().value(Metric.WITHIN_EQUAL_FLOPS)).isEqualTo(1);
        assertThat(report.baselines()).containsOnlyKeys("flops", "live_flops", "params");
        assertThat(report.gains().keySet()).isEqualTo(report.baselines().keySet());
        assertThat(report.combinedGains().keySet()).isEqualTo(report.baselines().keySet());
        assertThat(report.verdict())
                .startsWith(
                        "The scores rank these architectures better than live FLOPs do: Kendall's tau-b 1.000 against ")
                .contains("100 architectures, 100 paired resamples");
    }

    @Test
    void reversedScoresRankWorse() {
        double[] reversed = Arrays.stream(TRUTH).map(t -> -t).toArray();
        assertThat(report(reversed).verdict())
                .startsWith("The scores rank these architectures worse than live FLOPs do: Kendall's tau-b -1.000");
    }

    @Test
    void liveFlopsThemselvesDoNotRankBetter() {
        double[] liveFlops = COSTS.stream().mapToDouble(Cost::liveFlops).toArray();
        RankingReport report = report(liveFlops);
        assertThat(report.gains()).containsEntry("live_flops", new Interval(0, 0, 0));
        assertThat(report.combinedGains()).containsEntry("live_flops", new Interval(0, 0, 0));
        assertThat(report.combined().value(Metric.KENDALL_B))
                .isEqualTo(report.scores().value(Metric.KENDALL_B));
        assertThat(report.verdict())
                .startsWith("It is not certain that the scores rank these architectures better than live FLOPs do");
    }

    /** Each value is the metric itself, and each gain a difference of two of them. */
    @Test
    void metricsAndGainsAreThoseOfEachPredictor() {
        double[] scores = new SplittableRandom(2).doubles(100).toArray();
        double[] control = new SplittableRandom(3).doubles(100).toArray();
        RankingReport report = RankingReport.of(TRUTH, scores, COSTS, Map.of("control", control), OPTIONS);
        double[] flops = COSTS.stream().mapToDouble(Cost::flops).toArray();
        double[] liveFlops = COSTS.stream().mapToDouble(Cost::liveFlops).toArray();
        double[] params = COSTS.stream().mapToDouble(Cost::parameters).toArray();
        double[] combined = RankingReport.combined(scores, liveFlops);
        requireMetrics(report.scores(), scores, flops);
        requireMetrics(report.combined(), combined, flops);
        assertThat(report.baselines()).containsOnlyKeys("flops", "live_flops", "params", "control");
        Map<String, double[]> baselines =
                Map.of("flops", flops, "live_flops", liveFlops, "params", params, "control", control);
        report.baselines().forEach((name, metrics) -> {
            double[] baseline = baselines.get(name);
            requireMetrics(metrics, baseline, flops);
            double tau = RankCorrelation.kendallB(TRUTH, baseline);
            assertThat(report.gains().get(name).value())
                    .isCloseTo(RankCorrelation.kendallB(TRUTH, scores) - tau, within(1e-12));
            assertThat(report.combinedGains().get(name).value())
                    .isCloseTo(RankCorrelation.kendallB(TRUTH, combined) - tau, within(1e-12));
        });
    }

    private static void requireMetrics(Metrics metrics, double[] scores, double[] flops) {
        assertThat(metrics.value(Metric.KENDALL_A)).isEqualTo(RankCorrelation.kendallA(TRUTH, scores));
        assertThat(metrics.value(Metric.KENDALL_B)).isEqualTo(RankCorrelation.kendallB(TRUTH, scores));
        assertThat(metrics.value(Metric.SPEARMAN)).isEqualTo(RankCorrelation.spearman(TRUTH, scores));
        assertThat(metrics.value(Metric.PEARSON)).isEqualTo(RankCorrelation.pearson(TRUTH, scores));
        assertThat(metrics.value(Metric.BETWEEN_GROUPS))
                .isEqualTo(RankCorrelation.betweenGroups(TRUTH, scores, OPTIONS.topFraction()));
        assertThat(metrics.value(Metric.WITHIN_FLOPS_BINS))
                .isEqualTo(RankCorrelation.kendallWithinBins(TRUTH, scores, flops, OPTIONS.binWidth())
                        .getAsDouble());
        assertThat(metrics.value(Metric.WITHIN_EQUAL_FLOPS))
                .isEqualTo(RankCorrelation.kendallWithinBins(TRUTH, scores, flops, 0)
                        .getAsDouble());
        assertThat(metrics.value(Metric.PRECISION_AT_K))
                .isEqualTo(RankCorrelation.precisionAtK(TRUTH, scores, OPTIONS.k()));
        assertThat(metrics.value(Metric.REGRET)).isEqualTo(RankCorrelation.regret(TRUTH, scores));
    }

    /** Ranks 1, 2.5, 2.5, 4 of the scores and 4, 1.5, 3, 1.5 of the live FLOPs. */
    @Test
    void combinedIsTheMeanOfRanks() {
        assertThat(RankingReport.combined(new double[] {-9, 0.5, 0.5, 0.6}, new double[] {1e9, 20, 30, 20}))
                .containsExactly(2.5, 2, 2.75, 2.75);
    }

    @Test
    void refusesWhatCannotBeRanked() {
        assertThatThrownBy(() ->
                        RankingReport.of(new double[] {1}, new double[] {1}, COSTS.subList(0, 1), Map.of(), OPTIONS))
                .hasMessage("a ranking needs at least 2 architectures, not 1");
        assertThatThrownBy(() -> RankingReport.of(TRUTH, TRUTH, COSTS.subList(0, 99), Map.of(), OPTIONS))
                .hasMessage("99 true values for 100 scores");
        assertThatThrownBy(() -> RankingReport.of(TRUTH, TRUTH, COSTS, Map.of("c", new double[7]), OPTIONS))
                .hasMessage("100 true values for 7 scores");
    }

    @Test
    void aMetricThatIsNotDefinedIsLeftOut() {
        List<Cost> distinct = IntStream.range(0, 4)
                .mapToObj(i -> new Cost(1, 1L << i, 1L << i))
                .toList();
        RankingReport report =
                RankingReport.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 4, 3}, distinct, Map.of(), OPTIONS);
        assertThat(report.scores().intervals()).doesNotContainKeys(Metric.WITHIN_FLOPS_BINS, Metric.WITHIN_EQUAL_FLOPS);
    }

    /** On CIFAR-10 FLOPs alone reach τ-b 0.578 over all architectures, and plain and live FLOPs differ. */
    @Test
    void flopsOfNasBench201() {
        BenchmarkTable table = BenchmarkTable.read(SharedData.require("nas-bench-201.csv.gz"));
        NasBench201 space = NasBench201.cifar10();
        double[] truth = table.column("cifar10_test");
        double[] flops = table.column("cifar10_flops");
        assertThat(RankCorrelation.kendallB(truth, flops)).isCloseTo(0.578, within(0.0005));
        int[] sample = new SplittableRandom(3).ints(500, 0, truth.length).toArray();
        List<Cost> costs = Arrays.stream(sample)
                .mapToObj(i -> Cost.of(space.network(space.parse(table.keys().get(i)))))
                .toList();
        double[] sampled = Ranked.of(truth).select(sample).values();
        RankingReport report = RankingReport.of(
                sampled, costs.stream().mapToDouble(Cost::flops).toArray(), costs, Map.of(), OPTIONS);
        assertThat(report.gains().get("live_flops").high()).isNegative();
        assertThat(report.baselines().get("live_flops").value(Metric.KENDALL_B)).isGreaterThan(0.6);
    }
}
