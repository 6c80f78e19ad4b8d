package kshot.execute;

import kshot.network.Network;
import org.bytedeco.pytorch.Tensor;

/** Runs networks: only their live layers, features channels last. May run several at once, on its streams. */
public abstract class Executor implements AutoCloseable {
    /** Share of a batch in running statistics; the default of PyTorch, which the benchmarks were trained with. */
    static final double STATISTICS_MOMENTUM = 0.1;

    private final Precision precision;
    private final ParallelPasses streams = new ParallelPasses(LibTorch.threads());

    Executor(Precision precision) {
        this.precision = precision;
    }

    /** An executor whose features are of the given precision. */
    public static Executor of(Precision precision) {
        return precision == Precision.FLOAT64 ? new LibTorchExecutor(precision) : new OneDnnExecutor(precision);
    }

    /** What runs passes that don't depend on each other, side by side; networks may be run on all of them. */
    public ParallelPasses streams() {
        return streams;
    }

    /** The precision of features. */
    public Precision precision() {
        return precision;
    }

    /**
     * Class scores of a batch.
     *
     * @param images N×C×H×W, channels last, in the compute type of the precision
     * @return N×classes in the storage type of the weights; the caller's scope owns it
     */
    public abstract Tensor forward(Network network, NetworkWeights weights, Tensor images);

    /** The same, and a backward pass may follow, on the same thread. */
    public abstract Pass train(Network network, NetworkWeights weights, Tensor images);

    /** A forward pass that remembers what its backward pass needs. */
    public interface Pass extends AutoCloseable {
        /** Class scores, as of {@link Executor#forward}. */
        Tensor scores();

        /**
         * The backward pass; once.
         *
         * @param gradient ∂L/∂scores
         * @return ∂L/∂θ̃ as one vector in the order of the weights' layout and in the storage type; weights that the loss does
         *     not depend on have gradient 0
         */
        Tensor backward(Tensor gradient);

        @Override
        void close();
    }

    @Override
    public void close() {
        streams.close();
    }
}
