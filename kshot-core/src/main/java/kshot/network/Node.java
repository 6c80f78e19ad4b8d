package kshot.network;

import java.util.List;

/**
 * A layer in its place in a network.
 *
 * @param id its index in {@link Network#nodes()}
 * @param layer what it does
 * @param inputs the nodes whose values it reads, each with a smaller id
 * @param shape of its value
 * @param inputShapes shapes of the inputs' values, in order
 */
public record Node(int id, Layer layer, List<Integer> inputs, FeatureShape shape, List<FeatureShape> inputShapes) {
    public Node {
        inputs = List.copyOf(inputs);
        inputShapes = List.copyOf(inputShapes);
    }

    /** Calls the visitor's case of this node's layer. */
    public <R> R accept(Layer.Visitor<R> visitor) {
        return layer.accept(visitor, this);
    }
}
