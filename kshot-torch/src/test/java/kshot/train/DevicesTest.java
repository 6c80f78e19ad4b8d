package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import kshot.common.Seed;
import kshot.execute.Executor;
import kshot.execute.LibTorchExecutor;
import kshot.execute.WidthSpace;
import kshot.predict.SupernetEvaluator;
import kshot.predict.SupernetScores;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
import kshot.tensor.Cuda;
import kshot.tensor.Device;
import kshot.tensor.LibTorch;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Precision;
import kshot.weights.SupernetMixture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trainings and evaluations as a graphics card does them, against those by the kernels of the processor: by the same code on the
 * processor, and on a card where there is one.
 */
class DevicesTest {
    private static final SearchSpace SPACE = new WidthSpace();
    private static final int STEPS = 12;

    /** How far the weights of two trainings of a few steps are apart, for that by which they have moved. */
    private static final double ROUNDING = 1e-3;

    /** A bfloat16 number has 8 bits, and each step begins where the last one ended. */
    private static final double COARSE_ROUNDING = 0.2;

    private static Device usable(String name) {
        Device device = new Device(name);
        if (device.isCard()) {
            Cuda.problem().ifPresent(problem -> Assumptions.abort("needs a graphics card: " + problem));
        }
        return device;
    }

    private static SupernetSettings settings(Precision precision, UnaryOperator<SupernetSettings> change) {
        return change.apply(SupernetSettingsTest.settings(2, 4, 2).withPrecision(precision));
    }

    private static SupernetTrainer supernets(SupernetSettings settings, Device device) {
        return new SupernetTrainer(SPACE, settings, TinyImages.training(24), new Seed(1), device, Collective.ALONE);
    }

    private static double[] state(Training training) {
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = training.tensors();
            return tensors.names().stream()
                    .flatMapToDouble(name -> Arrays.stream(LibTorch.toDoubles(tensors.get(name))))
                    .toArray();
        }
    }

    /** Returns how far two are apart, for how far the first is from its start. */
    private static double distance(double[] start, double[] one, double[] other) {
        return norm(one, other) / norm(one, start);
    }

    private static double norm(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    private static double limit(Precision precision) {
        return precision == Precision.BFLOAT16 ? COARSE_ROUNDING : ROUNDING;
    }

    @ParameterizedTest
    @CsvSource({
        "cpu-libtorch, FLOAT32, ITERATIVE",
        "cpu-libtorch, FLOAT32, JOINT",
        "cpu-libtorch, BFLOAT16, ITERATIVE",
        "cuda, FLOAT32, ITERATIVE",
        "cuda, BFLOAT16, ITERATIVE"
    })
    void trainSupernetsAlike(String name, Precision precision, SupernetSettings.Mode mode) {
        Device device = usable(name);
        SupernetSettings settings = settings(
                precision,
                s -> s.withSampling(sampling -> sampling.withPaths(2)).withSchedule(of -> of.withMode(mode)));
        try (SupernetTrainer here = supernets(settings, Device.PROCESSOR);
                SupernetTrainer there = supernets(settings, device)) {
            assertThat(there.executor()).isInstanceOf(LibTorchExecutor.class);
            assertThat(here.executor()).isNotInstanceOf(LibTorchExecutor.class);
            double[] start = state(here);
            assertThat(state(there)).isEqualTo(start);
            here.train(STEPS, step -> {});
            there.train(STEPS, step -> {});
            assertThat(distance(start, state(here), state(there))).isBetween(0.0, limit(precision));
        }
    }

    @ParameterizedTest
    @CsvSource({"cpu-libtorch, FLOAT32", "cpu-libtorch, BFLOAT16", "cuda, FLOAT32", "cuda, BFLOAT16"})
    void retrainAlikeAndTestAlike(String name, Precision precision) {
        Device device = usable(name);
        RetrainSettings settings = RetrainSettings.quick()
                .withPrecision(precision)
                .withBatchSize(8)
                .withEpochs(4);
        try (Retrainer here = retrainer(settings, Device.PROCESSOR);
                Retrainer there = retrainer(settings, device)) {
            double[] start = state(here);
            here.train(STEPS, step -> {});
            there.train(STEPS, step -> {});
            assertThat(distance(start, state(here), state(there))).isBetween(0.0, limit(precision));
            Inference.Score score = Inference.score(network(), here.last(), TinyImages.evaluation(30, 10));
            Inference.Score other = Inference.score(network(), there.last(), TinyImages.evaluation(30, 10));
            assertThat(other.images()).isEqualTo(30);
            assertThat(other.logLikelihood()).isCloseTo(score.logLikelihood(), within(limit(precision)));
        }
    }

    private static Retrainer retrainer(RetrainSettings settings, Device device) {
        return new Retrainer(
                network(),
                settings,
                TinyImages.training(24),
                TinyImages.evaluation(30, 10),
                new Seed(1),
                device,
                Collective.ALONE);
    }

    private static kshot.network.Network network() {
        return SPACE.network(Architecture.of(2, 2, 1));
    }

    @ParameterizedTest
    @CsvSource({"cpu-libtorch, FLOAT32", "cpu-libtorch, BFLOAT16", "cuda, FLOAT32", "cuda, BFLOAT16"})
    void scoreAlike(String name, Precision precision) {
        Device device = usable(name);
        List<Evaluation> here = scores(precision, Device.PROCESSOR);
        List<Evaluation> there = scores(precision, device);
        for (int i = 0; i < here.size(); i++) {
            assertThat(there.get(i).score(SupernetScores.LOG_LIKELIHOOD))
                    .isCloseTo(here.get(i).score(SupernetScores.LOG_LIKELIHOOD), within(limit(precision) / 10));
        }
    }

    private static List<Evaluation> scores(Precision precision, Device device) {
        SimplexCode code = SimplexCode.of(0.25f, 0.75f);
        try (SupernetTrainer trainer = supernets(settings(precision, s -> s), device);
                Executor executor = trainer.executor();
                SupernetEvaluator evaluator =
                        new SupernetEvaluator(SPACE, SPACE, executor, TinyImages.evaluation(30, 15))) {
            return evaluator
                    .under(List.of(new SupernetMixture(trainer.supernets(), a -> code)))
                    .evaluate(List.of(Architecture.of(2, 1, 1), Architecture.of(0, 2, 0), Architecture.of(1, 0, 1)));
        }
    }
}
