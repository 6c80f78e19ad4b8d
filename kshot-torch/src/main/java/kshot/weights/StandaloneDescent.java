package kshot.weights;

import kshot.execute.Gradient;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Gradient descent on the weights of one architecture alone, and what it remembers from step to step. */
public final class StandaloneDescent implements AutoCloseable {
    private final StandaloneWeights weights;
    private final Tensor velocity;
    private final Tensor square;

    /** A descent at its start, which remembers nothing. */
    public StandaloneDescent(StandaloneWeights weights) {
        this.weights = weights;
        try (PointerScope scope = new PointerScope()) {
            Tensor zero = weights.flat().mul(new Scalar(0.0));
            this.velocity = NativeScope.own(zero);
            this.square = NativeScope.own(zero.clone());
        }
    }

    /** Takes one step; the gradient is overwritten. */
    public void step(Gradient gradient, Sgd sgd, double learningRate) {
        sgd.step(weights.flat(), velocity, gradient.values(), learningRate);
    }

    /** Takes one step; the gradient is overwritten. */
    public void step(Gradient gradient, RmsProp rmsProp, double learningRate) {
        rmsProp.step(weights.flat(), velocity, square, gradient.values(), learningRate);
    }

    /** Returns velocity and mean square by name, for a checkpoint: as they are, not copied. */
    public NamedTensors state() {
        return new NamedTensors().put("velocity", velocity).put("square", square);
    }

    @Override
    public void close() {
        velocity.close();
        square.close();
    }
}
