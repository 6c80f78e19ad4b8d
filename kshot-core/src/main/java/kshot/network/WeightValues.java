package kshot.network;

/**
 * The numbers of a network's weights, wherever they are kept: what an exporter needs to write a network down. The arrays
 * are read, never changed.
 */
public interface WeightValues {

    /**
     * A learnable tensor.
     *
     * @return the slice of the parameter's {@link Parameter#shape() shape}, in out×in×kernel×kernel order, row-major:
     *     the kernel's columns change fastest
     */
    float[] values(Parameter parameter);

    /** The running mean of a batch normalisation: one value for each of its channels. */
    float[] mean(Layer.BatchNorm bn);

    /** The running variance of a batch normalisation: one value for each of its channels, at least 0. */
    float[] variance(Layer.BatchNorm bn);
}
