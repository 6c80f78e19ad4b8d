package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything, from images in folders to a model: small, but with every step. */
class RunTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private String home = "";

    /** Decoded images are cached in the home directory, which a test leaves alone. */
    @BeforeEach
    void moveHome() {
        home = System.setProperty("user.home", folder.toString());
    }

    @AfterEach
    void restoreHome() {
        System.setProperty("user.home", home);
    }

    private static CommandLineOutput run(Path data, Path out, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("run", "--preset", "smoke", "--data", data.toString(), "--out", out.toString(), "--seed", "3"));
        arguments.addAll(List.of("--space", "nas-bench-201", "--threads", "1", "--json"));
        for (String setting : List.of(
                "supernet.batch_size=16",
                "supernet.epochs=2",
                "supernet.warmup_epochs=1",
                "supernet.groups=2",
                "supernet.precision=float32",
                "retrain.batch_size=16",
                "retrain.precision=float32",
                "space.supernet_channels=4",
                "search.generations=1",
                "limits.max_flops=20000000")) {
            arguments.addAll(List.of("--set", setting));
        }
        arguments.addAll(List.of(options));
        return CommandLineOutput.of(arguments.toArray(String[]::new));
    }

    @Test
    void imagesBecomeAModelAndAReport() throws IOException {
        Path data = TinyRun.draw(folder.resolve("images"));
        Path out = folder.resolve("run");
        JsonNode json = JSON.readTree(run(data, out).success());
        assertThat(json.propertyNames())
                .contains(
                        "architecture",
                        "flops",
                        "params",
                        "search_accuracy",
                        "test_accuracy",
                        "onnx",
                        "report",
                        "seconds");
        assertThat(json.path("flops").asLong()).isBetween(1L, 20_000_000L);
        assertThat(json.path("search_accuracy").asDouble()).isBetween(0.0, 1.0);
        assertThat(json.path("test_accuracy").asDouble()).isBetween(0.0, 1.0);
        assertThat(Path.of(json.path("onnx").asString())).isRegularFile();
        assertThat(Path.of(json.path("report").asString())).isRegularFile();
        for (String name : List.of("config.yaml", "run.db", "model.onnx", "model.json", "report.html")) {
            assertThat(out.resolve(name)).isNotEmptyFile();
        }
        assertThat(out.resolve("checkpoints")).isDirectoryContaining("glob:**.safetensors");
        assertThat(out).isDirectoryContaining("glob:**/*events*");

        Path again = folder.resolve("again");
        JsonNode searched = JSON.readTree(run(data, again, "--until", "search").success());
        assertThat(searched.path("run").asString()).isEqualTo(again.toString());
        assertThat(searched.path("until").asString()).isEqualTo("search");
        assertThat(again.resolve("model.onnx")).doesNotExist();
        CommandLineOutput rest = CommandLineOutput.of("run", "--resume", "--out", again.toString(), "--json");
        assertThat(JSON.readTree(rest.success()).path("architecture")).isEqualTo(json.path("architecture"));
        assertThat(again.resolve("model.onnx")).hasSameBinaryContentAs(out.resolve("model.onnx"));
        assertThat(run(data, again).err()).startsWith("kshot: --out: " + again).contains("a new directory");

        stepsWorkOnAFinishedRun(out, json.path("architecture").asString());
    }

    private void stepsWorkOnAFinishedRun(Path out, String winner) throws IOException {
        byte[] model = Files.readAllBytes(out.resolve("model.onnx"));
        Files.delete(out.resolve("model.onnx"));
        Files.delete(out.resolve("report.html"));
        CommandLineOutput.of("export", "--run", out.toString()).success();
        assertThat(out.resolve("model.onnx")).hasBinaryContent(model);
        assertThat(out.resolve("model-int8.onnx")).doesNotExist();
        CommandLineOutput.of("export", "--run", out.toString(), "--int8", "--int8-max-loss", "1")
                .success();
        assertThat(out.resolve("model.onnx")).hasBinaryContent(model);
        assertThat(Files.size(out.resolve("model-int8.onnx"))).isLessThan(model.length);
        CommandLineOutput.of("export", "--run", out.toString()).success();
        assertThat(out.resolve("model-int8.onnx")).doesNotExist();
        CommandLineOutput.of("report", "--run", out.toString()).success();
        assertThat(out.resolve("report.html")).isNotEmptyFile();

        Path archs = Files.writeString(folder.resolve("archs.txt"), winner + "\n");
        JsonNode evaluation =
                JSON.readTree(CommandLineOutput.of("evaluate", "--run", out.toString(), "--archs", archs.toString())
                        .success());
        assertThat(evaluation.propertyNames()).contains("arch", "accuracy", "flops", "params", "code");
        assertThat(evaluation.path("arch").asString()).isEqualTo(winner);
        assertThat(evaluation.path("code")).hasSize(2);
        assertThat(evaluation
                        .path("code")
                        .valueStream()
                        .mapToDouble(JsonNode::asDouble)
                        .sum())
                .isBetween(1 - 1e-6, 1 + 1e-6);
    }
}
