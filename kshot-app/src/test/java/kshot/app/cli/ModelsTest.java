package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models beside that of the winner, and what is said of the winner as a classifier. */
class ModelsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static Path run = Path.of("");
    private static JsonNode result = JSON.createObjectNode();

    @BeforeAll
    static void runOnce() throws IOException {
        run = folder.resolve("run");
        List<String> arguments = TinyRun.in(folder)
                .commandLine(run, "compare=nothing", "models=2", "retrain.epochs=2", "retrain.learning_rate=0.02");
        result = JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
    }

    @Test
    void aSmallerModelIsExportedBesideTheWinner() throws IOException {
        assertThat(result.path("models").size()).isEqualTo(1);
        JsonNode other = result.path("models").path(0);
        assertThat(other.path("onnx").asString())
                .isEqualTo(run.resolve("model-2.onnx").toString());
        assertThat(other.path("flops").asLong()).isLessThan(result.path("flops").asLong());
        assertThat(run.resolve("model-2.onnx")).exists();
        JsonNode provenance = JSON.readTree(Files.readString(run.resolve("model-2.json")));
        assertThat(provenance.path("architecture").asString())
                .isEqualTo(other.path("architecture").asString());
        assertThat(Double.parseDouble(provenance.path("test_accuracy").asString()))
                .isEqualTo(other.path("test_accuracy").asDouble());
        assertThat(Files.readString(run.resolve("report.html"))).contains("model 2");
    }

    @Test
    void theTestOfTheWinnerIsToldClassByClass() {
        double images = 0;
        double right = 0;
        double recall = 0;
        for (JsonNode ofClass : result.path("classes")) {
            images += ofClass.path("images").asInt();
            right += ofClass.path("images").asInt() * ofClass.path("recall").asDouble();
            recall += ofClass.path("recall").asDouble();
        }
        assertThat(images).isEqualTo(18);
        assertThat(right / images).isCloseTo(result.path("test_accuracy").asDouble(), within(1e-12));
        assertThat(recall / 3).isCloseTo(result.path("balanced_accuracy").asDouble(), within(1e-12));
        assertThat(result.path("calibration_error").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void aPlaceOfTheFrontIsTrainedAndExportedAfterwards() {
        CommandLineOutput output = CommandLineOutput.of("retrain", "--run", run.toString(), "--front", "1");
        assertThat(output.err()).isEmpty();
        assertThat(output.exitCode()).isZero();
        assertThat(run.resolve("model-2.onnx")).exists();
        assertThat(CommandLineOutput.of("retrain", "--run", run.toString(), "--front", "99")
                        .refusal())
                .startsWith("kshot: --front: 99 is not allowed; allowed: from 1 to ");
        assertThat(CommandLineOutput.of("retrain", "--run", run.toString(), "--arch", "nonsense")
                        .refusal())
                .hasLineCount(1);
    }
}
