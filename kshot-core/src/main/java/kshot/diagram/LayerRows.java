package kshot.diagram;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.space.Architecture;
import kshot.space.ArchitectureLayer;
import kshot.space.SearchSpace;

/** The costs of a network by weight block, from which the layers of an architecture get theirs. */
final class LayerRows {
    private final Map<String, Long> parameters = new HashMap<>();
    private final Map<String, Long> flops = new HashMap<>();

    private LayerRows(Network network) {
        for (Parameter parameter : network.parameters()) {
            parameters.merge(parameter.block(), parameter.shape().count(), Long::sum);
        }
        for (Node node : network.nodes()) {
            if (!node.layer().parameters().isEmpty()) {
                String block = node.layer().parameters().get(0).block();
                flops.merge(block, Cost.flops(node, network.flopsConvention()), Long::sum);
            }
        }
    }

    /** Returns the layers of an architecture with their costs. */
    static List<LayerRow> of(SearchSpace space, Architecture architecture) {
        LayerRows costs = new LayerRows(space.network(architecture));
        return space.layers(architecture).stream().map(costs::row).toList();
    }

    private LayerRow row(ArchitectureLayer layer) {
        String operation =
                layer.label().equals(layer.operation()) ? layer.operation() : layer.label() + ": " + layer.operation();
        return new LayerRow(
                layer.name(),
                operation,
                layer.kernel(),
                layer.shape(),
                layer.widest(),
                sum(parameters, layer.name()),
                sum(flops, layer.name()));
    }

    private static long sum(Map<String, Long> blocks, String name) {
        return blocks.entrySet().stream()
                .filter(block -> block.getKey().equals(name) || block.getKey().startsWith(name + "."))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
