package kshot.execute.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import org.junit.jupiter.api.Test;

class ExecutionPlanTest {
    private static List<ExecutionPlan.Step> steps(Network network, Class<? extends Layer> kind) {
        return ExecutionPlan.of(network).steps().stream()
                .filter(step -> kind.isInstance(step.node().layer()))
                .toList();
    }

    /**
     * Three cells of six convolutions, each with one max(·, 0) for each of three nodes; two reductions with two; one at the end. A sum
     * is read by those of the third nodes, of the first nodes but in the first cell, which follows the stem, and by the first one of
     * each reduction: 3 + 2 + 2. The others read a normalisation: of the stem, of each second node, inside each reduction, at the end.
     */
    @Test
    void aNormalisationAndTheActivationAfterItAreOneStep() {
        NasBench201 space = new NasBench201(16, 1, new FeatureShape(3, 32, 32), 10);
        Network network = space.network(Architecture.of(3, 3, 3, 3, 3, 3));
        assertThat(steps(network, Layer.Activation.class)).hasSize(3 + 2 + 2);
        assertThat(steps(network, Layer.BatchNorm.class).stream().filter(ExecutionPlan.Step::relu))
                .hasSize(1 + 3 + 2 + 1);
    }

    @Test
    void aNormalisationThatOthersReadTooKeepsItsOwnValue() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 8, 8));
        Value norm = net.batchNorm(net.convolution(net.input(), "stem", "conv", 16, 3, 1), "stem", "bn");
        Value sum = net.sum(List.of(net.relu(norm), norm));
        Network network =
                net.build(net.linear(net.globalPool(sum), "head", "linear", 2), FlopsConvention.MULTIPLY_ADDS);
        assertThat(steps(network, Layer.BatchNorm.class)).noneMatch(ExecutionPlan.Step::relu);
        assertThat(steps(network, Layer.Activation.class)).hasSize(1);
    }

    /** oneDNN is slow at both in one for channels that are no multiple of 16. */
    @Test
    void oddNumbersOfChannelsAreNormalisedAlone() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(3, 8, 8));
        Value norm = net.batchNorm(net.convolution(net.input(), "stem", "conv", 24, 3, 1), "stem", "bn");
        Network network = net.build(
                net.linear(net.globalPool(net.relu(norm)), "head", "linear", 2), FlopsConvention.MULTIPLY_ADDS);
        assertThat(steps(network, Layer.BatchNorm.class)).noneMatch(ExecutionPlan.Step::relu);
        assertThat(steps(network, Layer.Activation.class)).hasSize(1);
    }
}
