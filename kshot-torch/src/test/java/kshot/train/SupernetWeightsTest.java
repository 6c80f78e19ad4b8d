package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.execute.Scores;
import kshot.execute.WidthSpace;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.tensor.Device;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.weights.Supernets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SupernetWeightsTest {
    private static final int STEPS_PER_EPOCH = 4;

    @TempDir
    private Path folder;

    static Stream<SearchSpace> spaces() {
        return Stream.of(new WidthSpace(), new NasBench201(4, 1, TinyImages.SHAPE, TinyImages.CLASSES));
    }

    private static SupernetTrainer trainer(SearchSpace space, SupernetSettings settings) {
        return new SupernetTrainer(
                space, settings, TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH), new Seed(1));
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void scoreAsTheTrainingThatWasSavedDoes(SearchSpace space) throws IOException {
        SupernetSettings settings = SupernetSettingsTest.settings(2, 3, 2);
        Path file = folder.resolve("supernets.safetensors");
        try (SupernetTrainer trainer = trainer(space, settings)) {
            trainer.train(9, step -> {});
            trainer.save(file, Map.of());
            try (SupernetWeights weights = SupernetWeights.load(file, space, settings, Device.PROCESSOR)) {
                assertThat(weights.step()).isEqualTo(9);
                for (int i = 0; i < 3; i++) {
                    Architecture a = space.sample(new Seed(2).generator("architecture", i));
                    SimplexCode code = weights.mixture().codes().apply(a);
                    assertThat(code).isEqualTo(trainer.simplexNet().code(a));
                    assertThat(scores(trainer, weights.mixture().supernets(), space.network(a), code))
                            .isEqualTo(scores(trainer, trainer.supernets(), space.network(a), code));
                }
            }
        }
    }

    private static float[] scores(SupernetTrainer trainer, Supernets supernets, Network network, SimplexCode code) {
        try (NativeScope scope = new NativeScope()) {
            ImageTensors images = ImageTensors.of(
                    TinyImages.evaluation(6, 6).at(0), trainer.executor().compute());
            Scores scores = trainer.executor().forward(network, supernets.merge(network, code), images);
            return scores.toFloats();
        }
    }

    /** The first codes of these settings are not equal. The warm-up is one epoch; the batch after it is the first that trains them. */
    @Test
    void inTheWarmUpCodesAreEqual() throws IOException {
        SearchSpace space = new WidthSpace();
        SupernetSettings settings = SupernetSettingsTest.joint(2, 3, 2);
        Architecture a = Architecture.of(2, 1, 1);
        SimplexCode uniform = SimplexCode.uniform(2);
        try (SupernetTrainer trainer = trainer(space, settings)) {
            assertThat(trainer.simplexNet().code(a)).isNotEqualTo(uniform);
            for (long step : new long[] {0, 2, STEPS_PER_EPOCH}) {
                trainer.train(step, done -> {});
                assertThat(codeOf(trainer, a, space, settings)).isEqualTo(uniform);
            }
            trainer.train(STEPS_PER_EPOCH + 1, done -> {});
            assertThat(codeOf(trainer, a, space, settings))
                    .isEqualTo(trainer.simplexNet().code(a))
                    .isNotEqualTo(uniform);
        }
    }

    private SimplexCode codeOf(SupernetTrainer trainer, Architecture a, SearchSpace space, SupernetSettings settings)
            throws IOException {
        Path file = folder.resolve("supernets.safetensors");
        trainer.save(file, Map.of());
        try (SupernetWeights weights = SupernetWeights.load(file, space, settings, Device.PROCESSOR)) {
            return weights.mixture().codes().apply(a);
        }
    }

    @Test
    void thoseOfAnotherTrainingAreRefused() throws IOException {
        SearchSpace space = new WidthSpace();
        Path file = folder.resolve("supernets.safetensors");
        try (SupernetTrainer trainer = trainer(space, SupernetSettingsTest.settings(2, 3, 2))) {
            trainer.save(file, Map.of());
        }
        assertThatThrownBy(() ->
                        SupernetWeights.load(file, space, SupernetSettingsTest.settings(3, 3, 2), Device.PROCESSOR))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + " is damaged or of another run: cannot read ");
    }

    /** One snapshot of three epochs of 5 steps each. */
    @Test
    void theLastSnapshotIsTheEnd() {
        assertThat(SupernetSettingsTest.settings(2, 3, 2).snapshotSteps(5)).containsExactly(15L);
    }
}
