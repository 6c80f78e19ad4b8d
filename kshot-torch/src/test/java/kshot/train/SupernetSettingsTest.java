package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.execute.Precision;
import kshot.execute.WidthSpace;
import kshot.space.Architecture;
import org.junit.jupiter.api.Test;

public class SupernetSettingsTest {
    private static final long STEPS_PER_EPOCH = 5;

    /** Settings of a tiny training; the warm-up is one epoch. */
    public static SupernetSettings settings(int k, int epochs, int groups) {
        return settings(k, epochs, 1, groups, 0.1);
    }

    /** The same with a learning rate of its own. */
    public static SupernetSettings settings(int k, int epochs, int groups, double learningRate) {
        return settings(k, epochs, 1, groups, learningRate);
    }

    /** Equal supernets under equal codes, whose merged weights move as one supernet does. */
    public static SupernetSettings compensated(int k, int epochs) {
        return settings(k, SupernetSettings.Mode.ITERATIVE, epochs, epochs, 1, 1, 2, 0.1, 0, true, 0);
    }

    /** The same with several architectures in a batch of the supernets. */
    public static SupernetSettings settings(int k, int epochs, int paths, int groups, double learningRate) {
        return settings(k, SupernetSettings.Mode.ITERATIVE, epochs, 1, paths, 1, groups, learningRate, 1, false, 0);
    }

    /** The same that train supernets and simplex-net in each batch, by the largest of three; the first codes are not equal. */
    public static SupernetSettings joint(int k, int epochs, int groups) {
        return settings(k, SupernetSettings.Mode.JOINT, epochs, 1, 1, 3, groups, 0.1, 1, false, 1);
    }

    private static SupernetSettings settings(
            int k,
            SupernetSettings.Mode mode,
            int epochs,
            int warmupEpochs,
            int paths,
            int largestOf,
            int groups,
            double learningRate,
            double initialNoise,
            boolean compensateGradient,
            double spread) {
        return new SupernetSettings(
                k,
                mode,
                epochs,
                warmupEpochs,
                TinyImages.BATCH,
                paths,
                false,
                largestOf,
                groups,
                learningRate,
                0.0,
                0.9,
                true,
                5e-4,
                0.1,
                5,
                Precision.FLOAT32,
                initialNoise,
                compensateGradient,
                2,
                1,
                OnDivergence.STOP,
                new SupernetSettings.Simplex(8, spread, SupernetSettings.Simplex.Optimizer.ADAM, 0.01, 0.1, 1));
    }

    @Test
    void supernetsAndSimplexNetAlternateAfterTheWarmUp() {
        SupernetSettings settings = settings(2, 3, 2);
        long[] ofSimplexNet = LongStream.range(0, 3 * STEPS_PER_EPOCH)
                .filter(step -> settings.trainsSimplexNet(step, STEPS_PER_EPOCH))
                .toArray();
        assertThat(ofSimplexNet).containsExactly(5, 7, 9, 11, 13);
    }

    @Test
    void oneSupernetNeedsNoSimplexNet() {
        SupernetSettings settings = settings(1, 3, 2);
        assertThat(LongStream.range(0, 3 * STEPS_PER_EPOCH))
                .noneMatch(step -> settings.trainsSimplexNet(step, STEPS_PER_EPOCH));
    }

    @Test
    void inJointModeEachBatchAfterTheWarmUpTrainsBoth() {
        SupernetSettings settings = joint(2, 3, 2);
        assertThat(LongStream.range(0, 3 * STEPS_PER_EPOCH))
                .noneMatch(step -> settings.trainsSimplexNet(step, STEPS_PER_EPOCH));
        assertThat(LongStream.range(0, 3 * STEPS_PER_EPOCH)
                        .filter(step -> settings.trainsBoth(step, STEPS_PER_EPOCH))
                        .toArray())
                .containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    }

    /** Every second batch of two epochs of three. */
    @Test
    void knowsTheShareOfBatchesForTheSimplexNetAlone() {
        assertThat(settings(2, 3, 2).simplexShare()).isCloseTo(1 / 3.0, within(1e-15));
        assertThat(settings(1, 3, 2).simplexShare()).isZero();
        assertThat(joint(2, 3, 2).simplexShare()).isZero();
    }

    @Test
    void codesAreUniformExactlyAsLongAsTheWarmUpLasts() {
        int k = 3;
        int stepsPerEpoch = 4;
        Architecture a = Architecture.of(2, 1, 1);
        try (SupernetTrainer trainer = new SupernetTrainer(
                new WidthSpace(),
                settings(k, 2, 2),
                TinyImages.training(stepsPerEpoch * TinyImages.BATCH),
                new Seed(3))) {
            for (int step = 0; step < stepsPerEpoch; step++) {
                assertThat(trainer.code(a).toArray()).containsOnly(1f / k);
                trainer.train(step + 1, s -> {});
            }
            trainer.train(
                    stepsPerEpoch + 2, s -> {}); // the simplex-net starts at 1/K and is trained by the second step
            assertThat(trainer.code(a).toArray())
                    .isEqualTo(trainer.simplexNet().code(a).toArray());
            assertThat(trainer.code(a).toArray()).isNotEqualTo(new float[] {1f / k, 1f / k, 1f / k});
        }
    }

    @Test
    void aGroupNeedsTwoImages() {
        assertThatThrownBy(() -> settings(2, 3, TinyImages.BATCH))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("supernet.groups: 8 is not allowed")
                .hasMessageContaining("supernet.batch_size, 8");
        assertThatThrownBy(() -> settings(0, 3, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("supernet.k: 0 is not allowed; allowed: from 1 to 64");
    }
}
