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
            SimplexNet net =
                    new SimplexNet(NasBench201.cifar10(), k, new SimplexNet.Start(256, spread, 1), false, new Seed(i));
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

    /** A scale of 0 gives 1/K to the bit, as in warm-up; one of 1/2 takes the square root of the ratios of shares. */
    @Test
    void aScaleBringsCodesNearerToEqualOnes() {
        Architecture a = Architecture.of(1, 1, 1, 1, 1, 1);
        for (int k = 1; k <= 64; k++) {
            assertThat(randomNet(NasBench201.cifar10(), k, 8, 3).code(a, 0)).isEqualTo(SimplexCode.uniform(k));
        }
        SimplexNet net = randomNet(NasBench201.cifar10(), 2, 8, 3);
        double ratio = net.code(a).get(0) / net.code(a).get(1);
        SimplexCode half = net.code(a, 0.5);
        assertThat((double) half.get(0) / half.get(1)).isCloseTo(Math.sqrt(ratio), within(1e-5));
    }

    /** Two cells of one function: a skip before a convolution and after it. */
    @Test
    void architecturesOfOneFunctionCanHaveOneCode() {
        SearchSpace space = NasBench201.cifar10();
        Architecture before = space.parse("|skip_connect~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|skip_connect~2|");
        Architecture after = space.parse("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|");
        SimplexNet.Start start = new SimplexNet.Start(8, 1, 1);
        SimplexNet raw = new SimplexNet(space, 3, start, false, new Seed(1));
        SimplexNet canonical = new SimplexNet(space, 3, start, true, new Seed(1));
        assertThat(raw.code(before)).isNotEqualTo(raw.code(after));
        assertThat(canonical.code(before)).isEqualTo(canonical.code(after));
    }

    /** First codes are centred over the architectures that the draws favour: the mean of each output is 0 over these. */
    @Test
    void firstCodesAreCentredOverTheDraws() {
        SearchSpace space = NasBench201.cifar10();
        SimplexNet net = new SimplexNet(space, 4, new SimplexNet.Start(256, 0.01, 16), false, new Seed(1));
        assertThat(meanShares(net, space, 16))
                .allSatisfy(mean -> assertThat(4 * mean - 1).isCloseTo(0, within(0.002)));
        assertThat(meanShares(net, space, 1))
                .anySatisfy(mean -> assertThat(4 * mean - 1).isNotCloseTo(0, within(0.002)));
    }

    private static List<Double> meanShares(SimplexNet net, SearchSpace space, int largestOf) {
        SplittableRandom random = new SplittableRandom(5);
        List<SimplexCode> codes = Stream.generate(() -> net.code(space.sampleLargest(largestOf, random)))
                .limit(500)
                .toList();
        return IntStream.range(0, net.k())
                .mapToObj(k -> codes.stream()
                        .mapToDouble(code -> code.get(k))
                        .average()
                        .orElseThrow())
                .toList();
    }

    @Test
    void gradientAgreesWithFiniteDifferences() {
        checkGradient(randomNet(TOY, 4, 8, 11), architectures(TOY, 5, 12));
        checkGradient(randomNet(NasBench201.cifar10(), 3, 8, 13), architectures(NasBench201.cifar10(), 4, 14));
    }

    /** L = Σ_i Σ_k g_ik λ_ik, so that ∂L/∂λ = g. */
    private static void checkGradient(SimplexNet net, List<Architecture> architectures) {
        checkGradient(net, architectures, 1);
        checkGradient(net, architectures, 0.3);
    }

    private static void checkGradient(SimplexNet net, List<Architecture> architectures, double scale) {
        float[][] g = new float[architectures.size()][net.k()];
        SplittableRandom random = new SplittableRandom(99);
        for (float[] row : g) {
            for (int k = 0; k < row.length; k++) {
                row[k] = (float) random.nextDouble(-1, 1);
            }
        }
        float[] gradient = net.forward(architectures, scale).backward(g);
        float[] sigma = net.parameters();
        for (int i = 0; i < sigma.length; i++) {
            float value = sigma[i];
            float up = value + 1e-3f;
            float down = value - 1e-3f;
            sigma[i] = up;
            double lossUp = loss(net.forward(architectures, scale), g);
            sigma[i] = down;
            double lossDown = loss(net.forward(architectures, scale), g);
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
