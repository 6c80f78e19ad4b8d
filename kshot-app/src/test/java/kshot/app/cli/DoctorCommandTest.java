package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {
    @Test
    void findsEverythingThatARunUses() {
        CommandLineOutput output = CommandLineOutput.of("doctor", "--json");
        assertThat(output.exitCode()).isZero();
        JsonNode json = new JsonMapper().readTree(output.out());
        assertThat(json.path("version").asString()).startsWith("kshot ");
        List<String> names = json.path("findings")
                .valueStream()
                .map(finding -> finding.path("name").asString())
                .toList();
        assertThat(names)
                .containsExactly(
                        "other programs",
                        "Java",
                        "system",
                        "processor",
                        "memory",
                        "file names",
                        "cache",
                        "temporary files",
                        "libtorch",
                        "ONNX Runtime",
                        "SQLite",
                        "environment",
                        "graphics cards",
                        "precision",
                        "speed");
        for (JsonNode finding : json.path("findings")) {
            assertThat(finding.path("fatal").asBoolean()).isFalse();
            assertThat(finding.path("value").asString()).isNotBlank();
        }
    }
}
