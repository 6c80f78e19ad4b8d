package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kshot.tensor.Precision;
import kshot.weights.DictionarySettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that a method {@code withX} changes X and nothing else. */
class SettingsCopiesTest {
    /** Two records whose components differ, and the names of those components that such a method changes. */
    static Stream<Arguments> records() {
        SupernetSettings supernet = SupernetSettings.quick().withPrecision(Precision.FLOAT32);
        RetrainSettings retrain = RetrainSettings.quick().withPrecision(Precision.FLOAT32);
        SupernetSchedule schedule =
                new SupernetSchedule(SupernetSettings.Mode.JOINT, 9, 3, 5, SupernetSchedule.IdleBatches.NOTHING, 4);
        SupernetSampling sampling = new SupernetSampling(32, 2, false, 3, 4);
        DescentSettings descent = new DescentSettings(0.3, 0.05, 0.5, false, 0.1, 0.2, 0.3);
        CodeSettings coding = new CodeSettings(CodeSettings.Codes.FROZEN, true, CodeSettings.Draws.AS_PATHS, 0.2, 0.7);
        SimplexDescent ofSimplex = new SimplexDescent(SimplexDescent.Optimizer.ADAM, 0.4, 0.8);
        SimplexSettings simplex = new SimplexSettings(3, coding, ofSimplex, 0.5, 0.6);
        RetrainDescent ofRetraining = new RetrainDescent(0.3, 3, 0.4, 5, 0.6, 0.7, 0.8, 0.25, 0.9);
        DictionarySettings dictionary = new DictionarySettings(2, 0.5, true, true, true, true, 0.1);
        return Stream.of(
                arguments(
                        supernet.dictionary(),
                        dictionary,
                        List.of(
                                "k",
                                "initialNoise",
                                "compensateGradient",
                                "shareFixed",
                                "shareNormalization",
                                "commonWeights",
                                "differenceDecay")),
                arguments(
                        supernet.schedule(),
                        schedule,
                        List.of("mode", "epochs", "warmupEpochs", "simplexEvery", "idleBatches", "snapshots")),
                arguments(supernet.sampling(), sampling, List.of("batchSize", "paths", "largestOf", "groups")),
                arguments(
                        supernet.descent(),
                        descent,
                        List.of("learningRate", "finalLearningRate", "weightDecay", "labelSmoothing", "gradientClip")),
                arguments(supernet.simplex(), simplex, List.of("hidden", "regulariser", "temperature")),
                arguments(
                        supernet.simplex().coding(),
                        coding,
                        List.of("codes", "canonical", "draws", "initialSpread", "spreadEpochs")),
                arguments(
                        supernet.simplex().descent(), ofSimplex, List.of("optimizer", "learningRate", "gradientClip")),
                arguments(
                        supernet,
                        new SupernetSettings(
                                dictionary,
                                schedule,
                                sampling,
                                descent,
                                Precision.BFLOAT16,
                                OnDivergence.HALVE_RATE,
                                simplex),
                        List.of("precision")),
                arguments(
                        retrain.descent(),
                        ofRetraining,
                        List.of("learningRate", "warmupEpochs", "weightDecay", "mixup", "gradientClip")),
                arguments(
                        retrain,
                        new RetrainSettings(
                                RetrainSettings.Optimizer.RMSPROP,
                                3,
                                4,
                                ofRetraining,
                                0.5,
                                0.3,
                                Precision.BFLOAT16,
                                OnDivergence.HALVE_RATE),
                        List.of(
                                "optimizer",
                                "epochs",
                                "batchSize",
                                "averageDecay",
                                "validationFraction",
                                "precision")));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aCopyChangesOneComponent(Record usual, Record other, List<String> names) throws ReflectiveOperationException {
        RecordComponent[] components = usual.getClass().getRecordComponents();
        for (RecordComponent changed : components) {
            Optional<Method> with = with(changed);
            assertThat(with.isPresent()).as(changed.getName()).isEqualTo(names.contains(changed.getName()));
            if (with.isEmpty()) {
                continue;
            }
            Object value = changed.getAccessor().invoke(other);
            assertThat(value).isNotEqualTo(changed.getAccessor().invoke(usual));
            Object copy = with.get().invoke(usual, value);
            for (RecordComponent component : components) {
                assertThat(component.getAccessor().invoke(copy))
                        .as("%s after a change of %s", component.getName(), changed.getName())
                        .isEqualTo(component.getAccessor().invoke(component.equals(changed) ? other : usual));
            }
        }
    }

    private static Optional<Method> with(RecordComponent component) {
        String name = component.getName();
        String method = "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return Arrays.stream(component.getDeclaringRecord().getMethods())
                .filter(m -> m.getName().equals(method) && m.getParameterTypes()[0] == component.getType())
                .findFirst();
    }

    @ParameterizedTest
    @MethodSource("shortcuts")
    void shortcutsChangeTheirPart(SupernetSettings copy, SupernetSettings same) {
        assertThat(copy).isEqualTo(same).isNotEqualTo(SupernetSettings.quick());
    }

    static Stream<Arguments> shortcuts() {
        SupernetSettings quick = SupernetSettings.quick();
        return Stream.of(
                arguments(quick.withEpochs(10), quick.withSchedule(schedule -> schedule.withEpochs(10))),
                arguments(quick.withWarmupEpochs(3), quick.withSchedule(schedule -> schedule.withWarmupEpochs(3))),
                arguments(quick.withBatchSize(32), quick.withSampling(sampling -> sampling.withBatchSize(32))));
    }
}
