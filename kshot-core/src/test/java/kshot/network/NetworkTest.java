package kshot.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import kshot.network.NetworkBuilder.Value;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final FeatureShape IMAGES = new FeatureShape(3, 8, 8);

    /** 3×8×8 → conv 3×3 stride 2 to 4×4×4 → BN → pool → linear to 5. */
    @Test
    void costByHand() {
        NetworkBuilder net = new NetworkBuilder(IMAGES);
        Value x = net.batchNorm(net.convolution(net.input(), "a", "conv", 4, 3, 2), "a", "bn");
        assertThat(x.shape()).isEqualTo(new FeatureShape(4, 4, 4));
        x = net.linear(net.globalPool(x), "head", "linear", 5);
        Cost cost = Cost.of(net.build(x, FlopsConvention.MULTIPLY_ADDS));
        assertThat(cost.parameters()).isEqualTo(4 * 3 * 9 + 2 * 4 + 4 * 5 + 5);
        assertThat(cost.flops()).isEqualTo(4 * 3 * 9 * 16 + 4 * 5);
        assertThat(cost.liveFlops()).isEqualTo(cost.flops());
    }

    @Test
    void aDepthwiseConvolutionCountsOneInputForEachOutput() {
        NetworkBuilder net = new NetworkBuilder(IMAGES);
        Value x = net.depthwise(net.input(), "a", "conv", 5, 1);
        x = net.linear(net.globalPool(x), "head", "linear", 2);
        Cost cost = Cost.of(net.build(x, FlopsConvention.MULTIPLY_ADDS_AND_LINEAR_BIAS));
        assertThat(cost.flops()).isEqualTo(3 * 25 * 64 + 3 * 2 + 2);
        assertThat(cost.parameters()).isEqualTo(3 * 25 + 3 * 2 + 2);
    }

    @Test
    void equalLayersOfEqualInputsAreOne() {
        NetworkBuilder net = new NetworkBuilder(IMAGES);
        Value relu = net.relu(net.input());
        assertThat(net.relu(net.input())).isSameAs(relu);
        assertThat(net.relu(relu)).isNotSameAs(relu);
        assertThat(net.sum(List.of(relu))).isSameAs(relu);
    }

    /** A gate is dead as soon as one of its inputs is; a sum lives as long as any does. */
    @Test
    void signalsPassGatesAndSums() {
        NetworkBuilder net = new NetworkBuilder(IMAGES);
        Value factors = net.globalPool(net.zero(net.input()));
        Value gated = net.gate(net.convolution(net.input(), "dead", "conv", 3, 1, 1), factors);
        Value x = net.sum(List.of(gated, net.convolution(net.input(), "live", "conv", 3, 1, 1)));
        x = net.linear(net.globalPool(x), "head", "linear", 2);
        Network network = net.build(x, FlopsConvention.MULTIPLY_ADDS);
        assertThat(network.liveParameters()).extracting(Parameter::block).containsOnly("live", "head");
        assertThat(network.parameters()).extracting(Parameter::block).contains("dead");
    }

    @Test
    void refusesWhatDoesNotFit() {
        NetworkBuilder net = new NetworkBuilder(IMAGES);
        Value narrow = net.convolution(net.input(), "a", "conv", 2, 1, 1);
        assertThatThrownBy(() -> net.sum(List.of(net.input(), narrow))).hasMessageContaining("equal shapes");
        assertThatThrownBy(() -> net.build(narrow, FlopsConvention.MULTIPLY_ADDS))
                .hasMessage("a network ends with its linear layer");
        assertThatThrownBy(() -> net.averagePool(net.input(), 9, 1, 0)).hasMessageContaining("does not fit");
        net.convolution(net.input(), "b", "conv", 2, 1, 1);
        Value wide = net.convolution(net.input(), "b", "conv", 4, 1, 1);
        Value out = net.linear(net.globalPool(wide), "head", "linear", 2);
        assertThatThrownBy(() -> net.build(out, FlopsConvention.MULTIPLY_ADDS))
                .hasMessageContaining("slot b.conv is used twice in different shapes");
    }
}
