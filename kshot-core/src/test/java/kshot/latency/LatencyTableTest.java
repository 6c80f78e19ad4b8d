package kshot.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Network;
import kshot.search.Enumeration;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.space.shipped.Spaces;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class LatencyTableTest {
    private static final SearchSpace TOY = new ToySpace(3);
    private static final SearchSpace NAS_BENCH = NasBench201.cifar10().withSkeleton(new Skeleton(16, 1));

    /** A table with made-up times, from 1 to 50 µs, of all groups that a space has. */
    static LatencyTable synthetic(SearchSpace space) {
        return new TableBuilder(space)
                .build(network -> 0, done -> {}).groups().keySet().stream()
                        .collect(Collectors.collectingAndThen(
                                Collectors.toMap(
                                        signature -> signature,
                                        signature ->
                                                new Seed(0).generator(signature).nextLong(1_000, 50_001)),
                                times -> new LatencyTable(5_000, times)));
    }

    /** A chain of a 1×1 convolution to 4 channels, a 3×3 one to 16, a 1×1 one to 4, and the head. */
    @Test
    void aPredictionIsTheSumOfItsGroups() {
        LatencyTable table = new LatencyTable(
                5_000,
                Map.of(
                        "a:3x4x4 1:conv1x1/1+0→4(a) 2:bn(1) 3:RELU(2)", 300L,
                        "a:4x4x4 1:conv3x3/1+1→16(a) 2:bn(1) 3:RELU(2)", 20L,
                        "a:16x4x4 1:conv1x1/1+0→4(a) 2:bn(1) 3:RELU(2)", 7L,
                        "a:4x4x4 1:pool(a) 2:linear→2(1)", 40_000L));
        assertThat(table.nanoseconds(TOY.network(Architecture.of(0, 0, 1, 2, 0, 0))))
                .hasValue(45_327);
        assertThat(table.nanoseconds(TOY.network(Architecture.of(0, 0, 1, 2, 0, 1))))
                .as("its last width was not measured")
                .isEmpty();
    }

    @Test
    void aNetworkThatIsNeverExportedHasNoTime() {
        SearchSpace space = NAS_BENCH;
        LatencyTable table = synthetic(space);
        assertThat(table.nanoseconds(space.network(Architecture.of(0, 0, 0, 0, 0, 0))))
                .isEmpty();
        assertThat(table.nanoseconds(space.network(Architecture.of(0, 0, 0, 1, 0, 0))))
                .isPresent();
    }

    @Test
    void noDrawLeavesTheLimit() {
        for (SearchSpace space : List.of(Spaces.named("small"), NAS_BENCH, new ToySpace(8))) {
            LatencyTable table = synthetic(space);
            SplittableRandom random = new SplittableRandom(1);
            long[] times = random.longs(200)
                    .mapToObj(seed -> space.network(space.sample(new SplittableRandom(seed))))
                    .mapToLong(network -> table.nanoseconds(network).orElse(Long.MAX_VALUE))
                    .sorted()
                    .toArray();
            long most = times[20];
            FeasibleSampler sampler = new FeasibleSampler(space, Limits.NONE.and(table.limit(most / 1e6)));
            Set<Architecture> drawn = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                Architecture architecture = sampler.sample(random);
                assertThat(table.nanoseconds(space.network(architecture)).orElse(Long.MAX_VALUE))
                        .isLessThanOrEqualTo(most);
                drawn.add(architecture);
            }
            assertThat(drawn).hasSizeGreaterThan(100);
            assertThat(table.nanoseconds(space.network(sampler.largest(random))).orElse(Long.MAX_VALUE))
                    .isLessThanOrEqualTo(most);
        }
    }

    /** By looking at all 216 architectures, and at all of NAS-Bench-201. */
    @Test
    void anImpossibleLimitIsRefusedWithTheSmallestTimeOfAll() {
        for (SearchSpace space : List.of(TOY, NAS_BENCH)) {
            LatencyTable table = synthetic(space);
            ToLongFunction<Architecture> time =
                    a -> table.nanoseconds(space.network(a)).orElse(Long.MAX_VALUE);
            long least = Enumeration.of(space).mapToLong(time).min().orElseThrow();
            Limits possible = Limits.NONE.and(table.limit(least / 1e6));
            assertThat(time.applyAsLong(new FeasibleSampler(space, possible).smallest()))
                    .isEqualTo(least);
            Limits impossible = Limits.NONE.and(table.limit((least - 1) / 1e6));
            assertThatThrownBy(() -> FeasibleSampler.requireReachable(space, impossible))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("maxLatencyMs: " + milliseconds(least - 1)
                            + " is not allowed; allowed: at least " + milliseconds(least) + ", the smallest in "
                            + space.name());
        }
    }

    private static String milliseconds(long nanoseconds) {
        return BigDecimal.valueOf(nanoseconds, 6).stripTrailingZeros().toPlainString();
    }

    @Test
    void limitsOfSeveralCostsHoldTogether() {
        LatencyTable table = synthetic(TOY);
        Limits limits = Limits.of(30_000, 3_000).and(table.limit(0.12));
        FeasibleSampler sampler = new FeasibleSampler(TOY, limits);
        List<Architecture> inside = Enumeration.of(TOY).filter(sampler::allows).toList();
        assertThat(inside).isNotEmpty().allSatisfy(architecture -> {
            Network network = TOY.network(architecture);
            assertThat(Limits.of(30_000, 3_000).allow(network)).isTrue();
            assertThat(table.nanoseconds(network).orElseThrow()).isLessThanOrEqualTo(120_000);
        });
    }
}
