package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that need no run. */
class KshotCommandTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ARCH =
            "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";

    @TempDir
    private Path folder;

    @Test
    void spacesAsJson() {
        JsonNode spaces = JSON.readTree(CommandLineOutput.of("spaces", "--json").success());
        assertThat(spaces).hasSizeGreaterThan(3);
        for (JsonNode space : spaces) {
            assertThat(space.path("name").isString()).isTrue();
            assertThat(space.path("size").isString()).isTrue();
            assertThat(space.path("decisions")).isNotEmpty().allSatisfy(decision -> {
                assertThat(decision.path("name").isString()).isTrue();
                assertThat(decision.path("kind").asString()).isIn("operation", "width");
                assertThat(decision.path("options")).isNotEmpty();
            });
            if (space.path("name").asString().equals("nas-bench-201")) {
                assertThat(space.path("size").asString()).isEqualTo("15625");
                assertThat(space.path("decisions")).hasSize(6);
            }
        }
    }

    /**
     * All 15 cells: 7,783,050 FLOPs and 73,306 parameters of the skeleton, and for each of the five 3×3 convolutions
     * 35,389,440 and 243,040.
     */
    @Test
    void describesAnArchitecture() {
        JsonNode json =
                JSON.readTree(CommandLineOutput.of("describe", "--space", "nas-bench-201", "--arch", ARCH, "--json")
                        .success());
        assertThat(json.path("arch").asString()).isEqualTo(ARCH);
        assertThat(json.path("flops").asLong()).isEqualTo(184_730_250);
        assertThat(json.path("params").asLong()).isEqualTo(1_288_506);
        assertThat(json.path("layers")).isNotEmpty();
        assertThat(json.path("layers")
                        .valueStream()
                        .mapToLong(layer -> layer.path("flops").asLong())
                        .sum())
                .isEqualTo(184_730_250);
    }

    /** With a byte order mark, other ends of lines, and semicolons between the cells. */
    @Test
    void describesArchitecturesFromASpreadsheet() throws IOException {
        Path archs = Files.writeString(folder.resolve("archs.csv"), "\uFEFF" + ARCH + "\r\n3;3;3;3;3;3\r\n");
        assertThat(CommandLineOutput.of("describe", "--space", "nas-bench-201", "--archs", archs.toString())
                        .success()
                        .lines())
                .hasSize(2);
    }

    @Test
    void describesManyAndDrawsOne() throws IOException {
        Path archs = Files.writeString(folder.resolve("archs.txt"), ARCH + "\n\n" + ARCH + "\n");
        List<String> lines = CommandLineOutput.of("describe", "--space", "nas-bench-201", "--archs", archs.toString())
                .success()
                .lines()
                .toList();
        assertThat(lines)
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(JSON.readTree(line).propertyNames()).contains("arch", "params", "flops"));
        Path svg = folder.resolve("arch.svg");
        assertThat(CommandLineOutput.of("describe", "--space", "nas-bench-201", "--arch", ARCH, "--svg", svg.toString())
                        .success())
                .contains("184,730,250 FLOPs");
        assertThat(svg).content().contains("<svg");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(List.of(), "no command"),
                Arguments.of(List.of("frobnicate"), "frobnicate"),
                Arguments.of(List.of("run", "--kk", "3"), "--kk"),
                Arguments.of(List.of("run", "--k", "many"), "--k"),
                Arguments.of(List.of("run", "--preset", "huge"), "[smoke, quick, standard, paper]"),
                Arguments.of(
                        List.of("run", "--until", "lunch"),
                        "'--until': expected one of [TRAIN, SEARCH, FINALISTS, RETRAIN, EXPORT, REPORT] (case-insensitive) but was 'lunch'"),
                Arguments.of(List.of("run", "--set", "supernet.epochs"), "NAME=VALUE"),
                Arguments.of(List.of("run", "--set", "supernet.epoch=3"), "'supernet.epoch'"),
                Arguments.of(List.of("run", "--max-flops", "few"), "--max-flops: 'few'"),
                Arguments.of(List.of("run", "--data", "/no/such/folder"), "/no/such/folder"),
                Arguments.of(List.of("run", "--config", "none.yaml"), "none.yaml"),
                Arguments.of(List.of("run", "--space", "nowhere"), "nowhere"),
                Arguments.of(List.of("run", "--k", "0"), "supernet.k: 0"),
                Arguments.of(
                        List.of("run", "--preset", "smoke", "--max-flops", "1"),
                        "limits.max_flops: 1 is not allowed; allowed: at least "),
                Arguments.of(List.of("report", "--run", "/no/such/run"), "/no/such/run"),
                Arguments.of(List.of("report"), "--run"),
                Arguments.of(List.of("describe", "--space", "nowhere", "--arch", "0"), "nowhere"),
                Arguments.of(List.of("describe", "--space", "nas-bench-201", "--arch", "x"), "x"),
                Arguments.of(List.of("describe", "--space", "nas-bench-201", "--archs", "none.txt"), "none.txt"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongInputIsOneLineAndExitCode2(List<String> arguments, String named) {
        Path out = folder.resolve("run");
        List<String> all = arguments.isEmpty() || !arguments.get(0).equals("run")
                ? arguments
                : Stream.concat(arguments.stream(), Stream.of("--out", out.toString()))
                        .toList();
        CommandLineOutput output = CommandLineOutput.of(all.toArray(String[]::new));
        assertThat(output.err()).startsWith("kshot: ").contains(named);
        assertThat(output.err().lines()).hasSize(1);
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.out()).isEmpty();
        assertThat(out).as("nothing is written for wrong input").doesNotExist();
    }

    @Test
    void anErrorNeitherFillsNorControlsTheTerminal() throws IOException {
        Path file = Files.writeString(folder.resolve("archs"), "\u001b[2J\u009b" + "2".repeat(5000) + "\n");
        CommandLineOutput output =
                CommandLineOutput.of("describe", "--space", "nas-bench-201", "--archs", file.toString());
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.err())
                .hasLineCount(1)
                .startsWith("kshot: ")
                .endsWith("...\n")
                .contains("'?[2J?222");
        assertThat(output.err().strip()).hasSize("kshot: ".length() + 1000 + "...".length());
    }
}
