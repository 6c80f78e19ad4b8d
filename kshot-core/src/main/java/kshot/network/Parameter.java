package kshot.network;

/**
 * A learnable tensor of a network: the leading slice, of the given shape, of the weight slot {@code block.name}. Slots
 * of one block belong to one choice of a search space: they are used, merged and updated together.
 *
 * @param block the block, for example {@code "stage1.cell0.edge2.nor_conv_3x3"}
 * @param name the slot in the block, for example {@code "conv"}
 * @param role how it is used, which decides how it starts
 * @param shape the slice in use
 */
public record Parameter(String block, String name, Role role, WeightShape shape) {

    /** How a tensor is used. */
    public enum Role {
        /** Kernel of a dense convolution. */
        CONVOLUTION,
        /** Kernel of a depthwise convolution: one input channel for each output channel. */
        DEPTHWISE,
        /** Matrix of a linear layer. */
        LINEAR,
        /** Added to each output channel. */
        BIAS,
        /** Factor of batch normalisation, γ. */
        SCALE,
        /** Offset of batch normalisation, β. */
        SHIFT
    }

    /** The name of the slot among all slots of a space. */
    public String slot() {
        return block + "." + name;
    }

    /** Returns a parameter of the same slot with another slice. */
    public Parameter withShape(WeightShape newShape) {
        return new Parameter(block, name, role, newShape);
    }
}
