package kshot.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.network.Node;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerGroupTest {
    /** A gated block with a skip of another width: what ONNX Runtime makes of it was looked up in its optimised graph. */
    private static Network block() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(1, 8, 8));
        Value x = net.relu(net.batchNorm(net.convolution(net.input(), "stem", "conv", 4, 3, 2), "stem", "bn"));
        Value wide = net.relu(net.batchNorm(net.depthwise(x, "block", "depthwise", 3, 1), "block", "bn1"));
        Value squeezed = net.relu(net.pointwiseWithBias(net.globalPool(wide), "block", "squeeze", 2));
        Value gate = net.activation(
                net.pointwiseWithBias(squeezed, "block", "expand", 4), Layer.Activation.Function.HSIGMOID);
        Value narrow =
                net.batchNorm(net.convolution(net.gate(wide, gate), "block", "project", 6, 1, 1), "block", "bn2");
        Value sum = net.sum(List.of(narrow, net.leadingChannels(x, 6)));
        return net.build(net.linear(net.globalPool(net.relu(sum)), "head", "linear", 3), FlopsConvention.MULTIPLY_ADDS);
    }

    @Test
    void layersThatRunAsOneAreOneGroup() {
        assertThat(LayerGroup.of(block()).stream().map(LayerGroup::signature))
                .containsExactly(
                        "a:1x8x8 1:conv3x3/2+1→4(a) 2:bn(1) 3:RELU(2)",
                        "a:4x4x4 1:depthwise3x3/1+1→4(a) 2:bn(1) 3:RELU(2)",
                        "a:4x4x4 1:pool(a) 2:conv1x1/1+0+bias→2(1) 3:RELU(2) 4:conv1x1/1+0+bias→4(3) 5:HSIGMOID(4)"
                                + " 6:gate(a,5)",
                        "a:4x4x4 b:4x4x4 1:conv1x1/1+0→6(a) 2:bn(1) 3:first→6(b) 4:add(2,3)",
                        "a:6x4x4 1:RELU(a)",
                        "a:6x4x4 1:pool(a) 2:linear→3(1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "nas-bench-201", "nas-bench-macro", "mobilenetv2-se"})
    void everyLiveLayerIsInOneGroupThatIsReadByItsLastNodeAlone(String name) {
        SearchSpace space = Spaces.named(name);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            Network network = space.network(space.sample(random));
            if (!network.isConnected()) {
                continue;
            }
            List<LayerGroup> groups = LayerGroup.of(network);
            assertThat(groups.stream().flatMap(group -> group.nodes().stream()))
                    .containsExactlyInAnyOrderElementsOf(
                            network.liveNodes().subList(1, network.liveNodes().size()));
            TreeSet<Integer> readable = new TreeSet<>(List.of(network.input().id()));
            for (LayerGroup group : groups) {
                assertThat(readable).containsAll(group.inputs().keySet());
                readable.add(group.nodes().get(group.nodes().size() - 1).id());
            }
        }
    }

    /** A probe has the group's layers as they are, of the same signature, and so can be timed in its place. */
    @ParameterizedTest
    @ValueSource(strings = {"small", "nas-bench-201"})
    void aProbeHoldsItsGroup(String name) {
        SearchSpace space = Spaces.named(name);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 20; i++) {
            Network network = space.network(space.sample(random));
            for (LayerGroup group : network.isConnected() ? LayerGroup.of(network) : List.<LayerGroup>of()) {
                Network probe = group.probe();
                assertThat(probe.nodes().stream().map(Node::layer).toList())
                        .containsAll(group.nodes().stream().map(Node::layer).toList());
                assertThat(probe.isConnected()).isTrue();
            }
        }
    }
}
