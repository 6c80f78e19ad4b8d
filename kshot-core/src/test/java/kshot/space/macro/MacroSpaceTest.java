package kshot.space.macro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.space.Architecture;
import kshot.space.ArchitectureLayer;
import kshot.space.Covers;
import kshot.space.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacroSpaceTest {

    /** A space on 4×8×8 images with 2 classes: its linear layer has (channels + 1) · 2 parameters. */
    private static MacroSpace space(String... layers) {
        return MacroSpaceReader.read(
                "test.yaml",
                "name: test\ninput: {channels: 4, size: 8}\nclasses: 2\nlayers:\n" + "  - "
                        + String.join("\n  - ", layers) + "\nhead: [global_pool, linear]\n");
    }

    // Counted by hand for 4×8×8 images, 64 pixels; BN has 2 parameters a channel; the linear layer has (c + 1) · 2
    // parameters and 2 c multiply-adds.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // 4·8·9 + 16; 288 · 64
                "conv: {out: 8}                                          | 304 + 18 | 18432 + 16",
                // stride 2: 16 pixels
                "conv: {out: 8, kernel: 5, stride: 2, activation: none}  | 816 + 18 | 12800 + 16",
                // 4·9 + 8, 4·8 + 16; (36 + 32) · 64
                "separable: {out: 8}                                     | 92 + 18  | 4352 + 16",
                // 4·8 + 16, 8·9 + 16, 8·4 + 8; (32 + 72 + 32) · 64
                "inverted_residual: {expansion: 2}                       | 176 + 10 | 8704 + 8",
                // no expansion: 4·9 + 8, 4·6 + 12; (36 + 24) · 64
                "inverted_residual: {expansion: 1, out: 6}               | 80 + 14  | 3840 + 12",
                // 4·6 + 12, 6·25 + 12 with stride 2, 6·8 + 16; 24 · 64 + (150 + 48) · 16
                "inverted_residual: {hidden: 6, kernel: 5, stride: 2, out: 8} | 262 + 18 | 4704 + 16",
                // 4·8 + 16, 8·9 + 16, 8·2 + 2, 2·8 + 8, 8·4 + 8; 136 · 64 + 32
                "inverted_residual: {expansion: 2, squeeze_excite: true} | 218 + 10 | 8736 + 8",
                // squeezed to max(1, 8 / 16) = 1: 8 + 1 + 8 + 8 instead of 42
                "inverted_residual: {expansion: 2, squeeze_excite: {reduction: 16, gate: sigmoid}} | 201 + 10 | 8720 + 8",
                // 4·4·9 + 8, twice; 288 · 64
                "residual: {}                                            | 304 + 10 | 18432 + 8",
                "residual: {skip: false, out: 4}                         | 304 + 10 | 18432 + 8",
                // 4·8·9 + 16, 8·8·9 + 16, 4·8 + 16; (288 + 576 + 32) · 16
                "residual: {out: 8, stride: 2}                           | 944 + 18 | 14336 + 16",
                // 4·2·9 + 4, 2·8·9 + 16 without shortcut; (72 + 144) · 64
                "residual: {out: 8, hidden: 2, skip: false}              | 236 + 18 | 13824 + 16",
                "identity                                                | 0 + 10   | 0 + 8",
                // 4·8 + 16; 32 · 16
                "identity: {out: 8, stride: 2}                           | 48 + 18  | 512 + 16",
                "max_pool: {stride: 2}                                   | 0 + 10   | 0 + 8",
                // 4·8 + 16; 32 · 16
                "average_pool: {kernel: 2, stride: 2, out: 8}            | 48 + 18  | 512 + 16",
            })
    void blocksCostWhatTheyDoByHand(String block, String parameters, String flops) {
        MacroSpace space = space(block);
        Cost cost = Cost.of(space.network(space.last()));
        assertThat(cost).isEqualTo(new Cost(sum(parameters), sum(flops), sum(flops)));
    }

    private static long sum(String terms) {
        long sum = 0;
        for (String term : terms.split(" \\+ ", -1)) {
            sum += Long.parseLong(term.strip());
        }
        return sum;
    }

    private static long count(Network network, Class<? extends Layer> kind) {
        return network.nodes().stream()
                .map(Node::layer)
                .filter(kind::isInstance)
                .count();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inverted_residual: {}                     | 1",
                "inverted_residual: {out: 4}               | 1",
                "inverted_residual: {out: 5}               | 0",
                "inverted_residual: {stride: 2}            | 0",
                "residual: {}                              | 1",
                "residual: {out: 5}                        | 1",
                "residual: {skip: false}                   | 0",
                "max_pool: {}                              | 0",
            })
    void addsTheInputWhereItFits(String block, int sums) {
        MacroSpace space = space(block);
        assertThat(count(space.network(space.last()), Layer.Add.class)).isEqualTo(sums);
    }

    @Test
    void namedWidthsAreTiedAndTheOthersAreNot() {
        MacroSpace space = MacroSpaceReader.read("test.yaml", """
                name: test
                input: {channels: 3, size: 8}
                classes: 2
                widths: {w: [2, 4]}
                layers:
                  - conv: {out: w}
                  - repeat: {times: 2, of: [{residual: {hidden: [3, 5], out: w}}]}
                head: [global_pool, linear]
                """);
        assertThat(space.decisions())
                .containsExactly(
                        Decision.width("w", List.of("2", "4"), List.of(2, 4)),
                        Decision.width("repeat1.round1.layer1.hidden", List.of("3", "5"), List.of(3, 5)),
                        Decision.width("repeat1.round2.layer1.hidden", List.of("3", "5"), List.of(3, 5)));
        Network network = space.network(space.parse("2-5-3"));
        assertThat(network.parameters())
                .filteredOn(p -> p.name().startsWith("conv") && !p.name().contains("bn"))
                .extracting(Parameter::slot, Parameter::shape)
                .containsExactly(
                        tuple("layer1.conv", new WeightShape(2, 3, 3)),
                        tuple("repeat1.round1.layer1.conv1", new WeightShape(5, 2, 3)),
                        tuple("repeat1.round1.layer1.conv2", new WeightShape(2, 5, 3)),
                        tuple("repeat1.round2.layer1.conv1", new WeightShape(3, 2, 3)),
                        tuple("repeat1.round2.layer1.conv2", new WeightShape(2, 3, 3)));
    }

    @Test
    void sumsTheChannelsThatBothHave() {
        MacroSpace space = space("conv: {out: [2, 4]}", "inverted_residual: {out: [2, 4]}");
        assertThat(count(space.network(space.parse("2-4")), Layer.LeadingChannels.class))
                .isEqualTo(1);
        assertThat(count(space.network(space.parse("4-2")), Layer.LeadingChannels.class))
                .isEqualTo(1);
        assertThat(count(space.network(space.parse("4-4")), Layer.LeadingChannels.class))
                .isZero();
        assertThat(count(space.network(space.parse("2-2")), Layer.Add.class)).isEqualTo(1);
    }

    @Test
    void anIdentityPassesOnWhatComes() {
        MacroSpace space =
                space("stage: {out: [2, 4], depth: 2, block: {choice: [{conv: {}}, identity]}}", "conv: {out: 3}");
        List<ArchitectureLayer> layers = space.layers(space.parse("conv_k3:2-id:4"));
        assertThat(layers.get(1))
                .isEqualTo(new ArchitectureLayer("stage1.layer2", "id", "id", 0, new FeatureShape(2, 8, 8), 4));
        // The width that the identity leaves alone doesn't matter.
        assertThat(space.format(space.canonical(space.parse("conv_k3:2-id:2")))).isEqualTo("conv_k3:2-id:4");
    }

    @Test
    void decisionsMoveWithTheirLayer() {
        MacroSpace space =
                space("stage: {out: [2, 4], depth: 4, block: {choice: [{conv: {}}, {residual: {}}, identity]}}");
        assertThat(space.format(space.canonical(space.parse("conv_k3:2-id:2-conv_k3:2-res_k3:4"))))
                .isEqualTo("conv_k3:2-conv_k3:2-res_k3:4-id:4");
    }

    @Test
    void eachRepetitionDecidesForItselfAndChoicesNest() {
        MacroSpace space = space(
                "repeat: {times: 2, of: [{choice: {"
                        + "a: identity, "
                        + "b: [{conv: {out: [2, 3]}}, {choice: [{conv: {out: 9}}, {max_pool: {}}]}]}}]}",
                "inverted_residual: {out: 4}");
        assertThat(space.decisions())
                .extracting(Decision::name)
                .containsExactly(
                        "repeat1.round1.layer1",
                        "repeat1.round1.layer1.b.1.out",
                        "repeat1.round1.layer1.b.2",
                        "repeat1.round2.layer1",
                        "repeat1.round2.layer1.b.1.out",
                        "repeat1.round2.layer1.b.2");
        assertThat(space.size()).isEqualTo(64);
        Covers.requireCover(space, new Seed(3).generator("nested"), 500);
        assertThat(space.slots()).extracting(Parameter::slot).contains("repeat1.round2.layer1.b.2.conv_k3.conv");
        // Where a is chosen, what b contains doesn't matter.
        assertThat(space.canonical(Architecture.of(0, 0, 0, 0, 1, 0))).isEqualTo(Architecture.of(0, 1, 1, 0, 1, 1));
    }

    @Test
    void coversOptionsOfDifferentWidthsInAnyOrder() {
        MacroSpace space = space(
                "choice: {a: {conv: {out: 9}}, b: {conv: {out: 3}}, c: identity}",
                "choice: {a: {inverted_residual: {out: 2}}, b: identity}",
                "conv: {out: [2, 7]}");
        Covers.requireCover(space, new Seed(4).generator("widths"), 500);
        assertThat(space.slots())
                .contains(new Parameter("layer3", "conv", Parameter.Role.CONVOLUTION, new WeightShape(7, 9, 3)));
    }

    @Test
    void theStrideOfAStageIsThatOfItsFirstBlock() {
        MacroSpace space =
                space("stage: {out: 6, stride: 2, depth: 2, block: {choice: {a: [{conv: {}}, {conv: {}}]}}}");
        assertThat(space.layers(space.last()))
                .extracting(ArchitectureLayer::shape)
                .startsWith(new FeatureShape(6, 4, 4), new FeatureShape(6, 4, 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conv_k3:2    | choice 2 (layer1.out): '2' is not allowed; allowed: 4, 8",
                "conv_k4:4    | choice 1 (layer1): 'conv_k4' is not allowed; allowed: conv_k3, conv_k5",
            })
    void wrongChoicesAreNamed(String text, String message) {
        MacroSpace space = space("stage: {out: [4, 8], depth: 1, block: {choice: [{conv: {kernel: [3, 5]}}]}}");
        assertThatThrownBy(() -> space.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("architecture of test, " + message.replace("layer1", "stage1.layer1"));
        assertThatThrownBy(() -> space.parse("conv_k3-4"))
                .hasMessage("architecture of test: 'conv_k3-4' is not allowed; allowed: ':' between the choices of a"
                        + " layer and '-' between layers: conv_k3:4");
        assertThatThrownBy(() -> space.parse(""))
                .hasMessage("architecture of test: '' with 0 choices is not allowed; allowed: 2 choices, for example"
                        + " conv_k5:8");
    }

    // With stride 2 in every layer an identity projects, and where it stands matters.
    @Test
    void identitiesThatChangeTheMapStayWhereTheyAre() {
        MacroSpace space = space("stage: {out: 4, depth: 3, block: {choice: {"
                + "a: {conv: {kernel: 5, stride: 2}}, b: {identity: {stride: 2}}}}}");
        for (String text : List.of("a-b-a", "b-a-a", "a-a-b")) {
            assertThat(space.format(space.canonical(space.parse(text)))).isEqualTo(text);
        }
    }

    @Test
    void windowsAndStridesThatDoNotFitAreRefused() {
        MacroSpace space = space("identity: {stride: 8}", "average_pool: {kernel: 2}");
        assertThatThrownBy(() -> space.network(Architecture.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernel of the pooling layer2: 2 is not allowed; allowed: at most 1, as its map is 4x1x1");
        assertThatThrownBy(() -> space("repeat: {times: 100, of: [{identity: {stride: 16}}]}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("images of test: 4x8x8 is not allowed; allowed: at least 65536 pixels");
    }

    /** 4 channels in and out: hidden widths are 12 and 24, and those of squeeze-excite a quarter. */
    @Test
    void invertedResidualsShareWeightsIfAskedFor() {
        String layers = """
                layers:
                  - choice: [{inverted_residual: {kernel: [3, 5], expansion: [3, 6], squeeze_excite: [false, true]}}, identity]
                head: [global_pool, linear]
                """;
        String head = "name: test\ninput: {channels: 4, size: 8}\nclasses: 2\n";
        assertThat(convolutions(MacroSpaceReader.read("test", head + "weights: shared\n" + layers)))
                .containsExactlyInAnyOrder(
                        "layer1.expand 24x4x1",
                        "layer1.depthwise_k3 24x1x3",
                        "layer1.depthwise_k5 24x1x5",
                        "layer1.se_reduce 6x24x1",
                        "layer1.se_expand 24x6x1",
                        "layer1.project 4x24x1");
        // Four options without, four with the two convolutions of squeeze-excite.
        assertThat(convolutions(MacroSpaceReader.read("test", head + layers))).hasSize(4 * 3 + 4 * 5);
    }

    @Test
    void residualsShareConvolutionsOfOneSizeIfAskedFor() {
        String layers = """
                layers:
                  - choice: [{residual: {kernel: [3, 5], squeeze_excite: [false, true]}}, identity]
                head: [global_pool, linear]
                """;
        String head = "name: test\ninput: {channels: 4, size: 8}\nclasses: 2\n";
        assertThat(convolutions(MacroSpaceReader.read("test", head + "weights: shared\n" + layers)))
                .containsExactlyInAnyOrder(
                        "layer1.res_k3.conv1 4x4x3",
                        "layer1.res_k3.conv2 4x4x3",
                        "layer1.res_k3.se_reduce 1x4x1",
                        "layer1.res_k3.se_expand 4x1x1",
                        "layer1.res_k5.conv1 4x4x5",
                        "layer1.res_k5.conv2 4x4x5",
                        "layer1.res_k5.se_reduce 1x4x1",
                        "layer1.res_k5.se_expand 4x1x1");
        // Two options without, two with the two convolutions of squeeze-excite.
        assertThat(convolutions(MacroSpaceReader.read("test", head + layers))).hasSize(2 * 2 + 2 * 4);
    }

    /**
     * Two convolutions of 4 × 4 × 3 × 3 on 64 pixels, squeeze-excite of 4 → 1 → 4, a linear layer of 4 × 2; normalisations have 2
     * parameters a channel, and squeeze-excite and the linear layer have biases.
     */
    @Test
    void residualsMaySqueezeAndExcite() {
        MacroSpace space = MacroSpaceReader.read("test", """
                name: test
                input: {channels: 4, size: 8}
                classes: 2
                layers: [{choice: [{residual: {squeeze_excite: true}}]}]
                head: [global_pool, linear]
                """);
        assertThat(space.format(space.last())).isEqualTo("res_k3_se");
        Cost cost = Cost.of(space.network(space.last()));
        assertThat(cost.flops()).isEqualTo(2 * 64 * 4 * 4 * 9 + 2 * 4 + 4 * 2);
        assertThat(cost.parameters()).isEqualTo(2 * 4 * 4 * 9 + 2 * 2 * 4 + (4 + 1) + (4 + 4) + (8 + 2));
    }

    private static List<String> convolutions(MacroSpace space) {
        return space.slots().stream()
                .filter(slot -> slot.role() == Parameter.Role.CONVOLUTION || slot.role() == Parameter.Role.DEPTHWISE)
                .map(slot -> slot.slot() + " " + slot.shape().out() + "x"
                        + slot.shape().in() + "x" + slot.shape().kernel())
                .toList();
    }
}
