package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Measurements of the smallest networks: that figures fit together, not what they are. */
class BenchCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** Five 3×3 convolutions and a skip in each cell, and only skips, as the text and as numbers of options. */
    private static final String ARCHS = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|"
            + "+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|\n1 1 1 1 1 1\n";

    /**
     * Multiply-adds of the convolutions of five cells a stage for 32×32 pixels, by hand: stem 3·16·9·1024; each reduction, with c from 16 to 32
     * and from 32 to 64, c·2c·9 + 2c·2c·9 + c·2c at 256 and at 64 pixels; each of 75 convolutions in the cells 16·16·9·1024,
     * the same in every stage. For 8×8 pixels it is a sixteenth. The second architecture has no convolutions in its cells.
     */
    private static final double CONVOLUTION_FLOPS = convolutionFlops(75);

    private static double convolutionFlops(int inCells) {
        return (3 * 16 * 9 * 1024
                        + 2 * (16 * 32 * 9 + 32 * 32 * 9 + 16 * 32) * 256
                        + inCells * 16 * 16 * 9 * 1024 / 2.0)
                / 16;
    }

    @TempDir
    private Path folder;

    private JsonNode bench(String measurement, String... options) {
        List<String> arguments = Stream.concat(
                        Stream.of(
                                "bench", measurement, "--image-size", "8", "--batch", "4", "--threads", "1", "--json"),
                        Stream.of(options))
                .toList();
        return JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
    }

    private JsonNode step(String... options) throws IOException {
        Path archs = Files.writeString(folder.resolve("archs.txt"), ARCHS);
        return bench(
                "step",
                Stream.concat(Stream.of("--archs", archs.toString(), "--passes", "2", "--k", "2"), Stream.of(options))
                        .toArray(String[]::new));
    }

    /** The sample is in the heap, so a training on it is as fast as on one batch of it, but for the noise of so short a time. */
    @Test
    void loadingOfImages() {
        JsonNode json = bench("loading", "--seconds", "0.05", "--rounds", "1", "--train");
        double loaded = json.path("images_per_second").asDouble();
        double read = json.path("reading_images_per_second").asDouble();
        assertThat(json.path("share_of_reading").asDouble()).isCloseTo(loaded / read, within(1e-9));
        assertThat(json.path("kept").asString()).isEqualTo("in the heap");
        assertThat(json.path("images").asInt()).isEqualTo(10_000);
        assertThat(json.path("batch").asInt()).isEqualTo(4);
        JsonNode training = json.path("training");
        assertThat(training.path("slowdown").asDouble())
                .isCloseTo(
                        1
                                - training.path("images_per_second").asDouble()
                                        / training.path("from_heap_images_per_second")
                                                .asDouble(),
                        within(1e-9));
        assertThat(training.path("waited").asDouble()).isBetween(0.0, 1.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void aTrainingStep(String dtype) throws IOException {
        JsonNode json = step("--dtype", dtype);
        assertThat(json.propertyNames())
                .contains("images_per_second", "step_ms", "peak_rss_mb", "gflops", "merge_ms", "optimizer_ms")
                .contains("k", "batch", "dtype");
        assertThat(json.path("k").asInt()).isEqualTo(2);
        assertThat(json.path("batch").asInt()).isEqualTo(4);
        assertThat(json.path("dtype").asString()).isEqualTo(dtype);
        assertThat(json.path("archs").asInt()).isEqualTo(2);
        assertThat(json.path("peak_rss_mb").asDouble()).isPositive();
        assertThat(json.path("resident_mb")).hasSize(2);
        assertThat(json.path("native_objects")).hasSize(2);
        assertThat(json.propertyNames()).doesNotContain("simplex", "share_of_ceiling");
        double step = json.path("step_ms").asDouble();
        double phases = 0;
        for (String phase : List.of("merge", "forward", "backward", "optimizer")) {
            double milliseconds = json.path(phase + "_ms").asDouble();
            assertThat(milliseconds).as(phase).isPositive();
            assertThat(json.path("fractions").path(phase).asDouble()).isCloseTo(milliseconds / step, within(1e-9));
            phases += milliseconds;
        }
        assertThat(phases).isLessThanOrEqualTo(step);
        assertThat(phases + json.path("other_ms").asDouble()).isCloseTo(step, within(1e-9 * step));
        assertThat(json.path("median_step_ms").asDouble()).isGreaterThanOrEqualTo(step);
        assertThat(json.path("images_per_second").asDouble()).isCloseTo(4 * 1e3 / step, within(1e-6));
        assertThat(json.path("convolution_flops").asDouble()).isEqualTo(CONVOLUTION_FLOPS);
        assertThat(json.path("gflops").asDouble() * 1e9 * step / 1e3)
                .isCloseTo(2 * 3 * 4 * CONVOLUTION_FLOPS, within(1.0));
    }

    @Test
    void anEvaluation() throws IOException {
        JsonNode json = step("--evaluate");
        double step = json.path("step_ms").asDouble();
        assertThat(json.path("backward_ms").asDouble()).isZero();
        assertThat(json.path("optimizer_ms").asDouble()).isZero();
        assertThat(json.path("passes_ms").asDouble()).isPositive().isLessThan(step);
        assertThat(json.path("gflops").asDouble() * 1e9 * step / 1e3).isCloseTo(2 * 4 * CONVOLUTION_FLOPS, within(1.0));
    }

    @Test
    void aStepWithItsSimplexBatchAndItsShareOfTheLimit() throws IOException {
        JsonNode limits = bench("ceiling", "--seconds", "0.0001");
        assertThat(limits.path("dtype").asString()).isEqualTo("float32");
        assertThat(limits.path("product_gflops").asDouble()).isPositive();
        assertThat(limits.path("convolutions"))
                .as("shapes of the dense convolutions of the space")
                .hasSize(11);
        double training = limits.path("convolutions")
                .valueStream()
                .mapToDouble(rate -> rate.path("training_gflops").asDouble())
                .max()
                .orElseThrow();
        assertThat(limits.path("training_gflops").asDouble()).isEqualTo(training);

        Path file = Files.writeString(folder.resolve("ceiling.json"), limits.toString());
        JsonNode json = step("--simplex", "--groups", "2", "--ceiling", file.toString());
        assertThat(json.path("share_of_ceiling").asDouble())
                .isCloseTo(json.path("gflops").asDouble() / training, within(1e-9));
        JsonNode simplex = json.path("simplex");
        assertThat(simplex.path("groups").asInt()).isEqualTo(2);
        assertThat(simplex.path("ratio_per_image").asDouble())
                .isCloseTo(
                        simplex.path("step_ms").asDouble()
                                / json.path("step_ms").asDouble(),
                        within(1e-9));
        assertThat(simplex.path("optimizer_ms").asDouble()).isPositive();

        CommandLineOutput other = CommandLineOutput.of(
                "bench", "step", "--dtype", "bfloat16", "--threads", "1", "--ceiling", file.toString());
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err())
                .contains("--ceiling: a limit of float32 on 1 threads is not allowed; allowed: one of bfloat16 on 1");
    }

    @Test
    void tablesForPeople() throws IOException {
        Path archs = Files.writeString(folder.resolve("archs.txt"), "1 1 1 1 1 1\n");
        assertThat(CommandLineOutput.of(
                                "bench",
                                "step",
                                "--image-size",
                                "8",
                                "--batch",
                                "2",
                                "--threads",
                                "1",
                                "--passes",
                                "1",
                                "--archs",
                                archs.toString())
                        .success())
                .contains("images per second", "merge", "GFLOP/s", "peak memory");
        assertThat(CommandLineOutput.of(
                                "bench",
                                "ceiling",
                                "--image-size",
                                "8",
                                "--batch",
                                "2",
                                "--threads",
                                "1",
                                "--seconds",
                                "0.0001")
                        .success())
                .contains("3×3, 64 to 64, stride 1, on 64x2x2", "product of matrices");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(List.of("bench"), "see 'kshot bench --help'"),
                Arguments.of(List.of("bench", "step", "--dtype", "float16"), "see 'kshot bench step --help'"),
                Arguments.of(List.of("bench", "step", "--space", "nowhere"), "nowhere"),
                Arguments.of(List.of("bench", "step", "--k", "0"), "--k: 0"),
                Arguments.of(List.of("bench", "step", "--batch", "1"), "--batch: 1 is not allowed"),
                Arguments.of(List.of("bench", "step", "--passes", "0"), "passes: 0 is not allowed"),
                Arguments.of(List.of("bench", "step", "--image-size", "4"), "--image-size: 4 is not allowed"),
                Arguments.of(
                        List.of("bench", "step", "--space", "small", "--cells", "1"), "--cells: 1 with --space small"),
                Arguments.of(List.of("bench", "step", "--cells", "0"), "cells: 0 is not allowed"),
                Arguments.of(List.of("bench", "step", "--archs", "none.txt"), "none.txt"),
                Arguments.of(List.of("bench", "step", "--ceiling", "none.json"), "none.json"),
                Arguments.of(List.of("bench", "step", "--simplex", "--k", "1"), "a K of at least 2"),
                Arguments.of(List.of("bench", "step", "--simplex", "--evaluate"), "--simplex: with --evaluate"),
                Arguments.of(
                        List.of("bench", "step", "--simplex", "--batch", "8"),
                        "--groups: 16 is not allowed; allowed: a divisor of --batch, 8"),
                Arguments.of(List.of("bench", "latency", "--threads", "0"), "--threads: 0 is not allowed"),
                Arguments.of(List.of("bench", "latency", "--random", "1"), "--random: 1 is not allowed"),
                Arguments.of(List.of("bench", "latency", "--archs", "none.txt"), "none.txt"),
                Arguments.of(List.of("bench", "latency", "--channels", "2"), "--channels: 2 is not allowed"),
                Arguments.of(List.of("bench", "latency", "--classes", "1"), "--classes: 1 is not allowed"),
                Arguments.of(List.of("bench", "latency", "--emit", "."), "--emit: . is not allowed"),
                Arguments.of(List.of("bench", "ceiling", "--seconds", "0"), "--seconds: 0.0 is not allowed"));
    }

    @Test
    void oneCellAStageHasAFifthOfTheConvolutionsInCells() throws IOException {
        JsonNode json = step("--cells", "1");
        assertThat(json.path("convolution_flops").asDouble()).isEqualTo(convolutionFlops(15));
        assertThat(json.path("cells").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongInputIsOneLineAndExitCode2(List<String> arguments, String named) {
        CommandLineOutput output = CommandLineOutput.of(arguments.toArray(String[]::new));
        assertThat(output.err()).startsWith("kshot: ").contains(named);
        assertThat(output.err().lines()).hasSize(1);
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.out()).isEmpty();
    }

    @Test
    void numbersOfOptionsAreChecked() throws IOException {
        Path archs = Files.writeString(folder.resolve("archs.txt"), "1 1 1 1 1 1\n\n1 1 1 1 1 5\n");
        CommandLineOutput output = CommandLineOutput.of("bench", "step", "--archs", archs.toString());
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.err()).contains("archs.txt:3: ", "5 is not allowed; allowed: 0 to 4");
        Files.writeString(archs, "\n");
        assertThat(CommandLineOutput.of("bench", "step", "--archs", archs.toString())
                        .err())
                .contains("architectures to measure: 0 is not allowed");
    }
}
