package kshot.run.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import kshot.common.Preset;
import kshot.search.SearchSettings;
import kshot.space.shipped.Spaces;
import kshot.tensor.Precision;
import kshot.train.RetrainSettings;
import kshot.train.SupernetSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Compares the presets with {@code docs/presets}, which a user reads: {@code quick.yaml} has all settings, the others what
 * they change, and what stands under {@code spaces} lies over the rest of its file.
 */
class PresetsTest {
    private static final Path DOCS = Path.of(System.getProperty("kshot.root", ".."), "docs", "presets");
    private static final YAMLMapper YAML = new YAMLMapper();

    static Stream<Arguments> presetsOfSpaces() {
        List<String> spaces = Stream.concat(Spaces.shipped().stream(), Stream.of("", "mine.yaml"))
                .toList();
        return Stream.of(Preset.values()).flatMap(preset -> spaces.stream().map(space -> Arguments.of(preset, space)));
    }

    private static SettingsTree tree(Preset preset, String space) {
        return SettingsTree.preset(preset.name().toLowerCase(Locale.ROOT), space);
    }

    @ParameterizedTest
    @MethodSource("presetsOfSpaces")
    void presetsAreWhatTheirFilesSay(Preset preset, String space) throws IOException {
        ObjectNode documented = YAML.createObjectNode();
        overlay(documented, Preset.QUICK, space);
        overlay(documented, preset, space);
        JsonNode tree = YAML.readTree(tree(preset, space).toYaml());
        assertThat(tree).isEqualTo(documented);
        assertThat(tree.toString()).isEqualTo(documented.toString()); // in the same order
    }

    private static void overlay(ObjectNode settings, Preset preset, String space) throws IOException {
        String name = preset.name().toLowerCase(Locale.ROOT) + ".yaml";
        ObjectNode file = (ObjectNode) YAML.readTree(Files.readString(DOCS.resolve(name)));
        JsonNode spaces = file.remove("spaces");
        merge(settings, file);
        if (spaces != null && spaces.has(space)) {
            merge(settings, (ObjectNode) spaces.get(space));
        }
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(entry -> {
            if (into.get(entry.getKey()) instanceof ObjectNode group) {
                merge(group, (ObjectNode) entry.getValue());
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }

    /** A program in Java gets what a run gets, in the precision that a run finds. */
    @ParameterizedTest
    @MethodSource("presetsOfSpaces")
    void presetsInJavaAreThoseOfARun(Preset preset, String space) {
        SettingsTree tree = tree(preset, space);
        for (String group : List.of("supernet", "retrain")) {
            tree.set(group + ".precision", Precision.fastest().name());
        }
        for (String limit : List.of("max_flops", "max_params", "max_latency_ms")) {
            tree.set("limits." + limit, "null");
        }
        tree.set("predictors.image_size", "null");
        Settings bound = tree.bind();
        assertThat(bound.supernet()).isEqualTo(SupernetSettings.of(preset, space));
        assertThat(bound.search()).isEqualTo(SearchSettings.of(preset, space));
        assertThat(bound.predictors()).isEqualTo(PredictorSettings.of(preset, space));
        assertThat(bound.finalists()).isEqualTo(FinalistSettings.of(preset, space));
        assertThat(bound.retrain()).isEqualTo(RetrainSettings.of(preset, space));
    }

    @Test
    void everyPresetHasItsMethod() {
        assertThat(Stream.of(
                        SupernetSettings.smoke(),
                        SupernetSettings.quick(),
                        SupernetSettings.standard(),
                        SupernetSettings.paper()))
                .containsExactlyElementsOf(Stream.of(Preset.values())
                        .map(preset -> SupernetSettings.of(preset, Spaces.DEFAULT))
                        .toList());
        assertThat(Stream.of(
                        RetrainSettings.smoke(),
                        RetrainSettings.quick(),
                        RetrainSettings.standard(),
                        RetrainSettings.paper()))
                .containsExactlyElementsOf(Stream.of(Preset.values())
                        .map(preset -> RetrainSettings.of(preset, Spaces.DEFAULT))
                        .toList());
    }
}
