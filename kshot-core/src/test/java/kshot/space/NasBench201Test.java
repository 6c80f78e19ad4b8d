package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.rank.BenchmarkTable;
import kshot.search.Enumeration;
import kshot.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NasBench201Test {
    private static final NasBench201 SPACE = NasBench201.cifar10();

    private static Cost cost(NasBench201 space, Architecture architecture) {
        return Cost.of(space.network(architecture));
    }

    /** Every 31st, which meets every operation on every edge. */
    private static List<Architecture> someArchitectures() {
        List<Architecture> all = Enumeration.of(SPACE).toList();
        return IntStream.range(0, all.size() / 31)
                .mapToObj(i -> all.get(31 * i))
                .toList();
    }

    private static Network network(String text) {
        return SPACE.network(SPACE.parse(text));
    }

    /** The benchmark's own counts: of its best known architecture and of the largest, index 1462. */
    @ParameterizedTest
    @CsvSource({
        "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|, 184730250, 1288506",
        "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|, 220119690, 1531546"
    })
    void countsAsTheBenchmark(String text, long flops, long parameters) {
        Cost cost = cost(SPACE, SPACE.parse(text));
        assertThat(cost.flops()).isEqualTo(flops);
        assertThat(cost.parameters()).isEqualTo(parameters);
    }

    /** An edge adds 28,000 parameters and 3,932,160 FLOPs as 1×1, 243,040 and 35,389,440 as 3×3, else nothing. */
    @Test
    void costIsASumOverEdges() {
        assertThat(SPACE.size()).isEqualTo(15_625);
        for (Architecture architecture : someArchitectures()) {
            long small = architecture.stream().filter(option -> option == 2).count();
            long large = architecture.stream().filter(option -> option == 3).count();
            Cost cost = cost(SPACE, architecture);
            assertThat(cost.parameters()).isEqualTo(73_306 + 28_000 * small + 243_040 * large);
            assertThat(cost.flops()).isEqualTo(7_783_050 + 3_932_160 * small + 35_389_440 * large);
        }
    }

    @Test
    void countsOtherDataSets() {
        Architecture largest = Architecture.of(3, 3, 3, 3, 3, 3);
        Cost cifar10 = cost(SPACE, largest);
        Cost cifar100 = cost(SPACE.adapt(SPACE.input(), 100), largest);
        assertThat(cifar100.parameters()).isEqualTo(cifar10.parameters() + 5_850);
        assertThat(cifar100.flops()).isEqualTo(cifar10.flops() + 5_850);
        Cost imagenet = cost(SPACE.adapt(new FeatureShape(3, 16, 16), 120), largest);
        assertThat(imagenet.parameters()).isEqualTo(cifar10.parameters() + 7_150);
        assertThat(imagenet.flops()).isEqualTo((cifar10.flops() - 650) / 4 + 7_800);
    }

    @Test
    void countsAllRowsOfTheBenchmark() {
        BenchmarkTable table = BenchmarkTable.read(SharedData.require("nas-bench-201.csv.gz"));
        List<String> keys = table.keys();
        double[] parameters = table.column("cifar10_params");
        double[] flops = table.column("cifar10_flops");
        Set<Architecture> seen = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            Architecture architecture = SPACE.parse(keys.get(i));
            Cost cost = cost(SPACE, architecture);
            assertThat((double) cost.parameters()).isEqualTo(parameters[i]);
            assertThat((double) cost.flops()).isEqualTo(flops[i]);
            assertThat(SPACE.format(architecture)).isEqualTo(keys.get(i));
            seen.add(architecture);
        }
        assertThat(seen).hasSize(15_625);
    }

    /** 341 networks of the benchmark do not connect their input to their output: those with a constant accuracy. */
    @Test
    void disconnectedNetworksAreThoseOfTheBenchmark() {
        NasBench201 shallow = SPACE.withSkeleton(new Skeleton(4, 1));
        assertThat(Enumeration.of(shallow).filter(a -> !shallow.network(a).isConnected()))
                .hasSize(341);
        BenchmarkTable table = BenchmarkTable.read(SharedData.require("nas-bench-201.csv.gz"));
        double[] accuracies = table.column("cifar10_test");
        for (int i = 0; i < accuracies.length; i++) {
            boolean connected =
                    shallow.network(shallow.parse(table.keys().get(i))).isConnected();
            assertThat(connected).isEqualTo(accuracies[i] != 10);
        }
    }

    /** Cells without scales and shifts: two numbers for each channel of a convolution less, and the same FLOPs. */
    @Test
    void cellsCanDoWithoutScalesAndShifts() {
        Architecture architecture = Architecture.of(3, 2, 1, 0, 4, 0);
        Cost affine = Cost.of(SPACE.network(architecture));
        Cost plain = Cost.of(SPACE.withSkeleton(new Skeleton(16, 5, false)).network(architecture));
        assertThat(affine.parameters() - plain.parameters()).isEqualTo(2 * 2 * 5 * (16 + 32 + 64));
        assertThat(plain.flops()).isEqualTo(affine.flops());
    }

    @Test
    void parseReadsWhatFormatWrites() {
        assertThat(Enumeration.of(SPACE))
                .allMatch(a -> SPACE.parse(SPACE.format(a)).equals(a));
        assertThat(SPACE.format(Architecture.of(0, 1, 2, 3, 4, 0)))
                .isEqualTo("|none~0|+|skip_connect~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "|none~0|",
                "|none~0|+|none~0|none~1|+|none~0|none~1|",
                "|none~0|+|none~0|none~0|+|none~0|none~1|none~2|",
                "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|+",
                "none~0|+|none~0|none~1|+|none~0|none~1|none~2|"
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> SPACE.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("architecture of nas-bench-201: '" + text + "' is not allowed");
    }

    @Test
    void namesAnUnknownOperation() {
        assertThatThrownBy(() -> SPACE.parse("|none~0|+|conv~0|none~1|+|none~0|none~1|none~2|"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("conv is not allowed; allowed: [none, skip_connect,");
    }

    /** Edge 0→1 is convolved, but node 1 leads nowhere: its layers are counted and not live. */
    @Test
    void anEdgeIntoNowhereIsNotLive() {
        Network network = network("|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
        assertThat(network.isConnected()).isTrue();
        Cost cost = Cost.of(network);
        assertThat(cost.flops()).isEqualTo(7_783_050 + 35_389_440);
        assertThat(cost.liveFlops()).isEqualTo(7_783_050);
        assertThat(liveBlocks(network)).noneMatch(block -> block.contains("edge"));
    }

    /** Node 1 gets no signal, so the convolution that reads it yields none, though it leads to the output. */
    @Test
    void anEdgeWithoutSignalIsNotLive() {
        Network network = network("|none~0|+|nor_conv_1x1~0|none~1|+|none~0|nor_conv_3x3~1|skip_connect~2|");
        assertThat(Cost.of(network).liveFlops()).isEqualTo(7_783_050 + 3_932_160);
        assertThat(liveBlocks(network)).noneMatch(block -> block.contains("nor_conv_3x3"));
        assertThat(liveBlocks(network)).contains("stage0.cell0.edge1.nor_conv_1x1");
    }

    /** No path through a cell: only the last layer is left, which yields its bias. */
    @Test
    void aDisconnectedNetworkIsItsLastLayerAlone() {
        Network network = network("|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|");
        assertThat(network.isConnected()).isFalse();
        assertThat(network.liveNodes()).hasSize(1);
        assertThat(network.liveNodes().get(0).layer()).isInstanceOf(Layer.Linear.class);
        assertThat(network.liveNodes().get(0).inputs()).isEmpty();
        assertThat(network.liveParameters())
                .extracting(Parameter::slot)
                .containsExactly("head.linear", "head.linear_bias");
    }

    @Test
    void liveNodesReadLiveNodesOnly() {
        for (Architecture architecture : someArchitectures()) {
            Network network = SPACE.withSkeleton(new Skeleton(4, 1)).network(architecture);
            Set<Integer> live = new HashSet<>();
            network.liveNodes().forEach(node -> {
                assertThat(live).containsAll(node.inputs());
                assertThat(node.layer()).isNotInstanceOf(Layer.Zero.class);
                assertThat(node.inputShapes()).hasSameSizeAs(node.inputs());
                live.add(node.id());
            });
            assertThat(live).contains(network.output().id());
        }
    }

    private static Set<String> liveBlocks(Network network) {
        return network.liveParameters().stream().map(Parameter::block).collect(Collectors.toSet());
    }

    /** As many as the benchmark's own {@code Structure.to_unique_str(True)} gives over all 15,625 cells. */
    @Test
    void hasTheBenchmarksNumberOfDistinctCells() {
        Set<Architecture> canonical = new HashSet<>();
        for (Architecture architecture : Enumeration.of(SPACE).toList()) {
            Architecture representative = SPACE.canonical(architecture);
            canonical.add(representative);
            assertThat(SPACE.canonical(representative)).isEqualTo(representative);
        }
        assertThat(canonical).hasSize(6_466);
        assertThat(someArchitectures())
                .allMatch(a -> SPACE.network(SPACE.canonical(a)).isConnected()
                        == SPACE.network(a).isConnected());
    }

    /**
     * By hand. A convolution into nowhere is nothing; a convolution of the input that node 1 passes on is one straight to the
     * output; which of two paths a convolution is on does not matter; convolutions of different kernels are not the same.
     */
    @ParameterizedTest
    @CsvSource({
        "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|,"
                + "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|, true",
        "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|,"
                + "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|, true",
        "|skip_connect~0|+|none~0|none~1|+|nor_conv_1x1~0|avg_pool_3x3~1|none~2|,"
                + "|skip_connect~0|+|none~0|none~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|, true",
        "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|,"
                + "|nor_conv_1x1~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|, false"
    })
    void knowsEqualCells(String one, String other, boolean equal) {
        assertThat(SPACE.canonical(SPACE.parse(one)).equals(SPACE.canonical(SPACE.parse(other))))
                .isEqualTo(equal);
    }

    /** Every parameter of every architecture is a leading slice of a slot of the supernet. */
    @Test
    void slotsHoldEveryArchitecture() {
        NasBench201 shallow = SPACE.withSkeleton(new Skeleton(4, 1));
        Map<String, WeightShape> slots = new HashMap<>();
        shallow.slots().forEach(slot -> slots.put(slot.slot(), slot.shape()));
        for (Architecture architecture : someArchitectures()) {
            for (Parameter parameter : shallow.network(architecture).parameters()) {
                assertThat(slots).containsEntry(parameter.slot(), parameter.shape());
            }
        }
        // Stem 3, head 4, two reductions of 7, and on 18 edges a 1×1 and a 3×3 convolution of 3 each.
        assertThat(slots).hasSize(3 + 4 + 2 * 7 + 18 * 2 * 3);
    }
}
