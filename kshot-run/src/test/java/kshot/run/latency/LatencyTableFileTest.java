package kshot.run.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kshot.common.InvalidInputException;
import kshot.latency.LatencyTable;
import kshot.latency.TableBuilder;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.onnx.OnnxSession;
import kshot.run.progress.RunListener;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LatencyTableFileTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-macro");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private static long ideal(Network network) {
        return 1_000 + Cost.of(network).liveFlops();
    }

    /** The table of a machine on which each multiply-add takes a nanosecond, and each run a microsecond. */
    private static ObjectNode ideal() {
        ObjectNode json = JSON.createObjectNode()
                .put("space", SPACE.name())
                .put("images", "3x32x32")
                .put("classes", 10)
                .put("host", "pi")
                .put("processor", "Cortex-A72")
                .put("threads", 1)
                .put("onnx_runtime", "1.30.0");
        ObjectNode times = json.putObject("nanoseconds");
        new TableBuilder(SPACE).networks().forEach((name, network) -> times.put(name, ideal(network)));
        return json;
    }

    private Path write(JsonNode json) throws IOException {
        return Files.writeString(folder.resolve("latency.json"), json.toString());
    }

    @Test
    void givesWhatAMeasurementOnThatMachineGives() throws IOException {
        LatencyTable there = new LatencyTables(null, 1, LatencyTableFileTest::ideal, RunListener.NONE).of(SPACE);
        LatencyTableFile file = LatencyTableFile.read(write(ideal()));
        assertThat(file.of(SPACE, 1)).isEqualTo(new MeasuredTable(there, "pi, Cortex-A72"));
        assertThat(file.threads()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            space     | "small"      | space of the latency table FILE: small is not allowed; allowed: nas-bench-macro
            images    | "3x48x48"    | images of the latency table FILE: 3x48x48 is not allowed; allowed: 3x32x32
            classes   | 7            | classes of the latency table FILE: 7 is not allowed; allowed: 10
            threads   | 4            | threads of the latency table FILE: 4 is not allowed; allowed: 1
            host      | ""           | latency table FILE: host: '' is not allowed; allowed: a line of text, of at most 200 letters
            processor | "a\\tb"      | latency table FILE: processor: 'a\\tb' is not allowed; allowed: a line of text, of at most 200 letters
            """)
    void anotherTableIsRefused(String key, String value, String message) throws IOException {
        ObjectNode json = ideal();
        if (key.equals("classes") || key.equals("threads")) {
            json.put(key, Integer.parseInt(value));
        } else {
            json.put(key, value.translateEscapes());
        }
        assertRefused(json, message.translateEscapes());
    }

    @Test
    void timesOfOtherNetworksAreRefused() throws IOException {
        ObjectNode json = ideal();
        ObjectNode times = (ObjectNode) json.get("nanoseconds");
        times.set("frame 1x1x9", times.remove("frame 1x1x1"));
        assertRefused(
                json,
                "networks of the latency table FILE: no time of 'frame 1x1x1' is not allowed; allowed: the "
                        + times.size() + " networks that 'bench latency --emit' writes for this space now");
        times.put("frame 1x1x1", 0);
        assertRefused(
                json,
                "latency table FILE: nanoseconds of 'frame 1x1x1': 0 is not allowed; allowed: from 1 to 1000000000000000");
    }

    @Test
    void whatIsNoTableIsRefused() throws IOException {
        String form = "latency table FILE: not what measure.py of 'bench latency --emit' writes (";
        for (String text : List.of(
                "", "[]", "{}", "{\"space\": \"small\"}", ideal().toString().substring(9), "null")) {
            Path file = Files.writeString(folder.resolve("latency.json"), text);
            assertThatThrownBy(() -> LatencyTableFile.read(file))
                    .as(text)
                    .isInstanceOf(InvalidInputException.class)
                    .message()
                    .startsWith((text.equals("null") ? "latency table FILE: null is not" : form)
                            .replace("FILE", file.toString()))
                    .hasLineCount(1);
        }
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> LatencyTableFile.read(missing))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("latency table " + missing);
    }

    private void assertRefused(JsonNode json, String message) throws IOException {
        Path file = write(json);
        assertThatThrownBy(() -> LatencyTableFile.read(file).of(SPACE, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message.replace("FILE", file.toString()));
    }

    @Test
    void theProbesAreTheNetworksOfTheTable() throws IOException {
        Path probes = folder.resolve("probes");
        Map<String, Network> networks = new TableBuilder(SPACE).networks();
        assertThat(LatencyProbes.write(probes, SPACE)).isEqualTo(networks.size());
        JsonNode files =
                JSON.readTree(Files.readString(probes.resolve("manifest.json"))).get("networks");
        assertThat(files.propertyNames()).containsExactlyElementsOf(networks.keySet());
        networks.forEach((name, network) -> {
            try (OnnxSession session =
                    OnnxSession.open(probes.resolve(files.get(name).asString()), 1)) {
                assertThat(session.input()).as(name).isEqualTo(network.input().shape());
                assertThat(session.classes())
                        .as(name)
                        .isEqualTo(network.output().shape().channels());
            }
        });
        assertThatThrownBy(() -> LatencyProbes.write(probes, SPACE))
                .hasMessage("--emit: " + probes + " is not allowed; allowed: a new directory, or an empty one");
    }

    /**
     * The program, with modules in place of onnxruntime and numpy that say how long each run takes; see onnxruntime.py. Of the
     * runs in a round the fastest counts, so not the factor of 3; of the rounds the median counts: of 5, 1 and 2.
     */
    @Test
    void theProgramWritesATable() throws Exception {
        Path probes = folder.resolve("probes");
        LatencyProbes.write(probes, SPACE);
        Path log = folder.resolve("sessions");
        Path out = folder.resolve("out.json");
        String python = System.getProperty("kshot.python", "python3");
        assumeTrue(exists(python), "needs Python: apt install python3");
        ProcessBuilder program = new ProcessBuilder(
                        python,
                        probes.resolve(LatencyProbes.PROGRAM).toString(),
                        "--threads=2",
                        "--rounds=3",
                        "--milliseconds=1",
                        "--processor=Cortex-A72",
                        "--out=" + out)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        program.environment().put("PYTHONPATH", modules().toString());
        program.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        program.environment().put("FAKE_LOG", log.toString());
        assertThat(program.start().waitFor())
                .as(Files.readString(folder.resolve("output")))
                .isZero();

        Map<String, Long> expected = new LinkedHashMap<>();
        List<String> sessions = new ArrayList<>();
        JsonNode files =
                JSON.readTree(Files.readString(probes.resolve("manifest.json"))).get("networks");
        for (Map.Entry<String, JsonNode> network : files.properties()) {
            String file = network.getValue().asString();
            expected.put(network.getKey(), 2 * Files.size(probes.resolve(file)));
            sessions.add(file + " 2");
        }
        assertThat(Files.readAllLines(log))
                .as("three rounds, in each of which all have their turn")
                .isEqualTo(List.of(sessions, sessions, sessions).stream()
                        .flatMap(List::stream)
                        .toList());
        LatencyTableFile file = LatencyTableFile.read(out);
        assertThat(file.machine()).endsWith(", Cortex-A72");
        assertThat(file.of(SPACE, 2).table()).isEqualTo(new TableBuilder(SPACE).table(expected));
    }

    private static Path modules() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(LatencyTableFileTest.class.getResource("modules"))
                .toURI());
    }

    private static boolean exists(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
