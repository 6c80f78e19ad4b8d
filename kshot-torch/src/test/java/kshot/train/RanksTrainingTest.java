package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Augmentation;
import kshot.data.Batch;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.TrainingBatches;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.NetworkWeights;
import kshot.execute.TrainingPass;
import kshot.execute.WidthSpace;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
import kshot.tensor.Compute;
import kshot.tensor.Device;
import kshot.tensor.ImageTensors;
import kshot.tensor.LibTorch;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Precision;
import kshot.tensor.RankThreads;
import kshot.weights.SupernetDescent;
import kshot.weights.Supernets;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings by several ranks, here threads of this process. */
class RanksTrainingTest {
    private static final int BATCH = 64;
    private static final int STEPS = 20;
    private static final int STEPS_PER_EPOCH = 5;

    @TempDir
    private Path folder;

    private static TrainingBatches batches() {
        ImageSet set = TinyImages.set(STEPS_PER_EPOCH * BATCH);
        return new TrainingBatches(
                set, BATCH, TinyImages.SHAPE, Normalization.of(set), new Augmentation.CropFlip(1), new Seed(5));
    }

    private static SupernetSettings settings(UnaryOperator<SupernetSettings> change) {
        return change.apply(SupernetSettingsTest.settings(2, STEPS / STEPS_PER_EPOCH, 4)
                .withBatchSize(BATCH)
                .withPrecision(Precision.FLOAT64));
    }

    private static double[] state(Training training) {
        try (NativeScope scope = new NativeScope()) {
            return values(training.tensors());
        }
    }

    private static double[] values(NamedTensors tensors) {
        try (NativeScope scope = new NativeScope()) {
            return tensors.names().stream()
                    .map(tensors::get)
                    .filter(tensor -> tensor.numel() > 0)
                    .map(Tensor::flatten)
                    .flatMapToDouble(tensor -> Arrays.stream(LibTorch.toDoubles(tensor)))
                    .toArray();
        }
    }

    private static double[] trained(Training training) {
        try (training) {
            training.train(STEPS, step -> {});
            return state(training);
        }
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("in turn", settings(s -> s)),
                Arguments.of("with two paths", settings(s -> s.withSampling(sampling -> sampling.withPaths(2)))),
                Arguments.of("joint", settings(s -> s.withSchedule(of -> of.withMode(SupernetSettings.Mode.JOINT)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void twoRanksWithHalfABatchEachAreOneWithTheWhole(String name, SupernetSettings settings) {
        SearchSpace space = new PlainSpace();
        double[] one = trained(new SupernetTrainer(space, settings, batches(), new Seed(1)));
        List<double[]> two = RankThreads.run(
                2,
                ranks ->
                        trained(new SupernetTrainer(space, settings, batches(), new Seed(1), Device.PROCESSOR, ranks)));
        assertThat(two.get(1)).as("both ranks").isEqualTo(two.get(0));
        assertThat(two.get(0)).as("one rank").containsExactly(one, within(1e-12));
    }

    @Test
    void threeRanksOfDifferentSharesAreOne() {
        SearchSpace space = new PlainSpace();
        SupernetSettings settings = settings(s -> s);
        double[] one = trained(new SupernetTrainer(space, settings, batches(), new Seed(1)));
        List<double[]> three = RankThreads.run(
                3,
                ranks ->
                        trained(new SupernetTrainer(space, settings, batches(), new Seed(1), Device.PROCESSOR, ranks)));
        assertThat(three.get(2)).isEqualTo(three.get(0));
        assertThat(three.get(0)).containsExactly(one, within(1e-12));
    }

    @Test
    void twoRetrainingRanksAreOne() {
        RetrainSettings settings = RetrainSettings.quick().withPrecision(Precision.FLOAT64);
        Function<Collective, double[]> train = ranks -> trained(new Retrainer(
                new PlainSpace().network(Architecture.of(1, 1)),
                settings,
                batches(),
                null,
                new Seed(1),
                Device.PROCESSOR,
                ranks));
        double[] one = train.apply(Collective.ALONE);
        List<double[]> two = RankThreads.run(2, train);
        assertThat(two.get(1)).isEqualTo(two.get(0));
        assertThat(two.get(0)).containsExactly(one, within(1e-12));
    }

    /** With normalisation by each rank's own part of a batch. */
    @Test
    void allRanksHaveTheSameWeightsAndTwoTrainingsTheSameBits() {
        SupernetSettings settings = settings(s -> s.withPrecision(Precision.FLOAT32));
        Function<Collective, double[]> train = ranks -> trained(
                new SupernetTrainer(new WidthSpace(), settings, batches(), new Seed(1), Device.PROCESSOR, ranks));
        List<double[]> first = RankThreads.run(2, train);
        List<double[]> second = RankThreads.run(2, train);
        assertThat(first.get(1)).isEqualTo(first.get(0));
        assertThat(second.get(0)).isEqualTo(first.get(0));
    }

    /** Running statistics and the choice of the best weights included. */
    @Test
    void allRanksRetrainToTheSameStateAndLeaveTheHeldOutImagesToTheLead() {
        RetrainSettings settings =
                RetrainSettings.quick().withPrecision(Precision.FLOAT32).withEpochs(4);
        List<double[]> states = RankThreads.run(
                2,
                ranks -> trained(new Retrainer(
                        new WidthSpace().network(Architecture.of(2, 1, 1)),
                        settings,
                        batches(),
                        TinyImages.evaluation(30, 10),
                        new Seed(1),
                        Device.PROCESSOR,
                        ranks)));
        assertThat(states.get(1)).isEqualTo(states.get(0));
    }

    @Test
    void theOthersGoOnFromTheStateThatRankZeroHasLoaded() {
        SupernetSettings settings = settings(s -> s.withPrecision(Precision.FLOAT32));
        Path file = folder.resolve("half.safetensors");
        Function<Collective, SupernetTrainer> trainer = ranks ->
                new SupernetTrainer(new WidthSpace(), settings, batches(), new Seed(1), Device.PROCESSOR, ranks);
        List<double[]> undisturbed = RankThreads.run(2, ranks -> trained(trainer.apply(ranks)));
        RankThreads.run(2, ranks -> {
            try (SupernetTrainer half = trainer.apply(ranks)) {
                half.train(11, step -> {});
                if (ranks.isLead()) {
                    half.save(file, Map.of());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return 0;
        });
        List<double[]> resumed = RankThreads.run(2, ranks -> {
            SupernetTrainer rest = trainer.apply(ranks);
            try {
                if (ranks.isLead()) {
                    rest.load(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            rest.share();
            assertThat(rest.step()).isEqualTo(11);
            return trained(rest);
        });
        assertThat(resumed.get(0)).isEqualTo(undisturbed.get(0));
        assertThat(resumed.get(1)).isEqualTo(undisturbed.get(0));
    }

    @Test
    void ranksWithDifferentSeedsEndWithOneError() {
        List<String> errors = RankThreads.run(2, ranks -> {
            try {
                trained(new SupernetTrainer(
                        new PlainSpace(),
                        settings(s -> s),
                        batches(),
                        new Seed(ranks.rank()),
                        Device.PROCESSOR,
                        ranks));
                return "none";
            } catch (InvalidInputException e) {
                return String.valueOf(e.getMessage());
            }
        });
        assertThat(errors).allMatch(error -> error.startsWith("rank 1 disagrees with rank 0 about the "));
        assertThat(errors.get(1)).isEqualTo(errors.get(0));
    }

    @Test
    void ranksDivergeTogether() {
        List<String> errors = RankThreads.run(2, ranks -> {
            try {
                trained(new SupernetTrainer(
                        new WidthSpace(),
                        settings(s -> s.withPrecision(Precision.FLOAT32).withDescent(of -> of.withLearningRate(1e30))),
                        batches(),
                        new Seed(1),
                        Device.PROCESSOR,
                        ranks));
                return "none";
            } catch (DivergenceException e) {
                return String.valueOf(e.getMessage());
            }
        });
        assertThat(errors.get(0)).contains("under architecture");
        assertThat(errors.get(1)).isEqualTo(errors.get(0));
    }

    /** Each half of a batch is normalised by itself, on whichever rank. */
    @Test
    void withNormalisationTwoRanksAreOneProcessThatComputesBothHalves() {
        SearchSpace space = new WidthSpace();
        int epochs = STEPS / STEPS_PER_EPOCH;
        SupernetSettings settings = settings(s -> s.withWarmupEpochs(epochs));
        TrainingBatches batches = batches();
        Seed seed = new Seed(1);
        Compute compute = Compute.of(settings.precision());
        SimplexCode code = SimplexCode.uniform(settings.k());
        double[] byHand;
        try (Supernets supernets = Supernets.random(space, settings.dictionary(), compute, seed);
                SupernetDescent descent = new SupernetDescent(supernets);
                Executor executor = Executor.of(compute)) {
            for (long step = 0; step < STEPS; step++) {
                Network network = space.network(
                        settings.sampling().drawPaths(space, seed, step).get(0));
                try (NativeScope scope = new NativeScope()) {
                    NetworkWeights merged = supernets.merge(network, code);
                    List<Gradient> halves = new ArrayList<>();
                    for (int half = 0; half < 2; half++) {
                        Batch images = batches.at(step, IntStream.iterate(half, i -> i < BATCH, i -> i + 2));
                        TrainingPass pass = executor.train(
                                network, merged, ImageTensors.of(images, compute), settings.labelSmoothing());
                        halves.add(pass.backward());
                    }
                    Gradient mean = halves.get(0);
                    mean.values().add_(halves.get(1).values()).mul_(new Scalar(0.5));
                    mean.clip(mean.norm().read()[0], settings.gradientClip());
                    descent.step(
                            mean,
                            code,
                            settings.descent().sgd(),
                            settings.rate().at((double) step / STEPS_PER_EPOCH));
                }
            }
            byHand = values(supernets.state());
        }
        List<double[]> two = RankThreads.run(2, ranks -> {
            try (SupernetTrainer trainer =
                    new SupernetTrainer(space, settings, batches(), seed, Device.PROCESSOR, ranks)) {
                trainer.train(STEPS, step -> {});
                return values(trainer.supernets().state());
            }
        });
        assertThat(two.get(0)).containsExactly(byHand, within(1e-12));
        assertThat(two.get(1)).isEqualTo(two.get(0));
    }

    /** A message is as long as the weights of a network, of which there are K. */
    @Test
    void theMessagesDoNotGrowWithTheNumberOfSupernets() {
        List<Long> bytes = Stream.of(1, 8)
                .map(k -> RankThreads.run(2, ranks -> {
                            SupernetSettings settings =
                                    settings(s -> s.withK(k).withWarmupEpochs(STEPS / STEPS_PER_EPOCH));
                            try (SupernetTrainer trainer = new SupernetTrainer(
                                    new PlainSpace(), settings, batches(), new Seed(1), Device.PROCESSOR, ranks)) {
                                trainer.train(STEPS, step -> {});
                            }
                            return ranks.traffic().bytes();
                        })
                        .get(0))
                .toList();
        assertThat(bytes.get(1)).isEqualTo(bytes.get(0)).isPositive();
    }
}
