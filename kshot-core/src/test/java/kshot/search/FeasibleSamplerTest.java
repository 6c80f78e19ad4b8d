package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.Limits;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FeasibleSamplerTest {
    private static final SearchSpace TOY = new ToySpace(3);
    private static final SearchSpace BENCH = NasBench201.cifar10().withSkeleton(new Skeleton(16, 1));

    private static Cost cost(SearchSpace space, Architecture architecture) {
        return Cost.of(space.network(architecture));
    }

    @Test
    void enumerationHasEveryArchitectureOnce() {
        List<Architecture> all = Enumeration.of(TOY).toList();
        assertThat(all).hasSize(216).doesNotHaveDuplicates();
        assertThat(all.get(0)).isEqualTo(Architecture.of(0, 0, 0, 0, 0, 0));
        assertThat(all.get(1)).isEqualTo(Architecture.of(0, 0, 0, 0, 0, 1));
        assertThat(all.get(215)).isEqualTo(TOY.last());
    }

    @Test
    void neverLeavesTheLimitsIn10000Draws() {
        Limits limits = Limits.of(8_000, 1_000);
        FeasibleSampler sampler = new FeasibleSampler(TOY, limits);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            assertThat(limits.allow(TOY.network(sampler.sample(random)))).isTrue();
        }
    }

    /** χ² of the draws over the feasible architectures, whose mean is their number less one. */
    @Test
    void isUniformOverWhatTheLimitsAllow() {
        Limits limits = Limits.of(11_000, Long.MAX_VALUE);
        FeasibleSampler sampler = new FeasibleSampler(TOY, limits);
        List<Architecture> feasible =
                Enumeration.of(TOY).filter(sampler::allows).toList();
        assertThat(feasible).hasSizeBetween(20, 200);
        Map<Architecture, Integer> counts = new HashMap<>();
        SplittableRandom random = new SplittableRandom(2);
        int each = 100;
        for (int i = 0; i < each * feasible.size(); i++) {
            counts.merge(sampler.sample(random), 1, Integer::sum);
        }
        double chi2 = feasible.stream()
                .mapToDouble(a -> Math.pow(counts.getOrDefault(a, 0) - each, 2) / each)
                .sum();
        int freedom = feasible.size() - 1;
        assertThat(chi2).isCloseTo(freedom, within(4 * Math.sqrt(2.0 * freedom)));
    }

    /** So tight that rejection has no chance, the walk still moves. */
    @Test
    @Timeout(60)
    void walksWhereRejectionHasNoChance() {
        SearchSpace space = new ToySpace(12);
        long fewest =
                cost(space, new FeasibleSampler(space, Limits.NONE).smallest()).flops();
        Limits limits = Limits.of(fewest + fewest / 5, Long.MAX_VALUE);
        FeasibleSampler sampler = new FeasibleSampler(space, limits);
        SplittableRandom random = new SplittableRandom(3);
        List<Architecture> drawn = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            drawn.add(sampler.sample(random));
        }
        assertThat(drawn).allMatch(sampler::allows);
        assertThat(new HashSet<>(drawn)).hasSizeGreaterThan(5);
    }

    @Test
    void refusesAnImpossibleLimitWithTheSmallestReachableValue() {
        assertThatThrownBy(() -> new FeasibleSampler(NasBench201.cifar10(), Limits.of(7_783_049, Long.MAX_VALUE)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("maxFlops: 7783049 is not allowed; "
                        + "allowed: at least 7783050, the smallest in nas-bench-201");
        assertThatThrownBy(() -> new FeasibleSampler(NasBench201.cifar10(), Limits.of(Long.MAX_VALUE, 73_305)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "maxParams: 73305 is not allowed; " + "allowed: at least 73306, the smallest in nas-bench-201");
        assertThat(new FeasibleSampler(NasBench201.cifar10(), Limits.of(7_783_050, 73_306)).smallest())
                .isEqualTo(Architecture.of(0, 0, 0, 0, 0, 0));
    }

    @Test
    void theSmallestIsTheSmallestOfAll() {
        long fewest =
                Enumeration.of(TOY).mapToLong(a -> cost(TOY, a).flops()).min().orElseThrow();
        assertThat(cost(TOY, new FeasibleSampler(TOY, Limits.NONE).smallest()).flops())
                .isEqualTo(fewest);
    }

    @Test
    void theLargestIsTheLargestOfAll() {
        Limits limits = Limits.of(30_000_000, Long.MAX_VALUE);
        FeasibleSampler sampler = new FeasibleSampler(BENCH, limits);
        long most = Enumeration.of(BENCH)
                .filter(sampler::allows)
                .map(a -> cost(BENCH, a))
                .max(Comparator.comparingLong(Cost::flops))
                .orElseThrow()
                .flops();
        assertThat(cost(BENCH, sampler.largest(new SplittableRandom(1))).flops())
                .isEqualTo(most);
        assertThat(cost(BENCH, new FeasibleSampler(BENCH, Limits.NONE).largest(new SplittableRandom(1)))
                        .flops())
                .isEqualTo(cost(BENCH, Architecture.of(3, 3, 3, 3, 3, 3)).flops());
    }

    /** Too large to list: without limits the climb has to end at the widest and largest kernels. */
    @Test
    void climbsInALargeSpace() {
        SearchSpace space = new ToySpace(8);
        assertThat(new FeasibleSampler(space, Limits.NONE).largest(new SplittableRandom(1)))
                .isEqualTo(space.last());
        Limits limits = Limits.of(100_000, Long.MAX_VALUE);
        FeasibleSampler sampler = new FeasibleSampler(space, limits);
        Cost largest = cost(space, sampler.largest(new SplittableRandom(1)));
        assertThat(largest.flops()).isBetween(95_000L, 100_000L);
    }

    /** One decision: a convolution of 12 weights on an 8×8 map, or one of 300 weights on a single pixel. */
    private record TradeOffSpace() implements SearchSpace {
        @Override
        public String name() {
            return "trade-off";
        }

        @Override
        public FeatureShape input() {
            return new FeatureShape(3, 8, 8);
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public List<Decision> decisions() {
            return List.of(Decision.operation("block", List.of("early", "late")));
        }

        @Override
        public Network network(Architecture architecture) {
            NetworkBuilder net = new NetworkBuilder(input());
            Value x = architecture.choice(0) == 0
                    ? net.globalPool(net.convolution(net.input(), "early", "conv", 4, 1, 1))
                    : net.convolution(net.globalPool(net.input()), "late", "conv", 100, 1, 1);
            return net.build(
                    net.linear(x, "head" + architecture.choice(0), "linear", 2), FlopsConvention.MULTIPLY_ADDS);
        }

        @Override
        public String format(Architecture architecture) {
            return architecture.toString();
        }

        @Override
        public Architecture parse(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SearchSpace adapt(FeatureShape newInput, int newClasses) {
            throw new UnsupportedOperationException();
        }
    }

    /** Early: 12·64 + 8 = 776 FLOPs, 12 + 10 = 22 parameters. Late: 300 + 200 = 500 FLOPs, 502 parameters. */
    @Test
    void refusesTwoLimitsThatCanNotBeMetTogether() {
        SearchSpace space = new TradeOffSpace();
        assertThat(new FeasibleSampler(space, Limits.of(500, 502)).smallest()).isEqualTo(Architecture.of(1));
        assertThat(new FeasibleSampler(space, Limits.of(776, 22)).smallest()).isEqualTo(Architecture.of(0));
        assertThatThrownBy(() -> new FeasibleSampler(space, Limits.of(600, 100)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("maxFlops and maxParams: 600 together with 100 is not allowed; allowed: what trade-off "
                        + "reaches, for example 500 FLOPs with 502 parameters, or 776 FLOPs with 22 parameters");
    }
}
