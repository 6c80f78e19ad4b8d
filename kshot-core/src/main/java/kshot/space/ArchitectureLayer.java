package kshot.space;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.network.Node;

/**
 * A layer, or block of layers, of an architecture as people see it.
 *
 * @param name for example {@code stage2.layer3}; its weight blocks are called the same or start with it and a dot
 * @param operation what it does, for example {@code ir_k3_e6_se}
 * @param label the chosen option as the text form has it, or the operation where nothing is chosen
 * @param kernel size of its largest kernel; 0 where it has none, or many
 * @param shape of what it yields
 * @param widest the channels it yields in the widest architecture
 */
public record ArchitectureLayer(
        String name, String operation, String label, int kernel, FeatureShape shape, int widest) {

    /** Returns the parts of a network that have weights, each by the first two parts of the names of its weight blocks. */
    static List<ArchitectureLayer> ofBlocks(Network network) {
        Map<String, FeatureShape> shapes = new LinkedHashMap<>();
        for (Node node : network.nodes()) {
            if (!node.layer().parameters().isEmpty()) {
                shapes.put(part(node.layer().parameters().get(0).block()), node.shape());
            }
        }
        List<ArchitectureLayer> layers = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            String operation = name.replaceAll(".*[.]|[0-9]+$", "");
            layers.add(new ArchitectureLayer(name, operation, operation, 0, shape, shape.channels()));
        });
        return layers;
    }

    private static String part(String block) {
        int first = block.indexOf('.');
        int second = first < 0 ? -1 : block.indexOf('.', first + 1);
        return second < 0 ? block : block.substring(0, second);
    }
}
