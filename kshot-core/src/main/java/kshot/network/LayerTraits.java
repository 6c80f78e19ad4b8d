package kshot.network;

/**
 * The meaning of a layer for its neighbours in a network.
 *
 * @param signal when the layer's value depends on the images
 * @param fusion the part that the layer takes in an operator made of several layers
 */
public record LayerTraits(Signal signal, Fusion fusion) {

    /** When a value depends on the images. */
    public enum Signal {
        /** Always: they are the images. */
        SOURCE,
        /** If all inputs do: without one of them the value is a constant. */
        ALL_INPUTS,
        /** If any input does: inputs that do not add nothing, and a single one that does is the value. */
        ANY_INPUT,
        /** Never. */
        NONE
    }

    /** The part of a layer in an operator that an engine makes of several layers. */
    public enum Fusion {
        /** A convolution: takes in what follows it. */
        CONVOLUTION,
        /** A batch normalisation: part of the convolution before it, and takes in what follows. */
        NORMALIZATION,
        /** An elementwise function: part of the convolution or normalisation before it. */
        ACTIVATION,
        /** A sum: of two terms, part of the convolution or normalisation before it. */
        SUM,
        /** A change of shape: part of the sum that reads it. */
        TERM,
        /** A mean over the map: what follows works on single pixels, and is part of it. */
        SQUEEZE,
        /** An operator by itself. */
        NONE
    }

    /** Returns the traits of a node's layer. */
    public static LayerTraits of(Node node) {
        return node.accept(OfLayer.INSTANCE);
    }

    private enum OfLayer implements Layer.Visitor<LayerTraits> {
        INSTANCE;

        @Override
        public LayerTraits input(Layer.Input layer, Node node) {
            return new LayerTraits(Signal.SOURCE, Fusion.NONE);
        }

        @Override
        public LayerTraits convolution(Layer.Convolution layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.CONVOLUTION);
        }

        @Override
        public LayerTraits batchNorm(Layer.BatchNorm layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.NORMALIZATION);
        }

        @Override
        public LayerTraits activation(Layer.Activation layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.ACTIVATION);
        }

        @Override
        public LayerTraits pool(Layer.Pool layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.NONE);
        }

        @Override
        public LayerTraits globalPool(Layer.GlobalPool layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.SQUEEZE);
        }

        @Override
        public LayerTraits linear(Layer.Linear layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.NONE);
        }

        @Override
        public LayerTraits add(Layer.Add layer, Node node) {
            return new LayerTraits(Signal.ANY_INPUT, Fusion.SUM);
        }

        @Override
        public LayerTraits gate(Layer.Gate layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.NONE);
        }

        @Override
        public LayerTraits leadingChannels(Layer.LeadingChannels layer, Node node) {
            return new LayerTraits(Signal.ALL_INPUTS, Fusion.TERM);
        }

        @Override
        public LayerTraits zero(Layer.Zero layer, Node node) {
            return new LayerTraits(Signal.NONE, Fusion.NONE);
        }
    }
}
