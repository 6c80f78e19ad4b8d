package kshot.tensor;

import org.bytedeco.pytorch.Tensor;

/**
 * What the ranks of a job compute together. Each rank calls the same methods in the same order, with tensors of the same sizes, and each
 * gets the same bits. One rank {@linkplain #ALONE alone} has nothing to do.
 *
 * <p>Tensors of different sizes would end the process: whoever can't be sure of them calls {@link #requireAgreement} before.
 */
public interface Collective extends AutoCloseable {
    /** The collective of one rank. It needs no natives. */
    Collective ALONE = new Collective() {
        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public void sum(Tensor values) {}

        @Override
        public void broadcast(Tensor values) {}

        @Override
        public double[] sum(double... values) {
            return values;
        }

        @Override
        public double[] broadcast(double... values) {
            return values;
        }

        @Override
        public void requireAgreement(String what, long... numbers) {}

        @Override
        public Traffic traffic() {
            return new Traffic(0, 0);
        }

        @Override
        public void close() {}
    };

    /**
     * The messages of a rank so far.
     *
     * @param bytes that it has handed in
     * @param seconds that it has waited for the others and for the network
     */
    record Traffic(long bytes, double seconds) {
        /** Returns the messages since an earlier time. */
        public Traffic minus(Traffic earlier) {
            return new Traffic(bytes - earlier.bytes, seconds - earlier.seconds);
        }
    }

    /** Returns which rank this is, from 0. */
    int rank();

    /** Returns the number of ranks. */
    int size();

    /** Returns whether there is no other rank. */
    default boolean isAlone() {
        return size() == 1;
    }

    /** Returns whether this is rank 0. */
    default boolean isLead() {
        return rank() == 0;
    }

    /** Replaces values by their sums over all ranks. */
    void sum(Tensor values);

    /** Replaces values by those of rank 0. */
    void broadcast(Tensor values);

    /** Returns the sums of numbers over all ranks. What one rank alone hands in, and the others as 0, is gathered exactly. */
    double[] sum(double... values);

    /** Returns the numbers of rank 0. */
    double[] broadcast(double... values);

    /**
     * Checks that all ranks mean the same. However many numbers there are, the message has a fixed size, so that this is safe where the
     * ranks do disagree.
     *
     * @param what the numbers stand for, for the error
     * @throws kshot.common.InvalidInputException on all ranks if they disagree; the message names those that differ from rank 0
     */
    void requireAgreement(String what, long... numbers);

    /** Returns the messages of this rank so far. */
    Traffic traffic();

    @Override
    void close();
}
