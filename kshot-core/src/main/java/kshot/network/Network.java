package kshot.network;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.network.LayerTraits.Signal;

/**
 * The one description of an architecture: its layers in topological order, the last of them the class scores. Weights
 * are not in it, only their names and the slices in use; the same network runs with merged, single or retrained weights.
 *
 * <p>A network holds every layer the architecture is made of, because benchmarks count them all. Layers that get no
 * signal from the images, or whose value never reaches the class scores, change nothing; {@link #liveNodes()} leaves
 * them out, and that is what is run and exported.
 */
public final class Network {
    private final List<Node> nodes;
    private final FlopsConvention convention;
    private final List<Node> liveNodes;
    private final List<Parameter> parameters;
    private final List<Parameter> liveParameters;

    Network(List<Node> nodes, FlopsConvention convention) {
        this.nodes = List.copyOf(nodes);
        this.convention = convention;
        this.liveNodes = findLiveNodes(this.nodes);
        this.parameters = findParameters(this.nodes);
        this.liveParameters = findParameters(liveNodes);
    }

    /** Returns every layer in topological order: the first is the input, the last yields the class scores. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Returns the node of the images. */
    public Node input() {
        return nodes.get(0);
    }

    /** Returns the node of the class scores. */
    public Node output() {
        return nodes.get(nodes.size() - 1);
    }

    /**
     * Returns the layers that lie on a path from the images to the class scores, in topological order, each reading only live
     * nodes; without {@link Layer.Zero}, and without sums of a single live term, whose readers read that term. The output is
     * always among them; it has no inputs here if no path reaches it, and its value then is its bias.
     */
    public List<Node> liveNodes() {
        return liveNodes;
    }

    /** Returns whether any path leads from the images to the class scores. */
    public boolean isConnected() {
        return !liveNodes.get(liveNodes.size() - 1).inputs().isEmpty();
    }

    /** Returns every learnable tensor, each once, in the order of the layers. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** Returns the learnable tensors of the live layers, each once, in the order of the layers. */
    public List<Parameter> liveParameters() {
        return liveParameters;
    }

    /** Returns how this network's multiply-adds are counted. */
    public FlopsConvention flopsConvention() {
        return convention;
    }

    private static List<Parameter> findParameters(List<Node> nodes) {
        Map<String, Parameter> bySlot = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (Parameter parameter : node.layer().parameters()) {
                Parameter earlier = bySlot.put(parameter.slot(), parameter);
                if (earlier != null && !earlier.equals(parameter)) {
                    throw new IllegalArgumentException("slot " + parameter.slot()
                            + " is used twice in different shapes: " + earlier + ", " + parameter);
                }
            }
        }
        return List.copyOf(bySlot.values());
    }

    private static List<Node> findLiveNodes(List<Node> nodes) {
        BitSet signal = new BitSet(nodes.size());
        for (Node node : nodes) {
            signal.set(node.id(), hasSignal(node, signal));
        }
        BitSet needed = new BitSet(nodes.size());
        needed.set(nodes.size() - 1);
        for (int id = nodes.size() - 1; id >= 0; id--) {
            if (needed.get(id)) {
                for (int input : nodes.get(id).inputs()) {
                    if (signal.get(input)) {
                        needed.set(input);
                    }
                }
            }
        }
        int[] source = new int[nodes.size()];
        List<Node> live = new ArrayList<>();
        for (Node node : nodes) {
            if (needed.get(node.id())) {
                Node restricted = restrict(node, needed, source);
                boolean passesOn = LayerTraits.of(node).signal() == Signal.ANY_INPUT
                        && restricted.inputs().size() == 1;
                source[node.id()] = passesOn ? restricted.inputs().get(0) : node.id();
                if (!passesOn) {
                    live.add(restricted);
                }
            }
        }
        return List.copyOf(live);
    }

    private static boolean hasSignal(Node node, BitSet signal) {
        return switch (LayerTraits.of(node).signal()) {
            case SOURCE -> true;
            case ALL_INPUTS -> node.inputs().stream().allMatch(signal::get);
            case ANY_INPUT -> node.inputs().stream().anyMatch(signal::get);
            case NONE -> false;
        };
    }

    /** Returns a node with its live inputs only, each replaced by the node whose value it passes on. */
    private static Node restrict(Node node, BitSet live, int[] source) {
        List<Integer> inputs = new ArrayList<>();
        List<FeatureShape> shapes = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            int input = node.inputs().get(i);
            if (live.get(input)) {
                inputs.add(source[input]);
                shapes.add(node.inputShapes().get(i));
            }
        }
        return new Node(node.id(), node.layer(), inputs, node.shape(), shapes);
    }
}
