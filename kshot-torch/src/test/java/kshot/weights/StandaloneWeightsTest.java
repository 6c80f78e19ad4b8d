package kshot.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import kshot.common.Seed;
import kshot.execute.WidthSpace;
import kshot.network.Network;
import kshot.space.Architecture;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;

class StandaloneWeightsTest {
    private static final Network NETWORK = new WidthSpace().network(Architecture.of(2, 1, 1));
    private static final Compute COMPUTE = Compute.of(Precision.FLOAT64);

    /** An average that starts at 0 and sees ones is 1 - d^n after n steps. */
    @Test
    void theAverageIsExponential() {
        try (PointerScope scope = new PointerScope();
                StandaloneWeights average = StandaloneWeights.random(NETWORK, COMPUTE, new Seed(1));
                StandaloneWeights ones = StandaloneWeights.random(NETWORK, COMPUTE, new Seed(2))) {
            average.flat().zero_();
            ones.flat().fill_(new Scalar(1.0));
            for (int n = 1; n <= 20; n++) {
                average.average(ones, 0.9);
                double[] expected = new double[Math.toIntExact(average.flat().numel())];
                Arrays.fill(expected, 1 - Math.pow(0.9, n));
                assertThat(LibTorch.toDoubles(average.flat())).containsExactly(expected, within(1e-14));
            }
        }
    }

    /**
     * Weights that are t after step t, and -1 before the first, averaged with the decay min(d, (1 + t) / (10 + t)). After T steps
     * the weights of step t have the share C(t + 9, 8) / C(T + 9, 9), so the average is 0.9 T - 1; and once the decay is d = 0.99,
     * after 891 steps, it moves towards T - 100, for the mean age of an exponential average is 0.99 / (1 - 0.99) = 99 steps.
     */
    @Test
    void theAverageIsATenthOfTheTrainingBehindUntilItsDecayIsReached() {
        try (PointerScope scope = new PointerScope();
                StandaloneWeights average = StandaloneWeights.random(NETWORK, COMPUTE, new Seed(1));
                StandaloneWeights weights = StandaloneWeights.random(NETWORK, COMPUTE, new Seed(2))) {
            average.flat().fill_(new Scalar(-1.0));
            for (int t = 0; t < 1500; t++) {
                weights.flat().fill_(new Scalar((double) t));
                average.average(weights, Math.min(0.99, (1.0 + t) / (10.0 + t)));
                int steps = t + 1;
                double expected = steps <= 891
                        ? 0.9 * steps - 1
                        : steps - 100 + (0.9 * 891 - 791 - 1) * Math.pow(0.99, steps - 891);
                assertThat(LibTorch.toDoubles(average.flat())[0]).isCloseTo(expected, within(1e-9));
            }
        }
    }
}
