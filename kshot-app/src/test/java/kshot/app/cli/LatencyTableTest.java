package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.latency.LatencyTable;
import kshot.latency.TableBuilder;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.run.latency.LatencyTableFile;
import kshot.search.Enumeration;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A latency table of another machine: from the networks that go there to the run that is limited by their times. */
class LatencyTableTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MACHINE = "pi, Cortex-A72";

    @TempDir
    private Path folder;

    private String home = "";

    @BeforeEach
    void moveHome() {
        home = System.setProperty("user.home", folder.toString());
    }

    @AfterEach
    void restoreHome() {
        System.setProperty("user.home", home);
    }

    /** The table of a machine on which each multiply-add takes a microsecond, and each run a millisecond. */
    private Path table(SearchSpace space) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("space", space.name())
                .put("images", space.input().toString())
                .put("classes", space.classes())
                .put("host", "pi")
                .put("processor", "Cortex-A72")
                .put("threads", 1)
                .put("onnx_runtime", "1.30.0");
        ObjectNode times = json.putObject("nanoseconds");
        new TableBuilder(space)
                .networks()
                .forEach((name, network) ->
                        times.put(name, 1_000_000 + 1_000 * Cost.of(network).liveFlops()));
        return Files.writeString(folder.resolve("latency.json"), json.toString());
    }

    @Test
    void theNetworksOfASpaceAreWrittenForImagesOfAnyKind() throws IOException {
        Path probes = folder.resolve("probes");
        JsonNode emitted = JSON.readTree(emit(probes, "--image-size=32", "--channels=1", "--classes=7"));
        JsonNode manifest = JSON.readTree(Files.readString(probes.resolve("manifest.json")));
        assertThat(manifest.path("space").asString()).isEqualTo("tiny");
        assertThat(manifest.path("images").asString()).isEqualTo("1x32x32");
        assertThat(manifest.path("classes").asInt()).isEqualTo(7);
        assertThat(emitted.path("networks").asInt())
                .isEqualTo(manifest.path("networks").size())
                .isPositive();
        assertThat(probes.resolve("measure.py")).isNotEmptyFile();
    }

    private String emit(Path probes, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("bench", "latency", "--json", "--emit", probes.toString()));
        arguments.addAll(List.of("--space", TinyRun.in(folder).space().toString()));
        arguments.addAll(List.of(options));
        return CommandLineOutput.of(arguments.toArray(String[]::new)).success();
    }

    @Test
    void aRunKeepsTheTimesOfAnotherMachine() throws IOException {
        TinyRun tiny = TinyRun.in(folder);
        SearchSpace space = Spaces.named(tiny.space().toString());
        Path file = table(space);
        LatencyTable table = LatencyTableFile.read(file).of(space, 1).table();
        long[] all = Enumeration.of(space)
                .map(space::network)
                .filter(Network::isConnected)
                .mapToLong(network -> table.nanoseconds(network).orElseThrow())
                .sorted()
                .toArray();
        double limit = LatencyTable.milliseconds(all[all.length / 2]);
        Path out = folder.resolve("run");
        List<String> arguments = new ArrayList<>(tiny.commandLine(out, "compare=yardsticks"));
        arguments.addAll(List.of("--max-latency-ms", "" + limit, "--latency-table", file.toString()));
        arguments.addAll(List.of("--until", "search"));
        CommandLineOutput.of(arguments.toArray(String[]::new)).success();

        Files.delete(file);
        JsonNode json = JSON.readTree(CommandLineOutput.of("run", "--resume", "--out", out.toString(), "--json")
                .success());
        Network winner = space.network(space.parse(json.path("architecture").asString()));
        double predicted = json.path("predicted_latency_ms").asDouble();
        assertThat(predicted)
                .isEqualTo(LatencyTable.milliseconds(table.nanoseconds(winner).orElseThrow()))
                .isLessThanOrEqualTo(limit)
                .isLessThan(LatencyTable.milliseconds(all[all.length - 1]));
        assertThat(json.path("latency_ms").isNull()).isTrue();
        assertThat(json.path("latency_machine").asString()).isEqualTo(MACHINE);
        assertThat(Files.readString(out.resolve("report.html"))).contains("predicted for " + MACHINE);
        assertThat(json.path("compared")
                        .valueStream()
                        .filter(other -> !other.path("space").asString().equals("tiny")))
                .as("yardsticks, which nobody can time there")
                .allSatisfy(other -> assertThat(other.path("flops").asLong())
                        .isLessThanOrEqualTo(Cost.of(winner).flops()));
    }

    @Test
    void describeSaysOfWhichMachineTheTimeIs() throws IOException {
        Path space = TinyRun.in(folder).space();
        SearchSpace tiny = Spaces.named(space.toString());
        Path file = table(tiny);
        String[] arguments = {"describe", "--space", space.toString(), "--latency-table", file.toString()};
        assertThat(CommandLineOutput.of(arguments).success()).contains(" ms predicted for " + MACHINE);
        JsonNode json = JSON.readTree(CommandLineOutput.of(
                        "describe", "--space", space.toString(), "--latency-table", file.toString(), "--json")
                .success());
        LatencyTable table = LatencyTableFile.read(file).of(tiny, 1).table();
        assertThat(json.path("predicted_latency_ms").asDouble())
                .isEqualTo(LatencyTable.milliseconds(
                        table.nanoseconds(tiny.network(tiny.last())).orElseThrow()));
        assertThat(json.path("latency_ms").isNull()).isTrue();
        assertThat(json.path("latency_machine").asString()).isEqualTo(MACHINE);
    }

    @Test
    void aTableOfSomethingElseIsRefused() throws IOException {
        TinyRun tiny = TinyRun.in(folder);
        Path file = table(Spaces.named(tiny.space().toString())
                .adapt(Spaces.named("small").input(), 3));
        Path out = folder.resolve("run");
        List<String> arguments = new ArrayList<>(tiny.commandLine(out));
        arguments.addAll(List.of("--max-latency-ms", "5", "--latency-table", file.toString()));
        assertThat(CommandLineOutput.of(arguments.toArray(String[]::new)).refusal())
                .isEqualTo("kshot: images of the latency table " + file + ": 1x28x28 is not allowed; allowed: 3x16x16"
                        + System.lineSeparator());
        assertThat(CommandLineOutput.of("describe", "--space", "nas-bench-201", "--latency-table", file.toString())
                        .refusal())
                .startsWith(
                        "kshot: space of the latency table " + file + ": tiny is not allowed; allowed: nas-bench-201");
        assertThat(CommandLineOutput.of("describe", "--space", "small", "--latency", "--latency-table", file.toString())
                        .refusal())
                .startsWith("kshot: --latency: with --latency-table is not allowed; allowed: one of the two");
        arguments.remove(arguments.size() - 1);
        arguments.add(folder.resolve("missing.json").toString());
        assertThat(CommandLineOutput.of(arguments.toArray(String[]::new)).refusal())
                .startsWith("kshot: latency table ")
                .contains("missing.json");
    }
}
