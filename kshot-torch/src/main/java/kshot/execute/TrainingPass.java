package kshot.execute;

import kshot.tensor.ImageTensors;
import org.bytedeco.pytorch.Tensor;

/** A forward pass over a batch with its loss, which a backward pass may follow on the same thread. */
public final class TrainingPass implements AutoCloseable {
    private final Executor.Pass pass;
    private final WeightLayout layout;
    private final Tensor labels;
    private final Tensor ofScores;

    TrainingPass(Executor.Pass pass, WeightLayout layout, ImageTensors images, double labelSmoothing) {
        this.pass = pass;
        this.layout = layout;
        this.labels = images.labels();
        this.ofScores = Loss.gradient(pass.scores(), images.targets(), labelSmoothing);
    }

    /** Returns ∂L/∂θ̃; once. Weights that the loss does not depend on have gradient 0. */
    public Gradient backward() {
        return new Gradient(layout, pass.backward(ofScores));
    }

    /** Counts the images, those that are classified correctly, and their log-likelihood. */
    public CountTensor count() {
        return CountTensor.of(pass.scores(), labels);
    }

    @Override
    public void close() {
        pass.close();
    }
}
