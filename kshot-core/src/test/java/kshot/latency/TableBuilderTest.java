package kshot.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.search.Enumeration;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.space.shipped.Spaces;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class TableBuilderTest {
    private static final long SESSION = 4_000;

    /** A machine on which each multiply-add takes a nanosecond, and each run 4 µs. */
    private static long ideal(Network network) {
        return SESSION + Cost.of(network).liveFlops();
    }

    @Test
    void isCompleteForEveryArchitecture() {
        for (SearchSpace space : List.of(new ToySpace(3), NasBench201.cifar10().withSkeleton(new Skeleton(16, 1)))) {
            LatencyTable table = new TableBuilder(space).build(network -> 7, done -> {});
            assertThat(Enumeration.of(space)
                            .map(space::network)
                            .filter(Network::isConnected)
                            .filter(network -> table.nanoseconds(network).isEmpty()))
                    .isEmpty();
        }
    }

    /** Where the time is a sum, the table finds its terms again; frames are not quite symmetric, so up to 10 %. */
    @Test
    void findsTheTermsOfASum() {
        SearchSpace space = new ToySpace(3);
        LatencyTable table = new TableBuilder(space).build(TableBuilderTest::ideal, done -> {});
        assertThat(table.session()).isBetween(SESSION, SESSION + 10);
        assertThat(Enumeration.of(space).map(space::network))
                .allSatisfy(network -> assertThat(
                                (double) table.nanoseconds(network).orElseThrow() / ideal(network))
                        .isBetween(0.9, 1.1));
    }

    /** Every network is slowed down at random in four rounds of five, by up to a hundred times. */
    @Test
    void disturbancesDoNotCount() {
        SearchSpace space = new ToySpace(3);
        SplittableRandom random = new SplittableRandom(1);
        Map<Network, Integer> quiet = new HashMap<>();
        Map<Network, AtomicInteger> round = new HashMap<>();
        AtomicInteger last = new AtomicInteger();
        TableBuilder builder = new TableBuilder(space);
        LatencyTable disturbed = builder.build(
                network -> {
                    int quietRound = quiet.computeIfAbsent(network, n -> random.nextInt(1, TableBuilder.ROUNDS + 1));
                    boolean isQuiet = round.computeIfAbsent(network, n -> new AtomicInteger())
                                    .incrementAndGet()
                            == quietRound;
                    return ideal(network) * (isQuiet ? 1 : random.nextInt(1, 100));
                },
                last::set);
        assertThat(disturbed).isEqualTo(builder.build(TableBuilderTest::ideal, done -> {}));
        assertThat(last).hasValue(builder.measurements());
    }

    /** In whole networks all that a session does not take takes twice as long; each group is rounded to a nanosecond. */
    @Test
    void theFactorComesFromWholeNetworks() {
        SearchSpace space = new ToySpace(3);
        LatencyTable plain = new TableBuilder(space).build(TableBuilderTest::ideal, done -> {});
        LatencyTable slower = new TableBuilder(space)
                .build(
                        network -> {
                            boolean whole = network.input().shape().equals(space.input()); // a probe's is grey
                            return whole ? plain.session() + 2 * (ideal(network) - plain.session()) : ideal(network);
                        },
                        done -> {});
        assertThat(slower.session()).isEqualTo(plain.session());
        plain.groups()
                .forEach((signature, time) ->
                        assertThat(slower.groups().get(signature)).isBetween(2 * time - 1, 2 * time + 1));
    }

    /** Times that were measured elsewhere make the same table as times that are measured here. */
    @Test
    void theTableFollowsFromTheTimes() {
        TableBuilder builder = new TableBuilder(new ToySpace(3));
        Map<String, Long> times = new HashMap<>();
        builder.networks().forEach((name, network) -> times.put(name, ideal(network)));
        assertThat(builder.table(times)).isEqualTo(builder.build(TableBuilderTest::ideal, done -> {}));
        assertThat(builder.measurements()).isEqualTo(TableBuilder.ROUNDS * times.size());
        times.remove("frame 1x1x1");
        assertThatThrownBy(() -> builder.table(times)).hasMessage("no time of frame 1x1x1");
    }

    @Test
    void aTableOfAnotherSpaceIsNotComplete() {
        TableBuilder builder = new TableBuilder(new ToySpace(3));
        LatencyTable table = builder.build(TableBuilderTest::ideal, done -> {});
        assertThat(builder.isComplete(table)).isTrue();
        assertThat(new TableBuilder(Spaces.named("small")).isComplete(table)).isFalse();
        assertThat(builder.isComplete(new LatencyTable(1, Map.of()))).isFalse();
    }
}
