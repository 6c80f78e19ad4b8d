package kshot.execute.layers;

/** The rounding of features to numbers that the kernels of a pass do not have. */
public interface Rounding {
    /** The rounding for kernels that have the numbers asked for: none. */
    Rounding NONE = (address, count) -> {};

    /** Rounds float32 values in place. */
    void round(long address, long count);
}
