package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.execute.WidthSpace;
import kshot.space.Architecture;
import kshot.tensor.Precision;
import kshot.train.SupernetSchedule.Turn;
import org.junit.jupiter.api.Test;

public class SupernetSettingsTest {
    private static final long STEPS_PER_EPOCH = 5;

    /** The settings of a tiny training; the warm-up is one epoch. */
    public static SupernetSettings settings(int k, int epochs, int groups) {
        return SupernetSettings.quick()
                .withK(k)
                .withSchedule(schedule -> schedule.withWarmupEpochs(1).withEpochs(epochs))
                .withSampling(sampling -> sampling.withGroups(groups).withBatchSize(TinyImages.BATCH))
                .withDescent(descent -> descent.withLabelSmoothing(0.1))
                .withPrecision(Precision.FLOAT32)
                .withSimplex(simplex -> simplex.withHidden(8)
                        .withDescent(descent -> descent.withOptimizer(SimplexDescent.Optimizer.ADAM)
                                .withLearningRate(0.01))
                        .withRegulariser(0.1)
                        .withTemperature(1));
    }

    /** Those settings with a learning rate of its own. */
    public static SupernetSettings settings(int k, int epochs, int groups, double learningRate) {
        return settings(k, epochs, groups).withDescent(descent -> descent.withLearningRate(learningRate));
    }

    /** Those settings with several architectures in a batch of the supernets. */
    public static SupernetSettings settings(int k, int epochs, int paths, int groups, double learningRate) {
        return settings(k, epochs, groups, learningRate).withSampling(sampling -> sampling.withPaths(paths));
    }

    /** Settings of equal supernets under equal codes, whose merged weights move as one supernet does. */
    public static SupernetSettings compensated(int k, int epochs) {
        return settings(k, epochs, 2)
                .withDictionary(dictionary -> dictionary.withInitialNoise(0).withCompensateGradient(true))
                .withSchedule(schedule -> schedule.withWarmupEpochs(epochs));
    }

    /** Settings that train supernets and simplex-net in each batch, by the largest of three; the first codes are not equal. */
    public static SupernetSettings joint(int k, int epochs, int groups) {
        return settings(k, epochs, groups)
                .withSchedule(schedule -> schedule.withMode(SupernetSettings.Mode.JOINT))
                .withSampling(sampling -> sampling.withLargestOf(3))
                .withSimplex(simplex -> simplex.withCoding(coding -> coding.withInitialSpread(1)));
    }

    @Test
    void supernetsAndSimplexNetAlternateAfterTheWarmUp() {
        SupernetSettings settings = settings(2, 3, 2);
        assertThat(steps(settings, Turn.SIMPLEX_NET)).containsExactly(5, 7, 9, 11, 13);
        assertThat(steps(settings, Turn.SUPERNETS)).containsExactly(0, 1, 2, 3, 4, 6, 8, 10, 12, 14);
    }

    @Test
    void oneSupernetNeedsNoSimplexNet() {
        assertThat(steps(settings(1, 3, 2), Turn.SUPERNETS)).hasSize(3 * (int) STEPS_PER_EPOCH);
    }

    /** Where nothing is learnt, the batches of the simplex-net can be left out: the supernets see what they do beside it. */
    @Test
    void idleBatchesCanBeLeftOut() {
        UnaryOperator<SupernetSettings> leftOut =
                of -> of.withSchedule(schedule -> schedule.withIdleBatches(SupernetSchedule.IdleBatches.NOTHING));
        long[] ofSimplexNet = {5, 7, 9, 11, 13};
        assertThat(steps(leftOut.apply(settings(2, 3, 2)), Turn.SIMPLEX_NET)).containsExactly(ofSimplexNet);
        for (SupernetSettings control :
                List.of(settings(1, 3, 2), with(CodeSettings.Codes.FROZEN), with(CodeSettings.Codes.EQUAL))) {
            assertThat(steps(leftOut.apply(control), Turn.NOTHING)).containsExactly(ofSimplexNet);
            assertThat(steps(control, Turn.NOTHING)).isEmpty();
            assertThat(control.simplexShare()).isZero();
        }
    }

    private static SupernetSettings with(CodeSettings.Codes codes) {
        return settings(2, 3, 2).withSimplex(simplex -> simplex.withCoding(coding -> coding.withCodes(codes)));
    }

    @Test
    void inJointModeEachBatchAfterTheWarmUpTrainsBoth() {
        assertThat(steps(joint(2, 3, 2), Turn.BOTH)).containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        assertThat(steps(joint(2, 3, 2), Turn.SUPERNETS)).containsExactly(0, 1, 2, 3, 4);
    }

    private static long[] steps(SupernetSettings settings, Turn turn) {
        return LongStream.range(0, 3 * STEPS_PER_EPOCH)
                .filter(step -> settings.turn(step, STEPS_PER_EPOCH) == turn)
                .toArray();
    }

    /** One epoch of warm-up, then two in which codes move apart: a quarter of the way after half an epoch. */
    @Test
    void codesCanMoveApartBitByBit() {
        SupernetSettings settings =
                settings(2, 4, 2).withSimplex(simplex -> simplex.withCoding(coding -> coding.withSpreadEpochs(2)));
        assertThat(LongStream.of(0, 9, 10, 15, 20, 30, 31, 40).mapToDouble(steps -> settings.codeScale(steps, 10)))
                .containsExactly(0.0, 0.0, 0.0, 0.25, 0.5, 1.0, 1.0, 1.0);
        assertThat(settings(2, 4, 2).codeScale(10, 10)).isEqualTo(1);
        assertThat(with(CodeSettings.Codes.EQUAL).codeScale(14, STEPS_PER_EPOCH))
                .isZero();
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
                .hasMessage(
                        "groups: 8 is not allowed; allowed: a divisor of batchSize, 8, that leaves at least 2 images for each"
                                + " part");
        assertThatThrownBy(() -> settings(0, 3, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("k: 0 is not allowed; allowed: from 1 to 64");
    }
}
