package kshot.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import kshot.common.Seed;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descents against libtorch's own optimisers, step by step. */
class OptimizersTest {
    private static final Compute DOUBLES = Compute.of(Precision.FLOAT64);
    private static final int SIZE = 7;
    private static final int STEPS = 12;
    private static final double RATE = 0.05;

    private interface Step {
        void apply(Tensor weights, Tensor gradient);
    }

    private static Tensor random(long step) {
        SplittableRandom random = new Seed(1).generator("numbers", step);
        return Tensor.create(random.doubles(SIZE, -2, 2).toArray());
    }

    private static void compare(Tensor leaf, Optimizer theirs, Step ours) {
        Tensor weights = leaf.detach().clone();
        for (int i = 0; i < STEPS; i++) {
            theirs.zero_grad(true);
            leaf.mul(random(i)).sum().backward();
            theirs.step();
            ours.apply(weights, random(i));
            assertThat(LibTorch.toDoubles(weights))
                    .as("after step %d", i)
                    .containsExactly(LibTorch.toDoubles(leaf.detach()), within(1e-14));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false, 0", "0.9, false, 0.01", "0.9, true, 0", "0.9, true, 0.01"})
    void sgd(double momentum, boolean nesterov, double weightDecay) {
        try (PointerScope scope = new PointerScope()) {
            Tensor leaf = random(100).requires_grad_(true);
            SGDOptions options = new SGDOptions(RATE);
            options.momentum().put(momentum);
            options.nesterov().put(nesterov);
            options.weight_decay().put(weightDecay);
            Tensor velocity = DOUBLES.zeros(SIZE);
            Sgd sgd = new Sgd(momentum, nesterov, weightDecay);
            compare(leaf, new SGD(new TensorVector(leaf), options), (w, g) -> sgd.step(w, velocity, g, RATE));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.9, 0", "0.9, 0.01"})
    void rmsProp(double momentum, double weightDecay) {
        try (PointerScope scope = new PointerScope()) {
            Tensor leaf = random(100).requires_grad_(true);
            RmsProp ours = RmsProp.of(momentum, weightDecay);
            RMSpropOptions options = new RMSpropOptions(RATE);
            options.momentum().put(momentum);
            options.weight_decay().put(weightDecay);
            options.alpha().put(ours.alpha());
            options.eps().put(ours.epsilon());
            Tensor velocity = DOUBLES.zeros(SIZE);
            Tensor square = DOUBLES.zeros(SIZE);
            compare(
                    leaf,
                    new RMSprop(new TensorVector(leaf), options),
                    (w, g) -> ours.step(w, velocity, square, g, RATE));
        }
    }

    /** w = 1, g = 2, α = 0.75, ε = 0: s = 1, v = 2/1; then s = 0.75 + 1 = 1.75, v = 0.5 · 2 + 2/√1.75. */
    @Test
    void rmsPropByHand() {
        try (PointerScope scope = new PointerScope()) {
            RmsProp ours = new RmsProp(0.5, 0, 0.75, 1e-30);
            Tensor weights = Tensor.create(new double[] {1});
            Tensor velocity = DOUBLES.zeros(1);
            Tensor square = DOUBLES.zeros(1);
            ours.step(weights, velocity, square, Tensor.create(new double[] {2}), 0.1);
            assertThat(weights.item_double()).isCloseTo(0.8, within(1e-15));
            ours.step(weights, velocity, square, Tensor.create(new double[] {2}), 0.1);
            assertThat(weights.item_double()).isCloseTo(0.8 - 0.1 * (1 + 2 / Math.sqrt(1.75)), within(1e-15));
        }
    }
}
