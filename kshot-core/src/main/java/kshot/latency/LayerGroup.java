package kshot.latency;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.LayerTraits;
import kshot.network.LayerTraits.Fusion;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.network.Node;

/**
 * A group of live layers that are timed as one, because ONNX Runtime executes them as one operator, or because none of them takes a
 * time of its own: a convolution with the normalisation and the activation that alone read it, and with a sum of two terms
 * that does; a sum with the terms that it cuts or pads; a global pool and what works on its single pixels, as
 * squeeze-and-excitation and the head do, up to what reads these. Every live layer but the images is in exactly one.
 *
 * <ul>
 *   <li>a convolution with the normalisation, the activation and the sum of two terms that follow it, each the only
 *       reader of the one before;
 *   <li>a sum with the terms that it cuts or pads;
 *   <li>a global pool with the layers that work on its single pixels, as in squeeze-and-excitation and in the head, and
 *       the layer that reads these.
 * </ul>
 *
 * @param nodes the nodes in topological order; only the last is read by layers outside of the group
 */
public record LayerGroup(List<Node> nodes) {
    public LayerGroup {
        nodes = List.copyOf(nodes);
    }

    /** Returns the groups of a network, in topological order. */
    public static List<LayerGroup> of(Network network) {
        List<Node> live = network.liveNodes();
        Map<Integer, List<Node>> readers = new HashMap<>();
        live.forEach(node -> node.inputs().stream()
                .distinct()
                .forEach(input ->
                        readers.computeIfAbsent(input, id -> new ArrayList<>()).add(node)));
        BitSet squeezed = squeezed(live);
        int[] group = new int[network.nodes().size()];
        TreeMap<Integer, List<Node>> groups = new TreeMap<>();
        for (int i = live.size() - 1; i > 0; i--) {
            Node node = live.get(i);
            List<Node> itsReaders = readers.getOrDefault(node.id(), List.of());
            List<Integer> wanted = itsReaders.stream()
                    .map(reader -> squeezed.get(node.id()) || isFused(node, reader) ? group[reader.id()] : node.id())
                    .distinct()
                    .toList();
            int last = wanted.size() == 1 ? wanted.get(0) : node.id();
            group[node.id()] = last;
            groups.computeIfAbsent(last, id -> new ArrayList<>()).add(0, node);
        }
        return groups.values().stream().map(LayerGroup::new).toList();
    }

    /** Returns the nodes whose values are single pixels that a global pool leads to. */
    private static BitSet squeezed(List<Node> live) {
        BitSet squeezed = new BitSet();
        for (Node node : live) {
            boolean all = !node.inputs().isEmpty() && node.inputs().stream().allMatch(squeezed::get);
            squeezed.set(node.id(), LayerTraits.of(node).fusion() == Fusion.SQUEEZE || all);
        }
        return squeezed;
    }

    private static boolean isFused(Node node, Node reader) {
        Fusion fusion = LayerTraits.of(node).fusion();
        boolean takesIn = fusion == Fusion.CONVOLUTION || fusion == Fusion.NORMALIZATION;
        return switch (LayerTraits.of(reader).fusion()) {
            case NORMALIZATION, ACTIVATION -> takesIn;
            case SUM -> fusion == Fusion.TERM || (takesIn && reader.inputs().size() == 2);
            case CONVOLUTION, TERM, SQUEEZE, NONE -> false;
        };
    }

    /** Returns what is read from outside: node to shape, in the order of reading. */
    Map<Integer, FeatureShape> inputs() {
        Set<Integer> inside = new HashSet<>();
        Map<Integer, FeatureShape> inputs = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (int i = 0; i < node.inputs().size(); i++) {
                if (!inside.contains(node.inputs().get(i))) {
                    inputs.putIfAbsent(node.inputs().get(i), node.inputShapes().get(i));
                }
            }
            inside.add(node.id());
        }
        return inputs;
    }

    /** Returns the shape of what comes out; nothing if that is class scores. */
    Optional<FeatureShape> output() {
        Node last = nodes.get(nodes.size() - 1);
        return last.layer() instanceof Layer.Linear ? Optional.empty() : Optional.of(last.shape());
    }

    /**
     * Returns all that the group's time depends on, as people can read it: the shapes that come in, by letters, and the
     * layers, by numbers, each with what it reads. {@code a:16x14x14 1:conv3x3/2+1→24(a) 2:bn(1) 3:RELU(2)}.
     */
    public String signature() {
        Map<Integer, String> names = new HashMap<>();
        StringBuilder text = new StringBuilder();
        inputs().forEach((id, shape) -> {
            names.put(id, String.valueOf((char) ('a' + names.size())));
            text.append(names.get(id)).append(':').append(shape).append(' ');
        });
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            names.put(node.id(), "" + (i + 1));
            text.append(i == 0 ? "" : " ")
                    .append(i + 1)
                    .append(':')
                    .append(node.accept(Text.INSTANCE))
                    .append(node.inputs().stream().map(names::get).collect(Collectors.joining(",", "(", ")")));
        }
        return text.toString();
    }

    /**
     * Returns a network of these layers, to be timed: what comes in is made of a grey image by a 1×1 convolution each, so
     * that it has the layout in memory that it has between layers, and what comes out becomes class scores.
     */
    Network probe() {
        Map<Integer, FeatureShape> inputs = inputs();
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(
                1,
                inputs.values().stream().mapToInt(FeatureShape::height).max().orElseThrow(),
                inputs.values().stream().mapToInt(FeatureShape::width).max().orElseThrow()));
        Map<Integer, Value> values = new HashMap<>();
        inputs.forEach((id, shape) -> values.put(id, input(net, "input" + values.size(), shape)));
        Value last = net.input();
        for (Node node : nodes) {
            last = net.add(node.layer(), node.inputs().stream().map(values::get).toArray(Value[]::new));
            values.put(node.id(), last);
        }
        return net.build(output().isPresent() ? scores(net, last) : last, FlopsConvention.MULTIPLY_ADDS);
    }

    /** Makes features of a shape: single pixels by a global pool, as where they come from, and smaller maps by a stride. */
    private static Value input(NetworkBuilder net, String name, FeatureShape shape) {
        boolean pixel = shape.height() == 1 && shape.width() == 1;
        int stride = pixel ? 1 : (net.input().shape().height() - 1) / shape.height() + 1;
        Value made = net.convolution(net.input(), "probe", name, shape.channels(), 1, stride);
        return made.shape().equals(shape) ? made : net.globalPool(made);
    }

    /** Returns a probe of no layers, for features of one shape. */
    static Network frame(FeatureShape shape) {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(1, shape.height(), shape.width()));
        Value features = net.convolution(net.input(), "probe", "input0", shape.channels(), 1, 1);
        return net.build(scores(net, features), FlopsConvention.MULTIPLY_ADDS);
    }

    private static Value scores(NetworkBuilder net, Value features) {
        return net.linear(net.globalPool(features), "probe", "linear", 2);
    }

    /** The text of a layer, without the names of its weights. */
    private enum Text implements Layer.Visitor<String> {
        INSTANCE;

        @Override
        public String input(Layer.Input layer, Node node) {
            return "input";
        }

        @Override
        public String convolution(Layer.Convolution layer, Node node) {
            return (layer.depthwise() ? "depthwise" : "conv") + window(layer.kernel(), layer.stride(), layer.padding())
                    + (layer.bias() ? "+bias" : "") + "→" + layer.out();
        }

        @Override
        public String batchNorm(Layer.BatchNorm layer, Node node) {
            return "bn";
        }

        @Override
        public String activation(Layer.Activation layer, Node node) {
            return layer.function().name();
        }

        @Override
        public String pool(Layer.Pool layer, Node node) {
            return layer.kind() + window(layer.kernel(), layer.stride(), layer.padding());
        }

        @Override
        public String globalPool(Layer.GlobalPool layer, Node node) {
            return "pool";
        }

        @Override
        public String linear(Layer.Linear layer, Node node) {
            return "linear→" + layer.out();
        }

        @Override
        public String add(Layer.Add layer, Node node) {
            return "add";
        }

        @Override
        public String gate(Layer.Gate layer, Node node) {
            return "gate";
        }

        @Override
        public String leadingChannels(Layer.LeadingChannels layer, Node node) {
            return "first→" + layer.channels();
        }

        @Override
        public String zero(Layer.Zero layer, Node node) {
            return "zero";
        }

        private static String window(int kernel, int stride, int padding) {
            return kernel + "x" + kernel + "/" + stride + "+" + padding;
        }
    }
}
