package kshot.network;

/** A convention of counting multiply-adds. In all of them one multiply-add is one FLOP, as is usual in this field. */
public enum FlopsConvention {
    /** Convolutions and linear layers; biases, normalisation, activations, pooling and sums count nothing. */
    MULTIPLY_ADDS,
    /** Multiply-adds, and one for each bias of a linear layer: the convention of NAS-Bench-201. */
    MULTIPLY_ADDS_AND_LINEAR_BIAS
}
