package kshot.execute;

import kshot.network.Network;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.tensor.Precision;
import org.bytedeco.pytorch.Tensor;

/** Runs networks: only their live layers, features channels last. May run several at once, on its streams. */
public abstract class Executor implements AutoCloseable {
    /** Share of a batch in running statistics; the default of PyTorch, which the benchmarks were trained with. */
    static final double STATISTICS_MOMENTUM = 0.1;

    private final Compute compute;
    private final ParallelPasses streams = new ParallelPasses(LibTorch.threads());

    Executor(Compute compute) {
        this.compute = compute;
    }

    /** Returns the fastest executor: by oneDNN where it has kernels, by libtorch's own layers elsewhere. */
    public static Executor of(Compute compute) {
        return compute.device().hasKernels() && compute.precision() != Precision.FLOAT64
                ? new OneDnnExecutor(compute)
                : new LibTorchExecutor(compute);
    }

    /** Returns what runs passes that don't depend on each other, side by side; networks may be run on all of them. */
    public ParallelPasses streams() {
        return streams;
    }

    /** Returns where and in which numbers it runs networks. */
    public Compute compute() {
        return compute;
    }

    final Precision precision() {
        return compute.precision();
    }

    /** Runs a forward pass over a batch. */
    public final Scores forward(Network network, NetworkWeights weights, ImageTensors images) {
        return new Scores(forward(network, weights, images.images()));
    }

    /**
     * Runs a forward pass with its loss, the mean cross-entropy; a backward pass may follow on the same thread.
     *
     * @param labelSmoothing share of the uniform distribution in the targets, in [0, 1)
     */
    public final TrainingPass train(
            Network network, NetworkWeights weights, ImageTensors images, double labelSmoothing) {
        Pass pass = train(network, weights, images.images());
        try {
            return new TrainingPass(pass, weights.layout(), images, labelSmoothing);
        } catch (RuntimeException e) {
            pass.close();
            throw e;
        }
    }

    /**
     * Computes the gradient of the sum of all class scores in each image. Where batch normalisation normalises by the batch, the
     * scores of an image depend on the other images, too.
     */
    public final ImageGradient gradientOfImages(Network network, NetworkWeights weights, ImageTensors images) {
        return new ImageGradient(
                gradientOfImages(network, weights, images.images()).flatten(1, -1));
    }

    /**
     * Returns class scores of a batch.
     *
     * @param images N×C×H×W, channels last, in the type of features
     * @return N×classes in the type of stored weights; the caller's scope owns it
     */
    abstract Tensor forward(Network network, NetworkWeights weights, Tensor images);

    /** Runs a forward pass that a backward pass may follow, on the same thread. */
    public abstract Pass train(Network network, NetworkWeights weights, Tensor images);

    /**
     * Returns ∂(Σ scores)/∂images.
     *
     * @return N×C×H×W in the type of stored weights; the caller's scope owns it
     */
    abstract Tensor gradientOfImages(Network network, NetworkWeights weights, Tensor images);

    /** A forward pass that remembers what its backward pass needs. */
    public interface Pass extends AutoCloseable {
        /** Returns class scores, as {@link Executor#forward(Network, NetworkWeights, Tensor)} does. */
        Tensor scores();

        /**
         * Runs the backward pass; once.
         *
         * @param gradient ∂L/∂scores
         * @return ∂L/∂θ̃ as one vector in the order of the weights' layout and in the type of stored weights; weights that the
         *     loss does not depend on have gradient 0
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
