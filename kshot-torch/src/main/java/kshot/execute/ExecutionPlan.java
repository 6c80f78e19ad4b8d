package kshot.execute;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Layer;
import kshot.network.Layer.Activation.Function;
import kshot.network.Network;
import kshot.network.Node;
import kshot.onednn.NormalizationKernels;

/**
 * The order of work of a pass over a network: its live layers; batch normalisation and the max(·, 0) after it are one step, where
 * that is faster.
 */
final class ExecutionPlan {
    private final List<Step> steps;
    private final int[] readers;

    /**
     * One step.
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
                    && node.layer() instanceof Layer.BatchNorm norm
                    && isRelu(next)
                    && NormalizationKernels.isFast(norm.channels())) {
                done[next.id()] = true;
                steps.add(new Step(node, next.id(), true));
            } else {
                steps.add(new Step(node, node.id(), false));
            }
        }
        return new ExecutionPlan(steps, readers);
    }

    private static boolean isRelu(Node node) {
        return node.layer() instanceof Layer.Activation activation && activation.function() == Function.RELU;
    }

    List<Step> steps() {
        return steps;
    }

    /** How often each value is read. */
    int[] readers() {
        return readers.clone();
    }
}
