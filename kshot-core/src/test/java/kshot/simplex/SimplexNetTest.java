package kshot.simplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.simplex.SimplexNet.Forward;
import kshot.simplex.SimplexNet.Tensor;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimplexNetTest {
    private static final SearchSpace TOY = new ToySpace(3);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 12})
    void startsAtTheUniformCode(int k) {
        SimplexNet net = new SimplexNet(NasBench201.cifar10(), k, 32, new Seed(1));
        Architecture architecture = NasBench201.cifar10().sample(new SplittableRandom(7));
        assertThat(net.code(architecture)).isEqualTo(SimplexCode.uniform(k));
    }

    /**
     * For a spread so small that softmax is linear, K λ_k - 1 is z_k less the mean of all z; over the architectures, z_k has mean 0
     * and the spread as deviation, so that squares sum up to K - 1 times its square if the z are independent, as they are on the
     * average over many nets.
     */
    @Test
    void firstCodesAreAsFarFromEqualAsAskedAndEqualOnAverage() {
        double spread = 0.01;
        int k = 4;
        int nets = 20;
        List<Architecture> architectures = Stream.generate(new SplittableRandom(7)::split)
                .limit(500)
                .map(NasBench201.cifar10()::sample)
                .toList();
        double squares = 0;
        for (int i = 0; i < nets; i++) {
            SimplexNet net = new SimplexNet(NasBench201.cifar10(), k, 256, spread, new Seed(i));
            double[] sum = new double[k];
            for (Architecture architecture : architectures) {
                SimplexCode code = net.code(architecture);
                for (int j = 0; j < k; j++) {
                    double z = k * code.get(j) - 1;
                    sum[j] += z;
                    squares += z * z;
                }
            }
            for (int j = 0; j < k; j++) {
                assertThat(sum[j] / architectures.size() / spread).isCloseTo(0, within(0.2));
            }
        }
        double deviation = Math.sqrt(squares / architectures.size() / nets / (k - 1));
        assertThat(deviation / spread).isCloseTo(1, within(0.1));
    }

    @Test
    void aSingleSupernetHasWeightOneWhateverTheParameters() {
        SimplexNet net = randomNet(TOY, 1, 16, 3);
        for (Architecture architecture : architectures(TOY, 20, 4)) {
            assertThat(net.code(architecture).get(0)).isEqualTo(1f);
        }
    }

    @Test
    void startsAccordingToTheSeedAlone() {
        float[] parameters = new SimplexNet(TOY, 4, 16, new Seed(5)).parameters();
        assertThat(new SimplexNet(TOY, 4, 16, new Seed(5)).parameters()).isEqualTo(parameters);
        assertThat(new SimplexNet(TOY, 4, 16, new Seed(6)).parameters()).isNotEqualTo(parameters);
    }

    /** The mean square of the hidden values at the start is 1: half of the variance n · (√(6/n))²/3 = 2. */
    @Test
    void hiddenValuesStartWithAMeanSquareOfOne() {
        SimplexNet net = new SimplexNet(TOY, 1, 65_536, new Seed(5));
        float[] sigma = net.parameters();
        double sum = 0;
        for (int j = 0; j < net.hidden(); j++) {
            double x = 0;
            for (int one : new int[] {0, 2, 4, 6, 9, 12}) {
                x += sigma[one * net.hidden() + j];
            }
            sum += Math.pow(Math.max(0, x), 2);
        }
        assertThat(sum / net.hidden()).isCloseTo(1, within(0.05));
    }

    @Test
    void layoutCoversAllParametersWithoutGaps() {
        SimplexNet net = new SimplexNet(TOY, 4, 16, new Seed(1));
        assertThat(net.layout())
                .containsExactly(
                        new Tensor("operations.weight", 0, 6, 16),
                        new Tensor("widths.weight", 96, 9, 16),
                        new Tensor("hidden.bias", 240, 1, 16),
                        new Tensor("code.weight", 256, 4, 16),
                        new Tensor("code.bias", 320, 1, 4));
        assertThat(net.parameters()).hasSize(324);
    }

    @Test
    void aSpaceWithoutWidthsHasNoBranchForThem() {
        SimplexNet net = new SimplexNet(NasBench201.cifar10(), 4, 16, new Seed(1));
        assertThat(net.layout())
                .extracting(Tensor::name)
                .containsExactly("operations.weight", "hidden.bias", "code.weight", "code.bias");
    }

    /** Two hidden units, K = 2, all weights of the first layer 1: x = (b + 2, b' + 2), z = W x + c. */
    @Test
    void computesACodeByHand() {
        SimplexNet net = new SimplexNet(new ToySpace(1), 2, 2, new Seed(1));
        float[] sigma = net.parameters();
        IntStream.range(0, 10).forEach(i -> sigma[i] = 1);
        float[] rest = {0.5f, -3, 1, 5, -1, 7, 0.25f, 0.5f};
        System.arraycopy(rest, 0, sigma, 10, rest.length);
        // x = (2.5, -1) → (2.5, 0); z = (2.75, -2); λ_0 = 1 / (1 + e^-4.75)
        assertThat(net.code(Architecture.of(1, 2)).get(0))
                .isCloseTo((float) (1 / (1 + Math.exp(-4.75))), within(1e-7f));
    }

    @Test
    void gradientAgreesWithFiniteDifferences() {
        checkGradient(randomNet(TOY, 4, 8, 11), architectures(TOY, 5, 12));
        checkGradient(randomNet(NasBench201.cifar10(), 3, 8, 13), architectures(NasBench201.cifar10(), 4, 14));
    }

    /** L = Σ_i Σ_k g_ik λ_ik, so that ∂L/∂λ = g. */
    private static void checkGradient(SimplexNet net, List<Architecture> architectures) {
        float[][] g = new float[architectures.size()][net.k()];
        SplittableRandom random = new SplittableRandom(99);
        for (float[] row : g) {
            for (int k = 0; k < row.length; k++) {
                row[k] = (float) random.nextDouble(-1, 1);
            }
        }
        float[] gradient = net.forward(architectures).backward(g);
        float[] sigma = net.parameters();
        for (int i = 0; i < sigma.length; i++) {
            float value = sigma[i];
            float up = value + 1e-3f;
            float down = value - 1e-3f;
            sigma[i] = up;
            double lossUp = loss(net.forward(architectures), g);
            sigma[i] = down;
            double lossDown = loss(net.forward(architectures), g);
            sigma[i] = value;
            double expected = (lossUp - lossDown) / ((double) up - down);
            assertThat((double) gradient[i])
                    .as("parameter %d", i)
                    .isCloseTo(expected, within(1e-4 * Math.abs(expected) + 1e-6));
        }
    }

    private static double loss(Forward forward, float[][] g) {
        double sum = 0;
        for (int i = 0; i < g.length; i++) {
            for (int k = 0; k < g[i].length; k++) {
                sum += g[i][k] * forward.lambda()[i][k];
            }
        }
        return sum;
    }

    @Test
    void refusesParametersOfAnotherNet() {
        SimplexNet net = new SimplexNet(TOY, 4, 16, new Seed(1));
        assertThatThrownBy(() -> net.setParameters(new float[7]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("number of parameters of the simplex-net: 7 is not allowed; "
                        + "allowed: 324 for this space, K = 4 and h = 16");
    }

    private static SimplexNet randomNet(SearchSpace space, int k, int hidden, long seed) {
        SimplexNet net = new SimplexNet(space, k, hidden, new Seed(seed));
        float[] sigma = new float[net.parameters().length];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < sigma.length; i++) {
            sigma[i] = (float) random.nextDouble(-1, 1);
        }
        net.setParameters(sigma);
        return net;
    }

    private static List<Architecture> architectures(SearchSpace space, int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, n).mapToObj(i -> space.sample(random)).toList();
    }
}
