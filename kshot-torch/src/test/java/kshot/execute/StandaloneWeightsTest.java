package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import kshot.common.Seed;
import kshot.network.Network;
import kshot.space.Architecture;
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
}
