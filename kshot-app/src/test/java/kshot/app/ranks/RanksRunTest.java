package kshot.app.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kshot.app.Main;
import kshot.ranks.Ranks;
import kshot.testing.JavaProcess;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole runs by two processes of this machine. */
@EnabledOnOs(OS.LINUX)
class RanksRunTest {
    private static final String[] TWO = {"--ranks", "2", "--rank-timeout", "20"};

    @TempDir
    private static Path folder;

    private static TinyRun tiny;
    private static Path undisturbed;

    /** A process with what it prints. */
    private record Started(Process process, Path out, Path log) {
        int code() throws IOException, InterruptedException {
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).as(said()).isTrue();
            return process.exitValue();
        }

        String said() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                return "";
            }
        }

        ProcessHandle otherRank() {
            return process.children()
                    .filter(child -> child.info().command().orElse("").endsWith("java"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Started start(String name, List<String> arguments, Map<String, String> environment, String... more)
            throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        Path out = folder.resolve(name + ".out");
        Path log = folder.resolve(name + ".log");
        return new Started(JavaProcess.start(out, log, Main.class.getName(), all, environment), out, log);
    }

    private static Started start(String name, String... settings) throws IOException {
        return start(name, tiny.commandLine(folder.resolve(name), settings), Map.of(), TWO);
    }

    private static Started resume(String name, String... more) throws IOException {
        return start(
                name,
                List.of(
                        "run",
                        "--json",
                        "--resume",
                        "--out",
                        folder.resolve(name).toString()),
                Map.of(),
                more);
    }

    @BeforeAll
    static void runUndisturbed() throws IOException, InterruptedException {
        tiny = TinyRun.in(folder);
        undisturbed = folder.resolve("undisturbed");
        Started run = start("undisturbed");
        assertThat(run.code()).as(run.said()).isZero();
        JsonNode json = new JsonMapper().readTree(run.out.toFile());
        assertThat(json.path("onnx").asString(""))
                .isEqualTo(undisturbed.resolve("model.onnx").toString());
        assertThat(run.said()).doesNotContain("Gloo");
    }

    /** SIGKILL, in the middle of the training. */
    @Test
    void aRankThatIsKilledIsNamedAndNothingIsLost() throws IOException, InterruptedException {
        Started run = start("killed");
        JavaProcess.await(run.process, run.log, () -> hasTraining(folder.resolve("killed")));
        ProcessHandle other = run.otherRank();
        long start = System.nanoTime();
        other.destroyForcibly();
        assertThat(run.code()).as(run.said()).isEqualTo(1);
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(10);
        assertThat(run.said().lines().filter(line -> line.startsWith("kshot: ")))
                .singleElement()
                .asString()
                .startsWith("kshot: rank 1 (process " + other.pid() + " on ")
                .contains(" is gone; what is done is saved, and this goes on with it: kshot run --resume --out ")
                .endsWith(" --ranks 2");
        Started rest = resume("killed", TWO);
        assertThat(rest.code()).as(rest.said()).isZero();
        assertThat(folder.resolve("killed/model.onnx")).hasSameBinaryContentAs(undisturbed.resolve("model.onnx"));
    }

    /** SIGSTOP. */
    @Test
    void aRankThatHangsIsNamedAfterTheTimeout() throws IOException, InterruptedException {
        Started run = start(
                "hung",
                tiny.commandLine(folder.resolve("hung"), "supernet.epochs=2000"),
                Map.of(),
                "--ranks",
                "2",
                "--rank-timeout",
                "5");
        JavaProcess.await(run.process, run.log, () -> hasTraining(folder.resolve("hung")));
        ProcessHandle other = run.otherRank();
        new ProcessBuilder("kill", "-STOP", "" + other.pid()).start().waitFor();
        try {
            assertThat(run.code()).as(run.said()).isEqualTo(1);
            assertThat(run.said()).contains("kshot: rank 1 (").contains(" has not been heard of for 5 s");
        } finally {
            other.destroyForcibly();
        }
    }

    /** SIGKILL of rank 0, which says nothing any more. */
    @Test
    void theOthersEndWhenTheLeadIsKilled() throws IOException, InterruptedException {
        Started run = start("headless");
        JavaProcess.await(run.process, run.log, () -> hasTraining(folder.resolve("headless")));
        ProcessHandle other = run.otherRank();
        run.process.destroyForcibly();
        assertThat(other.onExit().orTimeout(60, TimeUnit.SECONDS)).succeedsWithin(60, TimeUnit.SECONDS);
        assertThat(run.said()).contains("kshot: rank 0 (127.0.0.1 port ").contains(" is gone");
    }

    /** As Ctrl+C does, all processes get it. */
    @Test
    void aSignalStopsAllRanksWhereNothingIsLost() throws IOException, InterruptedException {
        Started run = start("stopped");
        JavaProcess.await(run.process, run.log, () -> hasTraining(folder.resolve("stopped")));
        ProcessHandle other = run.otherRank();
        new ProcessBuilder("kill", "-INT", "" + other.pid()).start().waitFor();
        JavaProcess.signal(run.process, "INT");
        assertThat(run.code()).as(run.said()).isEqualTo(130);
        other.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        Started rest = resume("stopped", TWO);
        assertThat(rest.code()).as(rest.said()).isZero();
        assertThat(folder.resolve("stopped/model.onnx")).hasSameBinaryContentAs(undisturbed.resolve("model.onnx"));
    }

    /** Started by hand, as on two machines. */
    @Test
    void ranksThatDisagreeEndWithOneLineThatNamesTheSetting() throws IOException, InterruptedException {
        Ranks lead = new Ranks(0, 2, 0, 1, "127.0.0.1", LocalRanks.freePort());
        List<Started> ranks = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            ranks.add(start(
                    "other" + rank,
                    tiny.commandLine(folder.resolve("other" + rank), "supernet.k=" + (2 + rank)),
                    lead.variables(rank)));
        }
        for (Started rank : ranks) {
            assertThat(rank.code()).as(rank.said()).isEqualTo(2);
        }
        assertThat(ranks.get(0).said())
                .contains("kshot: rank 1: settings that differ: supernet.k is 3 given, 2 on rank 0\n");
        assertThat(folder.resolve("other1")).doesNotExist();
    }

    @Test
    void aBenchmarkOfTwoRanksCountsTheirMessages() throws IOException, InterruptedException {
        List<String> options =
                List.of("--cells", "1", "--image-size", "8", "--batch", "8", "--k", "2", "--passes", "1");
        List<String> arguments = new ArrayList<>(List.of("bench", "step", "--simplex", "--groups", "2", "--json"));
        arguments.addAll(options);
        Started bench = start("bench", arguments, Map.of(), TWO);
        assertThat(bench.code()).as(bench.said()).isZero();
        JsonNode messages = new JsonMapper().readTree(bench.out.toFile()).path("communication");
        assertThat(messages.path("ranks").asInt(0)).isEqualTo(2);
        assertThat(messages.path("message_bytes").asLong(0)).isGreaterThan(1000);
    }

    /** The launcher's own processes, its variables and its store. */
    @Test
    void twoRanksOfTorchrunMakeTheModelOfTwoOfOurs() throws IOException, InterruptedException {
        Path out = folder.resolve("torchrun");
        List<String> command = new ArrayList<>(List.of("--no_python", "--nproc_per_node", "2"));
        command.addAll(List.of("--master_port", "" + LocalRanks.freePort()));
        // The torchrun of Debian 12 ends with an error in its defaults of these two, under its own Python.
        command.addAll(List.of(
                "--redirects",
                "1",
                "--tee",
                "1",
                "--log_dir",
                folder.resolve("logs").toString()));
        command.addAll(JavaProcess.command(Main.class.getName(), tiny.commandLine(out)));
        Path log = folder.resolve("torchrun.log");
        Process torchrun = null;
        try {
            torchrun = JavaProcess.start(
                    log, Stream.concat(Stream.of("torchrun"), command.stream()).toList());
        } catch (IOException e) {
            Assumptions.abort("needs torchrun, as in Debian's python3-torch: " + e.getMessage());
        }
        assertThat(torchrun.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(torchrun.exitValue()).as(Files.readString(log)).isZero();
        assertThat(out.resolve("model.onnx")).hasSameBinaryContentAs(undisturbed.resolve("model.onnx"));
    }

    private static boolean hasTraining(Path run) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.anyMatch(file -> file.toString().endsWith(".safetensors"));
        }
    }
}
