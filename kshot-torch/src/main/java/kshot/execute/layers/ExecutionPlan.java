package kshot.execute.layers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Layer;
import kshot.network.Layer.Activation.Function;
import kshot.network.LayerTraits;
import kshot.network.LayerTraits.Fusion;
import kshot.network.Network;
import kshot.network.Node;
import kshot.onednn.NormalizationKernels;

/**
 * The order of work of a pass over a network: its live layers; batch normalisation and the max(·, 0) after it are one step, where
 * that is faster.
 */
final class ExecutionPlan {
    private static final Layer RELU = new Layer.Activation(Function.RELU);

    private final List<Step> steps;
    private final int[] readers;

    /**
     * One step of a pass.
     *
     * @param node the layer, and the values it reads
     * @param value the value it yields
     * @param relu whether max(·, 0) follows at once
     */
    record Step(Node node, int value, boolean relu) {}

    private ExecutionPlan(List<Step> steps, int[] readers) {
        this.steps = steps;
        this.readers = readers;
    }

    /** Plans the pass over the live layers of a network. */
    static ExecutionPlan of(Network network) {
        List<Node> nodes = network.liveNodes();
        int[] readers = new int[network.nodes().size()];
        Map<Integer, Node> reader = new HashMap<>();
        for (Node node : nodes) {
            for (int input : node.inputs()) {
                readers[input]++;
                reader.put(input, node);
            }
        }
        boolean[] done = new boolean[network.nodes().size()];
        List<Step> steps = new ArrayList<>();
        for (Node node : nodes) {
            if (done[node.id()]) {
                continue;
            }
            Node next = readers[node.id()] == 1 ? reader.get(node.id()) : null;
            if (next != null
                    && LayerTraits.of(node).fusion() == Fusion.NORMALIZATION
                    && next.layer().equals(RELU)
                    && NormalizationKernels.isFast(node.shape().channels())) {
                done[next.id()] = true;
                steps.add(new Step(node, next.id(), true));
            } else {
                steps.add(new Step(node, node.id(), false));
            }
        }
        return new ExecutionPlan(steps, readers);
    }

    /** Returns the steps in the order of work. */
    List<Step> steps() {
        return steps;
    }

    /** Returns how often each value is read, by the id of its node. */
    int[] readers() {
        return readers.clone();
    }
}
