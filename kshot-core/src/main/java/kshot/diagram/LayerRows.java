package kshot.diagram;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.space.Architecture;
import kshot.space.MacroSpace;
import kshot.space.SearchSpace;

/** What each layer of an architecture costs. */
public final class LayerRows {
    private final Map<String, Long> parameters = new HashMap<>();
    private final Map<String, Long> flops = new HashMap<>();
    private final Map<String, FeatureShape> shapes = new LinkedHashMap<>();

    /** Sums up the cost of each weight block. */
    private LayerRows(Network network) {
        for (Parameter parameter : network.parameters()) {
            parameters.merge(parameter.block(), parameter.shape().count(), Long::sum);
        }
        for (Node node : network.nodes()) {
            if (!node.layer().parameters().isEmpty()) {
                String block = node.layer().parameters().get(0).block();
                flops.merge(block, Cost.flops(node, network.flopsConvention()), Long::sum);
                shapes.put(block, node.shape());
            }
        }
    }

    /**
     * The rows of an architecture, in the order of layers. In a macro space each place has one; elsewhere each part of the
     * network that has weights, by the first two parts of its name: in NAS-Bench-201 each cell with a convolution.
     */
    public static List<LayerRow> of(SearchSpace space, Architecture architecture) {
        LayerRows costs = new LayerRows(space.network(architecture));
        return space instanceof MacroSpace macro ? costs.places(macro.layers(architecture)) : costs.parts();
    }

    private List<LayerRow> places(List<MacroSpace.Layer> layers) {
        List<LayerRow> rows = new ArrayList<>();
        for (MacroSpace.Layer layer : layers) {
            String operation = layer.label().equals(layer.operation())
                    ? layer.operation()
                    : layer.label() + ": " + layer.operation();
            rows.add(row(layer.name(), operation, layer.kernel(), layer.shape(), layer.widest()));
        }
        return rows;
    }

    private List<LayerRow> parts() {
        Map<String, FeatureShape> parts = new LinkedHashMap<>();
        shapes.forEach((block, shape) -> parts.put(part(block), shape));
        List<LayerRow> rows = new ArrayList<>();
        parts.forEach(
                (name, shape) -> rows.add(row(name, name.replaceAll(".*[.]|[0-9]+$", ""), 0, shape, shape.channels())));
        return rows;
    }

    private static String part(String block) {
        int first = block.indexOf('.');
        int second = first < 0 ? -1 : block.indexOf('.', first + 1);
        return second < 0 ? block : block.substring(0, second);
    }

    private LayerRow row(String name, String operation, int kernel, FeatureShape shape, int widest) {
        return new LayerRow(name, operation, kernel, shape, widest, sum(parameters, name), sum(flops, name));
    }

    private static long sum(Map<String, Long> blocks, String name) {
        return blocks.entrySet().stream()
                .filter(block -> block.getKey().equals(name) || block.getKey().startsWith(name + "."))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
