package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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

    @Test
    void perfectScoresTellMoreThanLiveFlops() {
        RankingReport report = RankingReport.of(TRUTH, TRUTH, COSTS, OPTIONS);
        assertThat(report.n()).isEqualTo(100);
        assertThat(report.scores().intervals()).containsOnlyKeys(Metric.values());
        assertThat(report.scores().value(Metric.KENDALL_A)).isEqualTo(1);
        assertThat(report.scores().value(Metric.WITHIN_FLOPS_BINS)).isEqualTo(1);
        assertThat(report.scores().value(Metric.PRECISION_AT_K)).isEqualTo(1);
        assertThat(report.scores().value(Metric.REGRET)).isZero();
        assertThat(report.baselines()).containsOnlyKeys("flops", "live_flops", "params");
        assertThat(report.verdict())
                .startsWith("The scores tell more than live FLOPs: Kendall's tau-b 1.000 against ")
                .contains("100 architectures, 100 paired resamples");
    }

    @Test
    void reversedScoresTellLess() {
        double[] reversed = Arrays.stream(TRUTH).map(t -> -t).toArray();
        assertThat(RankingReport.of(TRUTH, reversed, COSTS, OPTIONS).verdict())
                .startsWith("The scores tell less than live FLOPs: Kendall's tau-b -1.000");
    }

    @Test
    void liveFlopsThemselvesDoNotTellMore() {
        double[] liveFlops = COSTS.stream().mapToDouble(Cost::liveFlops).toArray();
        RankingReport report = RankingReport.of(TRUTH, liveFlops, COSTS, OPTIONS);
        assertThat(report.gainOverLiveFlops()).isEqualTo(new Interval(0, 0, 0));
        assertThat(report.verdict()).startsWith("The scores do not tell more than live FLOPs for certain");
    }

    @Test
    void aMetricThatIsNotDefinedIsLeftOut() {
        List<Cost> distinct = IntStream.range(0, 4)
                .mapToObj(i -> new Cost(1, 1L << i, 1L << i))
                .toList();
        RankingReport report =
                RankingReport.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 4, 3}, distinct, OPTIONS);
        assertThat(report.scores().intervals()).doesNotContainKey(Metric.WITHIN_FLOPS_BINS);
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
        double[] sampled = RankCorrelation.select(truth, sample);
        RankingReport report = RankingReport.of(
                sampled, costs.stream().mapToDouble(Cost::flops).toArray(), costs, OPTIONS);
        assertThat(report.gainOverLiveFlops().high()).isNegative();
        assertThat(report.liveFlops().value(Metric.KENDALL_B)).isGreaterThan(0.6);
    }
}
