package kshot.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.common.Seed;
import kshot.execute.Executor;
import kshot.network.Cost;
import kshot.search.Evaluation;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.Precision;
import kshot.train.TinyImages;
import org.junit.jupiter.api.Test;

class JacobianCovarianceTest {
    private static final int IMAGES = 12;
    private static final SearchSpace SPACE = new NasBench201(16, 1, TinyImages.SHAPE, TinyImages.CLASSES);
    private static final Architecture CONNECTED = Architecture.of(3, 1, 2, 3, 3, 2);
    private static final Architecture OTHER = Architecture.of(2, 1, 2, 3, 3, 2);
    private static final Architecture DEAD = Architecture.of(0, 0, 3, 0, 3, 0);

    private static double score(Precision precision, int initializations, long seed, Architecture architecture) {
        return evaluate(precision, initializations, seed, List.of(architecture))
                .get(0)
                .score(JacobianCovariance.NAME);
    }

    private static List<Evaluation> evaluate(
            Precision precision, int initializations, long seed, List<Architecture> architectures) {
        try (Executor executor = Executor.of(Compute.of(precision));
                JacobianCovariance jacov = new JacobianCovariance(
                        SPACE,
                        SPACE,
                        executor,
                        TinyImages.evaluation(IMAGES, IMAGES),
                        initializations,
                        new Seed(seed))) {
            return jacov.evaluate(architectures);
        }
    }

    /** −(ln 2 + 1/2) − (ln 0.5 + 2) for the eigenvalues 2 and 0.5, but for ε. */
    @Test
    void theScoreFollowsFromTheEigenvalues() {
        assertThat(JacobianCovariance.score(new double[] {0.5, 2})).isCloseTo(-2.5, within(1e-4));
        assertThat(JacobianCovariance.score(new double[] {0})).isCloseTo(-Math.log(1e-5) - 1e5, within(1e-6));
        assertThat(JacobianCovariance.score(new double[] {-1e-12})).isEqualTo(JacobianCovariance.score(new double[1]));
    }

    /** All eigenvalues of a network that its images do not reach are 0. */
    @Test
    void aNetworkWithoutAPathScoresLowest() {
        double dead = score(Precision.FLOAT32, 1, 1, DEAD);
        assertThat(dead).isEqualTo(JacobianCovariance.score(new double[IMAGES]));
        assertThat(dead).isLessThan(score(Precision.FLOAT32, 1, 1, CONNECTED));
    }

    /** Float64 runs on libtorch's automatic differentiation, float32 on kernels with a backward pass of their own. */
    @Test
    void bothExecutorsAgree() {
        assertThat(score(Precision.FLOAT32, 1, 1, CONNECTED))
                .isCloseTo(score(Precision.FLOAT64, 1, 1, CONNECTED), within(0.01));
    }

    @Test
    void aScoreIsAFunctionOfSeedAndArchitecture() {
        double alone = score(Precision.FLOAT32, 2, 1, CONNECTED);
        List<Evaluation> among = evaluate(Precision.FLOAT32, 2, 1, List.of(OTHER, CONNECTED, OTHER));
        assertThat(among.get(1).score(JacobianCovariance.NAME)).isEqualTo(alone);
        assertThat(among.get(0)).isEqualTo(among.get(2));
        assertThat(among.get(1).cost()).isEqualTo(Cost.of(SPACE.network(CONNECTED)));
        assertThat(score(Precision.FLOAT32, 2, 2, CONNECTED)).isNotEqualTo(alone);
    }

    @Test
    void ofSeveralInitializationsTheMeanCounts() {
        double first = score(Precision.FLOAT32, 1, 1, CONNECTED);
        double two = score(Precision.FLOAT32, 2, 1, CONNECTED);
        double second = 2 * two - first;
        assertThat(second).isNotEqualTo(first);
        assertThat(score(Precision.FLOAT32, 3, 1, CONNECTED)).isNotEqualTo(two);
        assertThat(two).isStrictlyBetween(Math.min(first, second), Math.max(first, second));
    }
}
