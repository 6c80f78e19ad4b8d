package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import kshot.run.settings.SettingsTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong number is refused before anything is read or written, whichever setting it is. */
class WrongSettingsTest {
    /** Path, value and what is allowed; the batch size of the preset {@code quick} is 64. */
    private static final String WRONG = """
            seed | 99999999999999999999 | an integer of 64 bits
            threads | -1 | at least 0
            device | gpu | auto, cpu, cpu-libtorch, cuda, or cuda: and a number from 0
            device | meta | auto, cpu, cpu-libtorch, cuda, or cuda: and a number from 0
            device | 1 | auto, cpu, cpu-libtorch, cuda, or cuda: and a number from 0
            device | null | a device or auto
            models | 0 | from 1 to 100
            models | 101 | from 1 to 100
            repeats | 0 | from 1 to 100
            repeats | 101 | from 1 to 100
            data.image_size | 7 | from 8 to 512
            data.image_size | 513 | from 8 to 512
            data.unreadable | -0.1 | from 0, less than 1
            data.unreadable | 1.0 | from 0, less than 1
            data.erasing | -0.1 | from 0 to 1
            data.erasing | 1.1 | from 0 to 1
            data.test_fraction | 0.0 | more than 0, less than 1
            data.test_fraction | 1.0 | more than 0, less than 1
            data.validation_fraction | 0.0 | more than 0, less than 1
            data.validation_fraction | 1.0 | more than 0, less than 1
            data.validation_images | -1 | at least 0
            data.validation_batch | 1 | at least 2
            data.min_epoch_images | -1 | from 0 to 1000000
            space.supernet_cells | 0 | at least 1
            space.supernet_channels | 0 | at least 1
            space.supernet_image_size | 7 | from 8 to 512
            supernet.k | 0 | from 1 to 64
            supernet.k | 65 | from 1 to 64
            supernet.epochs | 0 | at least 1
            supernet.warmup_epochs | -1 | from 0 to supernet.epochs, 6
            supernet.warmup_epochs | 9 | from 0 to supernet.epochs, 6
            supernet.batch_size | 1 | at least 2
            supernet.paths | 0 | a divisor of supernet.batch_size, 64, that leaves at least 2 images for each part
            supernet.paths | 3 | a divisor of supernet.batch_size, 64, that leaves at least 2 images for each part
            supernet.largest_of | 0 | from 1 to 1000
            supernet.largest_of | 1001 | from 1 to 1000
            supernet.groups | 0 | a divisor of supernet.batch_size, 64, that leaves at least 2 images for each part
            supernet.groups | 7 | a divisor of supernet.batch_size, 64, that leaves at least 2 images for each part
            supernet.groups | 64 | a divisor of supernet.batch_size, 64, that leaves at least 2 images for each part
            supernet.learning_rate | 0.0 | more than 0
            supernet.learning_rate | NaN | more than 0
            supernet.learning_rate | Infinity | more than 0, finite
            supernet.final_learning_rate | -0.1 | from 0 to supernet.learning_rate, 0.1
            supernet.final_learning_rate | 0.2 | from 0 to supernet.learning_rate, 0.1
            supernet.momentum | -0.1 | from 0, less than 1
            supernet.momentum | 1.0 | from 0, less than 1
            supernet.weight_decay | -0.1 | at least 0
            supernet.label_smoothing | -0.1 | from 0, less than 1
            supernet.label_smoothing | 1.0 | from 0, less than 1
            supernet.gradient_clip | -0.1 | at least 0
            supernet.initial_noise | -0.1 | from 0 to 1
            supernet.initial_noise | 1.1 | from 0 to 1
            supernet.difference_decay | -0.1 | at least 0
            supernet.simplex_every | 1 | at least 2
            supernet.snapshots | 0 | from 1 to supernet.epochs, 6
            supernet.snapshots | 9 | from 1 to supernet.epochs, 6
            supernet.simplex.hidden | 0 | at least 1
            supernet.simplex.initial_spread | -0.1 | at least 0
            supernet.simplex.spread_epochs | -0.1 | at least 0
            supernet.simplex.gradient_clip | -0.1 | at least 0
            supernet.simplex.learning_rate | 0.0 | more than 0
            supernet.simplex.regulariser | -0.1 | at least 0
            supernet.simplex.temperature | 0.0 | more than 0
            limits.max_flops | 0 | at least 1
            limits.max_flops | 1.5 | an integer, auto or none
            limits.max_params | 0 | at least 1
            limits.max_params | auto | an integer or none
            limits.max_latency_ms | 0.0 | more than 0
            limits.max_latency_ms | NaN | more than 0
            limits.max_latency_ms | soon | a number or none
            limits.latency_threads | 0 | from 1 to 1024
            limits.latency_table | table.json | none, where limits.max_latency_ms is none
            limits.latency_table | null | a path or none
            search.population | 0 | at least 1
            search.generations | 0 | at least 1
            search.parents | 0 | from 1 to search.population, 50
            search.parents | 51 | from 1 to search.population, 50
            search.mutation_rate | -0.1 | from 0 to 1
            search.mutation_rate | 1.1 | from 0 to 1
            search.crossover_rate | -0.1 | from 0 to 1
            search.crossover_rate | 1.1 | from 0 to 1
            predictors.reference | 1 | at least 2
            predictors.images | 1 | at least 2
            predictors.initializations | 0 | at least 1
            predictors.cells | 0 | at least 1
            predictors.channels | 0 | at least 1
            predictors.image_size | 7 | from 8 to 512
            finalists.count | 0 | from 1 to 1000
            finalists.count | 1001 | from 1 to 1000
            finalists.batch | -1 | from 0 to 1000
            finalists.batch | 1001 | from 0 to 1000
            finalists.epochs | 0 | at least 1
            finalists.eta | 1 | from 2 to 100
            finalists.rungs | 0 | from 1 to 10
            finalists.rungs | 11 | from 1 to 10
            finalists.images | -1 | at least 0
            finalists.cells | 0 | at least 1
            finalists.channels | 0 | at least 1
            finalists.image_size | 7 | from 8 to 512
            retrain.epochs | 0 | at least 1
            retrain.batch_size | 1 | at least 2
            retrain.learning_rate | 0.0 | more than 0
            retrain.warmup_epochs | -0.1 | at least 0
            retrain.decay_factor | 0.0 | more than 0, at most 1
            retrain.decay_factor | 1.1 | more than 0, at most 1
            retrain.decay_epochs | 0.0 | more than 0
            retrain.momentum | -0.1 | from 0, less than 1
            retrain.momentum | 1.0 | from 0, less than 1
            retrain.weight_decay | -0.1 | at least 0
            retrain.label_smoothing | -0.1 | from 0, less than 1
            retrain.label_smoothing | 1.0 | from 0, less than 1
            retrain.gradient_clip | -0.1 | at least 0
            retrain.mixup | -0.1 | at least 0
            retrain.average_decay | -0.1 | from 0, less than 1
            retrain.average_decay | 1.0 | from 0, less than 1
            retrain.validation_fraction | -0.1 | from 0 to 0.5
            retrain.validation_fraction | 0.6 | from 0 to 0.5
            export.int8_max_loss | -0.1 | from 0 to 1
            export.int8_max_loss | 1.5 | from 0 to 1
            checkpoint.every_seconds | -1.0 | at least 0
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = WRONG)
    void isNamedWithItsValueAndWhatIsAllowed(String path, String value, String allowed) {
        String yaml = value.replace("NaN", ".nan").replace("Infinity", ".inf");
        Path out = folder.resolve("run");
        CommandLineOutput output = CommandLineOutput.of(
                "run", "--data", "/no/such/folder", "--set", path + "=" + yaml, "--out", out.toString());
        assertThat(output.err().strip())
                .isEqualTo("kshot: " + path + ": " + value + " is not allowed; allowed: " + allowed);
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.out()).isEmpty();
        assertThat(out).doesNotExist();
    }

    @Test
    void noNumberIsLeftOut() {
        assertThat(WRONG.lines()
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        numbers("", SettingsTree.preset("quick", "").toMap()).toList());
    }

    /** Numbers, nothing where a number may be, and the words that stand for one. */
    private static Stream<String> numbers(String prefix, Map<?, ?> settings) {
        return settings.entrySet().stream().flatMap(entry -> {
            String path = prefix + entry.getKey();
            if (entry.getValue() instanceof Map<?, ?> group) {
                return numbers(path + ".", group);
            }
            boolean number = entry.getValue() == null || entry.getValue() instanceof Number;
            boolean word = prefix.equals("limits.") || path.equals("predictors.image_size") || path.equals("device");
            return number || word ? Stream.of(path) : Stream.empty();
        });
    }
}
