package kshot.run.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class SettingsTreeTest {
    static final List<String> PRESETS = SettingsTree.PRESETS;

    @TempDir
    private Path folder;

    private static SettingsTree resolved(String preset, String space) {
        SettingsTree settings = SettingsTree.preset(preset, space);
        settings.set("threads", "2");
        settings.set("supernet.precision", "float32");
        settings.set("retrain.precision", "bfloat16");
        settings.set("limits.max_flops", "5000000");
        settings.set("predictors.image_size", "8");
        settings.set("limits.max_params", "null");
        settings.set("limits.max_latency_ms", "null");
        return settings;
    }

    @Test
    void aPresetLiesOverQuickAndASpaceOverThePreset() {
        SettingsTree quick = SettingsTree.preset("quick", "small");
        SettingsTree smoke = SettingsTree.preset("smoke", "small");
        SettingsTree ofBenchmark = SettingsTree.preset("smoke", "nas-bench-201");
        assertThat(quick.text("supernet.k")).isEqualTo("4");
        assertThat(smoke.text("supernet.k")).isEqualTo("2");
        assertThat(smoke.text("supernet.momentum")).isEqualTo(quick.text("supernet.momentum"));
        assertThat(smoke.text("space.supernet_cells")).isNull();
        assertThat(ofBenchmark.text("space.supernet_cells")).isEqualTo("1");
        assertThat(ofBenchmark.text("supernet.k")).isEqualTo("2");
    }

    @Test
    void wordsStandForAListOfThem() {
        SettingsTree settings = resolved("smoke", "small");
        assertThat(settings.bind().search().score()).containsExactly("log_likelihood");
        settings.set("search.score", "accuracy");
        assertThat(settings.bind().search().score()).containsExactly("accuracy");
        settings.set("search.score", "live_flops, JACOV");
        assertThat(settings.bind().search().score()).containsExactly("live_flops", "jacov");
        settings.set("search.score", "[params, flops]");
        assertThat(settings.bind().search().score()).containsExactly("params", "flops");
        settings.set("search.score", "jacow");
        assertThatThrownBy(settings::bind)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("search.score: 'jacow'");
    }

    /** The supernets of NAS-Bench-201 train on 25,000 images of CIFAR-10, and the other 25,000 score. */
    @Test
    void thePresetPaperHoldsBackHalfOnNasBench201() {
        assertThat(resolved("paper", "nas-bench-201").bind().data().validationFraction())
                .isEqualTo(0.5);
        assertThat(resolved("paper", "small").bind().data().validationFraction())
                .isEqualTo(0.2);
    }

    @ParameterizedTest
    @FieldSource("PRESETS")
    void everyPresetSurvivesItsFile(String preset) throws IOException {
        for (String space : List.of("small", "nas-bench-201")) {
            SettingsTree settings = resolved(preset, space);
            Path file = Files.writeString(folder.resolve("config.yaml"), settings.toYaml());
            SettingsTree read = SettingsTree.read(file);
            assertThat(read.bind()).isEqualTo(settings.bind());
            assertThat(read.toYaml()).isEqualTo(settings.toYaml());
            assertThat(read.bind().retrain().precision()).isEqualTo(Precision.BFLOAT16);
            assertThat(read.bind().limits().maxParams()).isNull();
        }
    }

    @Test
    void setsOneValue() {
        SettingsTree settings = resolved("quick", "small");
        settings.set("supernet.epochs", "30");
        settings.set("supernet.learning_rate", "1"); // an integer where a number is allowed
        settings.set("data.image_size", "20"); // where nothing was
        settings.setText("data.source", "7"); // a folder's name is no number
        settings.setIfPresent("supernet.k", null);
        Settings bound = settings.bind();
        assertThat(bound.supernet().epochs()).isEqualTo(30);
        assertThat(bound.supernet().descent().learningRate()).isEqualTo(1);
        assertThat(bound.data().imageSize()).isEqualTo(20);
        assertThat(bound.data().source()).isEqualTo("7");
        assertThat(bound.supernet().k()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            supernet.epoch          | 3       | 'supernet.epoch'         | epochs
            epochs                  | 3       | 'epochs'                 | supernet
            supernet.epochs         | many    | supernet.epochs: "many"  | an integer
            supernet.epochs         | 1.5     | supernet.epochs: 1.5     | an integer
            supernet.nesterov       | 1       | supernet.nesterov: 1     | true or false
            supernet                | 3       | supernet: 3              | a group of settings
            supernet.k              | 0       | supernet.k: 0            | from 1 to 64
            supernet.groups         | 5       | supernet.groups: 5       | a divisor of supernet.batch_size, 64
            supernet.simplex.hidden | 0       | supernet.simplex.hidden: 0 | at least 1
            retrain.average_decay   | 1.0     | retrain.average_decay: 1.0 | from 0, less than 1
            retrain.optimizer       | lamb    | retrain.optimizer: lamb  | sgd
            supernet.simplex.optimizer | lamb | supernet.simplex.optimizer: lamb | adam
            supernet.simplex.codes | guessed | supernet.simplex.codes: guessed | learned, frozen, equal
            supernet.simplex.draws | odd | supernet.simplex.draws: odd | even, as_paths
            supernet.idle_batches | all | supernet.idle_batches: all | supernets, nothing
            compare                 | some    | compare: some            | flops_pick
            limits.max_flops        | lots    | 'limits.max_flops: "lots"' | an integer
            supernet.precision      | 1       | supernet.precision: 1    | a word
            retrain.precision       | null    | retrain.precision: null  | [float64, float32, bfloat16, auto]
            data.color              | blue    | data.color: blue         | [auto, grey, rgb]
            compare                 | null    | compare: null            | [nothing, flops_pick, yardsticks, all]
            space.name              | null    | space.name: null         | a word
            supernet.nesterov       | null    | supernet.nesterov: null  | true or false
            supernet.k              | null    | supernet.k: null         | an integer
            supernet.k              | 3000000000 | supernet.k: 3000000000 | an integer of 32 bits
            data.image_size         | 20.5    | data.image_size: 20.5    | an integer or null
            data.image_size         | '"20"'  | data.image_size: 20      | an integer or null
            data.image_size         | ''      | data.image_size:         | an integer or null
            limits.max_params       | lots    | limits.max_params: lots  | an integer or none
            """)
    void anErrorNamesSettingValueAndWhatIsAllowed(String path, String value, String named, String allowed) {
        SettingsTree settings = resolved("quick", "small");
        assertThatThrownBy(() -> {
                    settings.set(path, value);
                    settings.bind();
                })
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(named)
                .extracting(e -> String.valueOf(e.getMessage()))
                .asString()
                .doesNotContain("\n")
                .satisfies(message -> assertThat(message.substring(message.indexOf("allowed:")))
                        .containsIgnoringCase(allowed));
    }

    @Test
    void anErrorOfAFileNamesTheFile() throws IOException {
        Path file = folder.resolve("mine.yaml");
        SettingsTree settings = SettingsTree.preset("quick", "small");
        Files.writeString(file, "supernet: {epochs: 3, kk: 2}\n");
        assertThatThrownBy(() -> settings.overlay(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + ": setting: 'supernet.kk' is not allowed");
        Files.writeString(file, "supernet: {epochs: 3\n");
        assertThatThrownBy(() -> settings.overlay(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("settings " + file + ":");
        Files.writeString(file, "");
        assertThatThrownBy(() -> settings.overlay(file)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> settings.overlay(folder.resolve("none.yaml")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none.yaml: cannot be read");
    }

    @Test
    void whatIsNoYamlIsRefused() throws IOException {
        SettingsTree settings = resolved("quick", "small");
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, "{a: ".repeat(600)); // an error that has no line
        assertThatThrownBy(() -> settings.overlay(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("settings " + file)
                .hasMessageContaining("not YAML");
        assertThatThrownBy(() -> settings.set("seed", "["))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("seed:1: not YAML");
        settings.set("supernet.epochs", "3".repeat(33));
        assertThatThrownBy(settings::bind)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("supernet.epochs: " + "3".repeat(33));
    }

    @Test
    void anUnknownPresetIsRefused() {
        assertThatThrownBy(() -> SettingsTree.preset("huge", "small"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("preset: 'huge' is not allowed; allowed: [smoke, quick, standard, paper]");
    }

    @Test
    void aSettingThatHasToHaveAValueNamesItselfWhereItHasNone() {
        SettingsTree settings = SettingsTree.preset("quick", "small");
        assertThat(settings.required("supernet.k")).isEqualTo("4");
        assertThatThrownBy(() -> settings.required("space.supernet_cells"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("space.supernet_cells")
                .hasMessageContaining("null");
    }
}
