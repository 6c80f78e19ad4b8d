package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.data.TrainingBatches;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.NetworkWeights;
import kshot.execute.TrainingPass;
import kshot.execute.WidthSpace;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.simplex.WidthRegulariser;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.weights.SupernetDescent;
import kshot.weights.Supernets;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SupernetTrainerTest {
    private static final int STEPS_PER_EPOCH = 4;
    private static final int EPOCHS = 6;

    @TempDir
    private Path folder;

    static Stream<SearchSpace> spaces() {
        return Stream.of(new WidthSpace(), new NasBench201(4, 1, TinyImages.SHAPE, TinyImages.CLASSES));
    }

    private static SupernetTrainer trainer(SearchSpace space, int epochs, long seed) {
        return new SupernetTrainer(
                space,
                SupernetSettingsTest.settings(2, epochs, 2),
                TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH),
                new Seed(seed));
    }

    private byte[] saved(Training trainer) throws IOException {
        Path file = folder.resolve("state.safetensors");
        trainer.save(file, Map.of());
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void oneSeedGivesTheSameBytes(SearchSpace space) throws IOException {
        List<byte[]> states = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            try (SupernetTrainer trainer = trainer(space, EPOCHS, seed)) {
                trainer.train(Long.MAX_VALUE, step -> {});
                states.add(saved(trainer));
            }
        }
        assertThat(states.get(1)).as("the same seed").isEqualTo(states.get(0));
        assertThat(states.get(2)).as("another seed").isNotEqualTo(states.get(0));
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void aTrainingThatWasSavedGoesOnAsIfNothingHadHappened(SearchSpace space) throws IOException {
        byte[] undisturbed;
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            trainer.train(Long.MAX_VALUE, step -> {});
            undisturbed = saved(trainer);
        }
        Path file = folder.resolve("half.safetensors");
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            trainer.train(11, step -> {});
            trainer.save(file, Map.of());
        }
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            trainer.load(file);
            assertThat(trainer.step()).isEqualTo(11);
            trainer.train(Long.MAX_VALUE, step -> {});
            assertThat(saved(trainer)).isEqualTo(undisturbed);
        }
    }

    /** Rests come between two steps, wherever they are wanted, and change nothing. */
    @ParameterizedTest
    @MethodSource("spaces")
    void aTrainingMayRestAnywhere(SearchSpace space) throws IOException {
        try (SupernetTrainer straight = trainer(space, EPOCHS, 1);
                SupernetTrainer resting = trainer(space, EPOCHS, 1)) {
            straight.train(Long.MAX_VALUE, step -> {});
            List<Long> steps = new ArrayList<>();
            while (resting.step() < resting.steps()) {
                long rest = resting.step() + 1 + resting.step() % 5;
                resting.train(() -> resting.step() >= rest, step -> steps.add(step.step()));
                assertThat(resting.step()).isEqualTo(Math.min(rest, resting.steps()));
            }
            assertThat(steps)
                    .containsExactlyElementsOf(
                            LongStream.range(0, resting.steps()).boxed().toList());
            assertThat(saved(resting)).isEqualTo(saved(straight));
        }
    }

    /** Weights of 10³⁰ have squares that float32 cannot hold. */
    @ParameterizedTest
    @MethodSource("spaces")
    void aTrainingThatDivergesStopsAndNamesStepArchitectureAndRate(SearchSpace space) {
        try (SupernetTrainer trainer = new SupernetTrainer(
                space,
                SupernetSettingsTest.settings(2, EPOCHS, 2, 1e30),
                TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH),
                new Seed(1))) {
            assertThatThrownBy(() -> trainer.train(Long.MAX_VALUE, step -> {}))
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageMatching("loss (NaN|-?Infinity|[0-9.E]+) and gradient of norm (NaN|Infinity) in step "
                            + trainer.step() + " at learning rate [0-9.]+E(29|30) under architecture "
                            + Pattern.quote(
                                    space.format(space.sample(new Seed(1).generator("path", trainer.step(), 0)))));
            assertThat(trainer.step()).isBetween(1L, (long) STEPS_PER_EPOCH);
        }
    }

    @Test
    void halfTheRateIsKeptInACheckpoint() throws IOException {
        Path file = folder.resolve("half.safetensors");
        List<Double> rates = new ArrayList<>();
        SearchSpace space = new WidthSpace();
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            trainer.train(Long.MAX_VALUE, step -> rates.add(step.learningRate()));
        }
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            trainer.halveRate();
            trainer.halveRate();
            trainer.save(file, Map.of());
        }
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            trainer.load(file);
            assertThat(trainer.rateFactor()).isEqualTo(0.25);
            trainer.train(
                    Long.MAX_VALUE,
                    step -> assertThat(step.learningRate()).isEqualTo(0.25 * rates.get((int) step.step())));
        }
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void theLossFalls(SearchSpace space) {
        List<TrainingStep> steps = new ArrayList<>();
        try (SupernetTrainer trainer = trainer(space, 20, 1)) {
            trainer.train(Long.MAX_VALUE, steps::add);
        }
        assertThat(steps).hasSize(20 * STEPS_PER_EPOCH);
        assertThat(loss(steps.subList(60, 80))).isLessThan(0.95 * loss(steps.subList(0, 20)));
    }

    private static double loss(List<TrainingStep> steps) {
        return steps.stream().mapToDouble(TrainingStep::loss).average().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void aBatchTrainsEitherTheSupernetsOrTheSimplexNet(SearchSpace space) {
        try (SupernetTrainer trainer = trainer(space, EPOCHS, 1)) {
            List<TrainingStep.Stage> stages = new ArrayList<>();
            while (trainer.step() < trainer.steps()) {
                Map<String, float[]> supernets = supernets(trainer);
                float[] simplexNet = trainer.simplexNet().parameters().clone();
                trainer.train(trainer.step() + 1, step -> stages.add(step.stage()));
                boolean ofSimplexNet = stages.get(stages.size() - 1) == TrainingStep.Stage.SIMPLEX;
                Map<String, float[]> now = supernets(trainer);
                boolean sameSupernets =
                        supernets.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), now.get(e.getKey())));
                boolean sameSimplexNet =
                        Arrays.equals(simplexNet, trainer.simplexNet().parameters());
                assertThat(sameSupernets)
                        .as("supernets at rest in step %d", trainer.step())
                        .isEqualTo(ofSimplexNet);
                assertThat(sameSimplexNet)
                        .as("σ at rest in step %d", trainer.step())
                        .isEqualTo(!ofSimplexNet);
            }
            assertThat(stages)
                    .filteredOn(TrainingStep.Stage.SIMPLEX::equals)
                    .hasSize((EPOCHS - 1) * STEPS_PER_EPOCH / 2);
        }
    }

    /** Beside codes that are learnt, frozen and equal the supernets train on the same batches; without learning σ rests. */
    @ParameterizedTest
    @MethodSource("spaces")
    void controlsLeaveOutTheBatchesOfTheSimplexNet(SearchSpace space) {
        for (CodeSettings.Codes codes : List.of(CodeSettings.Codes.FROZEN, CodeSettings.Codes.EQUAL)) {
            SupernetSettings settings = SupernetSettingsTest.settings(2, EPOCHS, 2)
                    .withSchedule(schedule -> schedule.withIdleBatches(SupernetSchedule.IdleBatches.NOTHING))
                    .withSimplex(simplex ->
                            simplex.withCoding(coding -> coding.withCodes(codes).withInitialSpread(1)));
            try (SupernetTrainer trainer = new SupernetTrainer(
                    space, settings, TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH), new Seed(1))) {
                float[] sigma = trainer.simplexNet().parameters().clone();
                List<Long> leftOut = new ArrayList<>();
                while (trainer.step() < trainer.steps()) {
                    Map<String, float[]> before = supernets(trainer);
                    TrainingStep[] last = new TrainingStep[1];
                    trainer.train(trainer.step() + 1, step -> last[0] = step);
                    if (last[0].stage() == TrainingStep.Stage.NOTHING) {
                        leftOut.add(last[0].step());
                        assertThat(last[0].images()).isZero();
                        supernets(trainer)
                                .forEach((name, now) -> assertThat(now).isEqualTo(before.get(name)));
                    }
                }
                assertThat(leftOut).containsExactly(5L, 7L, 9L, 11L, 13L, 15L, 17L, 19L, 21L, 23L);
                assertThat(trainer.simplexNet().parameters()).isEqualTo(sigma);
                Architecture a = space.sample(new Seed(2).generator("architecture"));
                SimplexCode code = trainer.mixture().codes().apply(a);
                assertThat(code)
                        .isEqualTo(
                                codes == CodeSettings.Codes.EQUAL
                                        ? SimplexCode.uniform(2)
                                        : trainer.simplexNet().code(a));
            }
        }
    }

    /** A gradient of norm 5 shortened to 2, one of norm 1 left alone. */
    @Test
    void gradientsOfTheSimplexNetCanBeClipped() {
        SimplexDescent descent = new SimplexDescent(SimplexDescent.Optimizer.SGD, 0.1, 2);
        assertThat(descent.clipped(new float[] {3, -4})).containsExactly(new float[] {1.2f, -1.6f}, within(1e-6f));
        assertThat(descent.clipped(new float[] {0.6f, -0.8f})).containsExactly(0.6f, -0.8f);
        assertThat(descent.withGradientClip(0).clipped(new float[] {3, -4})).containsExactly(3, -4);
    }

    private static Gradient gradient(
            Executor executor,
            Network network,
            NetworkWeights weights,
            ImageTensors images,
            SupernetSettings settings) {
        try (TrainingPass pass = executor.train(network, weights, images, settings.labelSmoothing())) {
            return pass.backward();
        }
    }

    /** Both gradients are those of the weights before the batch; the second descent starts where the first has led. */
    @ParameterizedTest
    @MethodSource("spaces")
    void pathsOfABatchAreTrainedFromTheSameWeights(SearchSpace space) {
        SupernetSettings settings = SupernetSettingsTest.settings(2, 1, 2, 2, 0.1);
        TrainingBatches batches = TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH);
        Seed seed = new Seed(1);
        try (SupernetTrainer trainer = new SupernetTrainer(space, settings, batches, seed);
                Executor executor = Executor.of(Compute.of(settings.precision()));
                Supernets supernets =
                        Supernets.random(space, settings.dictionary(), Compute.of(settings.precision()), seed);
                SupernetDescent descent = new SupernetDescent(supernets);
                NativeScope scope = new NativeScope()) {
            ImageTensors images = ImageTensors.of(batches.at(0), Compute.of(settings.precision()));
            SimplexCode uniform = SimplexCode.uniform(2);
            List<Gradient> gradients = new ArrayList<>();
            for (int j = 0; j < 2; j++) {
                Network network = space.network(space.sample(seed.generator("path", 0, j)));
                ImageTensors part = images.range(j * TinyImages.BATCH / 2, (j + 1) * TinyImages.BATCH / 2);
                gradients.add(gradient(executor, network, supernets.merge(network, uniform), part, settings));
            }
            for (Gradient each : gradients) {
                each.clip(each.norm().read()[0], settings.gradientClip());
                descent.step(each, uniform, settings.descent().sgd(), 0.1);
            }
            trainer.train(1, step -> assertThat(step.images()).isEqualTo(TinyImages.BATCH));
            Map<String, float[]> trained = supernets(trainer);
            values(supernets.state().putAll("", descent.state()))
                    .forEach((name, expected) ->
                            assertThat(trained.get(name)).as(name).containsExactly(expected, within(1e-6f)));
        }
    }

    /** With equal codes the gradient of θ̃ reaches θ_k as λ_k / Σ λ_k² = 1 of itself, and K = 4 has no rounding. */
    @ParameterizedTest
    @MethodSource("spaces")
    void equalSupernetsWithACompensatedGradientAreTrainedAsOne(SearchSpace space) {
        TrainingBatches batches = TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH);
        Seed seed = new Seed(1);
        try (SupernetTrainer one =
                        new SupernetTrainer(space, SupernetSettingsTest.compensated(1, EPOCHS), batches, seed);
                SupernetTrainer four =
                        new SupernetTrainer(space, SupernetSettingsTest.compensated(4, EPOCHS), batches, seed)) {
            one.train(Long.MAX_VALUE, step -> {});
            four.train(Long.MAX_VALUE, step -> {});
            Map<String, float[]> ofFour = supernets(four);
            supernets(one).forEach((name, weights) -> {
                float[] copies = ofFour.get(name);
                assertThat(copies).hasSize(4 * weights.length);
                for (int k = 0; k < 4; k++) {
                    assertThat(Arrays.copyOfRange(copies, k * weights.length, (k + 1) * weights.length))
                            .as("%s of supernet %d", name, k)
                            .isEqualTo(weights);
                }
            });
        }
    }

    /**
     * Two groups after the warm-up, each under the largest of three architectures: each moves the supernets by its own
     * λ_k ∂L/∂θ̃ at half the rate, and the simplex-net moves by the mean of ⟨∂L/∂θ̃, θ_k⟩ and by r_c, all at the weights before the batch.
     */
    @ParameterizedTest
    @MethodSource("spaces")
    void aJointBatchTrainsBothFromTheSameWeights(SearchSpace space) throws IOException {
        SupernetSettings settings = SupernetSettingsTest.joint(2, 2, 2);
        TrainingBatches batches = TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH);
        Seed seed = new Seed(1);
        Path warm = folder.resolve("warm.safetensors");
        try (SupernetTrainer trainer = new SupernetTrainer(space, settings, batches, seed);
                SupernetTrainer byHand = new SupernetTrainer(space, settings, batches, seed);
                Executor executor = Executor.of(Compute.of(settings.precision()));
                NativeScope scope = new NativeScope()) {
            int step = STEPS_PER_EPOCH;
            trainer.train(step, s -> {});
            trainer.save(warm, Map.of());
            byHand.load(warm);
            ImageTensors images = ImageTensors.of(batches.at(step), Compute.of(settings.precision()));
            List<Architecture> architectures = new ArrayList<>();
            List<Gradient> gradients = new ArrayList<>();
            float[][] ofCodes = new float[2][];
            for (int j = 0; j < 2; j++) {
                architectures.add(space.sampleLargest(3, seed.generator("group", step, j)));
                Network network = space.network(architectures.get(j));
                SimplexCode code = byHand.simplexNet().code(architectures.get(j));
                NetworkWeights weights = byHand.supernets().merge(network, code);
                ImageTensors part = images.range(j * TinyImages.BATCH / 2, (j + 1) * TinyImages.BATCH / 2);
                Gradient gradient = gradient(executor, network, weights, part, settings);
                double[] inner = byHand.supernets().codeGradient(gradient).read();
                ofCodes[j] = new float[] {(float) (inner[0] / 2), (float) (inner[1] / 2)};
                gradients.add(gradient);
            }
            SimplexNet.Forward forward = byHand.simplexNet().forward(architectures);
            float[][] ofRegulariser = new WidthRegulariser(
                            space, settings.simplex().temperature())
                    .gradient(forward.codes(), architectures);
            for (int j = 0; j < 2; j++) {
                for (int k = 0; k < 2; k++) {
                    ofCodes[j][k] += (float) settings.simplex().regulariser() * ofRegulariser[j][k];
                }
            }
            double progress = (double) step / (2 * STEPS_PER_EPOCH);
            double cosine = (1 + Math.cos(Math.PI * progress)) / 2;
            for (int j = 0; j < 2; j++) {
                Gradient gradient = gradients.get(j);
                gradient.clip(gradient.norm().read()[0], settings.gradientClip());
                byHand.descent()
                        .step(
                                gradient,
                                forward.codes().get(j),
                                settings.descent().sgd(),
                                settings.descent().learningRate() * cosine / 2);
            }
            float[] sigma = byHand.simplexNet().parameters();
            SimplexDescent descent = settings.simplex().descent();
            descent.optimizerOf(sigma.length).step(sigma, forward.backward(ofCodes), descent.learningRate() * cosine);

            trainer.train(step + 1, s -> {
                assertThat(s.images()).isEqualTo(TinyImages.BATCH);
                assertThat(s.stage()).isEqualTo(TrainingStep.Stage.SUPERNET);
            });
            Map<String, float[]> trained = supernets(trainer);
            supernets(byHand)
                    .forEach((name, expected) ->
                            assertThat(trained.get(name)).as(name).containsExactly(expected, within(1e-6f)));
            assertThat(trainer.simplexNet().parameters()).containsExactly(sigma, within(1e-6f));
        }
    }

    @Test
    void pathsSideBySideGiveTheSameBytesTwice() throws IOException {
        List<byte[]> states = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (SupernetTrainer trainer = new SupernetTrainer(
                    new WidthSpace(),
                    SupernetSettingsTest.settings(2, EPOCHS, 4, 2, 0.1),
                    TinyImages.training(STEPS_PER_EPOCH * TinyImages.BATCH),
                    new Seed(1))) {
                trainer.train(Long.MAX_VALUE, step -> {});
                states.add(saved(trainer));
            }
        }
        assertThat(states.get(1)).isEqualTo(states.get(0));
    }

    /** The weights and momenta of the supernets. */
    private static Map<String, float[]> supernets(SupernetTrainer trainer) {
        return values(trainer.supernets().state().putAll("", trainer.descent().state()));
    }

    private static Map<String, float[]> values(NamedTensors tensors) {
        Map<String, float[]> values = new HashMap<>();
        tensors.names().forEach(name -> values.put(name, tensors.toFloats(name)));
        return values;
    }

    /** What a step allocates it frees before it ends, not when the garbage collector finds time. */
    @ParameterizedTest
    @MethodSource("spaces")
    void nativeMemoryStaysFlat(SearchSpace space) {
        try (SupernetTrainer trainer = trainer(space, 100, 1)) {
            trainer.train(100, step -> {});
            System.gc();
            long objects = Pointer.totalCount();
            long bytes = Pointer.totalBytes();
            long resident = Pointer.physicalBytes();
            trainer.train(400, step -> {});
            assertThat(trainer.step()).isEqualTo(400);
            assertThat(Pointer.totalCount() - objects).as("native objects").isLessThan(300);
            assertThat(Pointer.totalBytes() - bytes).as("their bytes").isLessThan(1 << 20);
            assertThat(Pointer.physicalBytes() - resident).as("resident bytes").isLessThan(128 << 20);
        }
    }
}
