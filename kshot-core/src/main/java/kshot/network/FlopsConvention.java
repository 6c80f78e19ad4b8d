package kshot.network;

/** What counts as a multiply-add. Everywhere one multiply-add is one FLOP, as is usual in this field. */
public enum FlopsConvention {
    /** Convolutions and linear layers; biases, normalisation, activations, pooling and sums count nothing. */
    MULTIPLY_ADDS,
    /** The same, and each bias of a linear layer counts one: the convention of NAS-Bench-201. */
    MULTIPLY_ADDS_AND_LINEAR_BIAS
}
