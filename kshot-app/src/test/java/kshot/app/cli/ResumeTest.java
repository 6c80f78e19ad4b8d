package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kshot.app.Main;
import kshot.app.terminal.Console;
import kshot.run.MetadataWriter;
import kshot.run.Run;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.testing.JavaProcess;
import kshot.testing.SmallDisk;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What goes on, what is refused to, and what is repeated. The undisturbed run that all is compared with is made once. */
class ResumeTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static String home = "";
    private static TinyRun tiny;
    private static Path undisturbed;

    /** Standard error of the last command, with what the console says. */
    private String said = "";

    @BeforeAll
    static void runOnce() throws IOException {
        home = System.setProperty("user.home", shared.toString());
        tiny = TinyRun.in(shared);
        undisturbed = shared.resolve("undisturbed");
        CommandLineOutput.of(tiny.commandLine(undisturbed).toArray(String[]::new))
                .success();
    }

    @AfterAll
    static void restoreHome() {
        System.setProperty("user.home", home);
    }

    private CommandLineOutput kshot(List<String> arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return CommandLineOutput.of(arguments.toArray(String[]::new));
        } finally {
            System.setErr(before);
            said = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private CommandLineOutput kshot(String... arguments) {
        return kshot(List.of(arguments));
    }

    private CommandLineOutput resume(Path out, String... options) {
        List<String> arguments = new ArrayList<>(List.of("run", "--resume", "--out", out.toString()));
        arguments.addAll(List.of(options));
        return kshot(arguments);
    }

    /** A copy of the undisturbed run. */
    private Path copy() throws IOException {
        Path copy = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(undisturbed)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(undisturbed.relativize(file)));
            }
        }
        return copy;
    }

    private static List<Path> checkpoints(Path run, String name) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(name + "-"))
                    .sorted()
                    .toList();
        }
    }

    private static long step(Path checkpoint) {
        return Long.parseLong(String.valueOf(checkpoint.getFileName()).replaceAll("\\D", ""));
    }

    private static void requireSameAsUndisturbed(Path run) throws IOException {
        for (String file : List.of("model.onnx", "model.json")) {
            assertThat(run.resolve(file)).hasSameBinaryContentAs(undisturbed.resolve(file));
        }
        for (String name : List.of("supernets", "winner")) {
            List<Path> made = checkpoints(run, name);
            List<Path> expected = checkpoints(undisturbed, name);
            assertThat(made).hasSizeBetween(1, 2);
            assertThat(made.get(made.size() - 1)).hasSameBinaryContentAs(expected.get(expected.size() - 1));
        }
    }

    @Test
    void aFinishedRunIsOnlyExportedAndReportedAgain() throws IOException {
        Path run = copy();
        Files.delete(run.resolve("model.onnx"));
        Files.delete(run.resolve("report.html"));
        List<String> same = new ArrayList<>(tiny.commandLine(run));
        same.add("--resume");
        kshot(same).success();
        assertThat(said.lines())
                .contains("train was done before", "search was done before", "retrain was done before")
                .noneMatch(line -> line.startsWith("forecast"));
        assertThat(run.resolve("report.html")).isNotEmptyFile();
        requireSameAsUndisturbed(run);
        try (RunStore before = RunStore.open(undisturbed);
                RunStore now = RunStore.open(run)) {
            assertThat(now.architectures()).isEqualTo(before.architectures());
            assertThat(now.retrained()).isEqualTo(before.retrained());
        }
    }

    /** Sooner or later, a signal; what it ends says how to go on, and going on leads to the same. */
    @Test
    void signalsStopWhereNothingIsLost() throws IOException, InterruptedException {
        Path run = folder.resolve("run");
        Path log = folder.resolve("first.log");
        Process process = JavaProcess.start(log, Main.class.getName(), tiny.commandLine(run));
        JavaProcess.await(process, log, () -> Files.isDirectory(run.resolve("checkpoints")));
        JavaProcess.signal(process, "TERM");
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(log)
                .content()
                .contains("kshot: stopped; what is done is saved, and this goes on with it: kshot run");
        assertThat(checkpoints(run, "supernets")).isNotEmpty();

        Path next = folder.resolve("second.log");
        process = JavaProcess.start(next, Main.class.getName(), List.of("run", "--resume", "--out", run.toString()));
        JavaProcess.await(process, next, () -> Files.readString(next).contains("search took"));
        JavaProcess.signal(process, "INT");
        assertThat(process.waitFor()).isEqualTo(130);
        assertThat(next).content().contains("kshot run --resume --out " + run);

        kshot("retrain", "--run", run.toString()).success();
        kshot("export", "--run", run.toString()).success();
        requireSameAsUndisturbed(run);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --k 3                          | supernet.k is 3 given, 2 in the run
            --seed 4                       | seed is 4 given, 3 in the run
            --space small                  | space.name is small given
            --max-flops 9000               | limits.max_flops is 9000 given, none in the run
            --set retrain.epochs=7         | retrain.epochs is 7 given, 6 in the run
            --compare                      | compare is all given, flops_pick in the run
            --preset smoke                 | supernet.epochs is 1 given, 8 in the run
            """)
    void otherOptionsAreRefusedWithBothValues(String options, String message) {
        CommandLineOutput output = resume(undisturbed, options.split(" "));
        assertThat(output.err())
                .startsWith("kshot: settings that differ: ")
                .contains(message)
                .hasLineCount(1);
        assertThat(output.exitCode()).isEqualTo(2);
    }

    @Test
    void imagesMayHaveBeenMoved() throws IOException {
        Path run = copy();
        Path moved = folder.resolve("elsewhere");
        Files.move(tiny.images(), moved);
        try {
            assertThat(resume(run).err()).contains("no such file or folder");
            assertThat(resume(run, "--data", moved.toString()).exitCode()).isZero();
        } finally {
            Files.move(moved, tiny.images());
        }
    }

    @Test
    void changedCircumstancesAreRefusedWithBothValues() throws IOException {
        Path run = copy();
        Path config = run.resolve("config.yaml");
        String before = Files.readString(config);
        Files.writeString(config, before.replace("epochs: 8", "epochs: 9"));
        assertThat(resume(run)).satisfies(output -> {
            assertThat(output.err()).contains("supernet.epochs is 8 where the run began, 9 in its config.yaml now");
            assertThat(output.exitCode()).isEqualTo(2);
        });
        Files.writeString(config, before);

        Path image = tiny.images().resolve("red").resolve("0.png");
        Path aside = Files.move(image, folder.resolve("0.png"));
        assertThat(resume(run)).satisfies(output -> {
            assertThat(output.err()).contains("images of this run, fingerprint: ", "those it began with, ");
            assertThat(output.exitCode()).isEqualTo(2);
        });
        Files.move(aside, image);
        assertThat(resume(run, "--data", "sample").err()).contains("images of this run, fingerprint: ");

        try (RunStore store = RunStore.open(run)) {
            Map<String, String> versions =
                    new HashMap<>(store.get(RunMetadata.VERSIONS).orElseThrow());
            versions.put("kshot", "0.0.1");
            store.put(RunMetadata.VERSIONS, versions);
        }
        assertThat(resume(run)).satisfies(output -> {
            assertThat(output.err())
                    .isEqualTo("kshot: version of kshot: "
                            + MetadataWriter.versions().get(MetadataWriter.KSHOT)
                            + " is not allowed; allowed: the one that this run"
                            + " began with, 0.0.1" + System.lineSeparator());
            assertThat(output.exitCode()).isEqualTo(2);
        });
        kshot("report", "--run", run.toString()).success();
    }

    @Test
    void onlyARunCanGoOn() {
        assertThat(resume(folder.resolve("nowhere")).exitCode()).isEqualTo(2);
        CommandLineOutput output = kshot("run", "--resume");
        assertThat(output.err()).contains("--resume: without --out");
        assertThat(output.exitCode()).isEqualTo(2);
    }

    @Test
    void oneProcessHasARun() throws IOException {
        Path copy = copy();
        try (Run run = Run.open(copy, Console.ofProcess())) {
            for (List<String> command : List.of(
                    List.of("run", "--resume", "--out", copy.toString()),
                    tiny.commandLine(copy),
                    List.of("report", "--run", copy.toString()))) {
                CommandLineOutput output = kshot(command);
                assertThat(output.err())
                        .contains("in use by process " + ProcessHandle.current().pid());
                assertThat(output.exitCode()).isEqualTo(2);
            }
        }
        kshot("report", "--run", copy.toString()).success();
    }

    /** A flipped bit in one, and half of the other is gone: the trainings go back, and come to the same end. */
    @Test
    void damagedCheckpointsFallBackToThoseBefore() throws IOException {
        Path run = copy();
        Path supernets = checkpoints(run, "supernets").get(1);
        byte[] bytes = Files.readAllBytes(supernets);
        bytes[bytes.length / 3] ^= 4;
        Files.write(supernets, bytes);
        Path winner = checkpoints(run, "winner").get(1);
        byte[] whole = Files.readAllBytes(winner);
        Files.write(winner, Arrays.copyOf(whole, whole.length / 2));
        long before = step(checkpoints(run, "supernets").get(0));
        resume(run).success();
        assertThat(said).contains(supernets + " is damaged", winner + " is damaged");
        assertThat(said.contains("supernets: going on after step " + before + " of "))
                .as("from the start, if that is what was saved before")
                .isEqualTo(before > 0);
        requireSameAsUndisturbed(run);
    }

    @Test
    void aStepIsRepeatedWhenItIsAskedFor() throws IOException {
        Path run = copy();
        kshot("search", "--run", run.toString()).success();
        assertThat(said).contains("search was done before");
        kshot("train", "--run", run.toString(), "--again").success();
        try (RunStore before = RunStore.open(undisturbed);
                RunStore now = RunStore.open(run)) {
            assertThat(now.architectures()).isEmpty();
            assertThat(now.retrained()).isEmpty();
            assertThat(now.training(TrainingPoint.RETRAIN)).isEmpty();
            assertThat(now.get(RunMetadata.PICKS)).isEmpty();
            assertThat(now.training(TrainingPoint.SIMPLEX)).hasSameSizeAs(before.training(TrainingPoint.SIMPLEX));
        }
        assertThat(kshot("export", "--run", run.toString()).err()).contains("search first");
        resume(run).success();
        requireSameAsUndisturbed(run);
    }

    /** A run with yardsticks and two seeds goes on to the bits of one that nobody disturbed; seed 1 has those of one seed. */
    @Test
    void yardsticksAndSeveralSeedsGoOnWhereTheyStopped() throws IOException, InterruptedException {
        List<String> arguments = tiny.commandLine(folder.resolve("whole"), "compare=yardsticks", "repeats=2");
        arguments.addAll(List.of("--max-flops", "900k"));
        JsonNode json = JSON.readTree(kshot(arguments).success());
        List<Retrained> whole = retrained(folder.resolve("whole"));

        assertThat(json.path("repeats").asInt()).isEqualTo(2);
        assertThat(json.path("compared").valueStream().map(c -> c.path("space").asString()))
                .endsWith("mobilenetv2", "resnet8");
        for (JsonNode compared : json.path("compared")) {
            assertThat(compared.path("flops").asLong()).isLessThanOrEqualTo(900_000);
            assertThat(compared.path("lead").path("seeds").asInt()).isEqualTo(2);
        }
        assertThat(whole).allSatisfy(r -> assertThat(r.trainings()).hasSize(2));
        try (Stream<Path> files = Files.list(folder.resolve("whole/checkpoints"))) {
            assertThat(files)
                    .noneMatch(file -> file.toString().contains("compared")
                            || file.toString().contains("repeat"));
        }

        Path stopped = folder.resolve("stopped");
        arguments.set(arguments.indexOf("--out") + 1, stopped.toString());
        Path log = folder.resolve("log");
        Process process = JavaProcess.start(log, Main.class.getName(), arguments);
        JavaProcess.await(
                process,
                log,
                () -> Files.readString(log).contains("search took")
                        && Files.isDirectory(stopped.resolve("checkpoints"))
                        && !checkpoints(stopped, "compared").isEmpty());
        JavaProcess.signal(process, "KILL");
        process.waitFor();
        resume(stopped).success();
        assertThat(retrained(stopped)).isEqualTo(whole);
        assertThat(stopped.resolve("model.onnx"))
                .hasSameBinaryContentAs(folder.resolve("whole").resolve("model.onnx"));

        kshot("retrain", "--run", stopped.toString(), "--repeats", "3").success();
        assertThat(retrained(stopped)).allSatisfy(r -> assertThat(r.trainings()).hasSize(3));
        kshot("retrain", "--run", stopped.toString(), "--again").success();
        assertThat(retrained(stopped)).isEqualTo(whole);
    }

    /** What was trained from scratch, without times. */
    private static List<Retrained> retrained(Path run) {
        try (RunStore store = RunStore.open(run)) {
            return store.retrained().stream()
                    .map(r -> new Retrained(
                            r.space(),
                            r.arch(),
                            r.kinds(),
                            r.flops(),
                            r.params(),
                            r.searchAccuracy(),
                            r.epochs(),
                            r.trainings().stream()
                                    .map(t -> new Retrained.Training(t.repeat(), t.testAccuracy(), 0))
                                    .toList()))
                    .toList();
        }
    }

    /** More to compare with: only what is missing is retrained. */
    @Test
    void moreComparisonsLeaveWhatIsThere() throws IOException {
        Path run = copy();
        kshot("retrain", "--run", run.toString(), "--compare").success();
        try (RunStore before = RunStore.open(undisturbed);
                RunStore now = RunStore.open(run)) {
            assertThat(now.retrained().size()).isGreaterThan(before.retrained().size());
            assertThat(now.retrained())
                    .extracting(r -> r.arch() + r.seconds())
                    .containsAll(before.retrained().stream()
                            .map(r -> r.arch() + r.seconds())
                            .toList());
        }
        requireSameAsUndisturbed(run);
    }

    /** Disks of some shares of what a whole run needs in the end: each is full at another place. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.4, 0.9})
    void aFullDiskStopsTheRunAndSpaceLetsItGoOn(double share) throws IOException, InterruptedException {
        long needed;
        try (Stream<Path> files = Files.walk(undisturbed)) {
            needed = files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
        Path mounted = folder.resolve("disk");
        Path run = mounted.resolve("run");
        try (SmallDisk disk = SmallDisk.mount(mounted, Math.round(share * needed / 1024))) {
            CommandLineOutput output = kshot(tiny.commandLine(run));
            assertThat(output.err())
                    .hasLineCount(1)
                    .startsWith("kshot: ")
                    .contains(run.toString(), "kshot run --resume --out " + run)
                    .containsPattern("(?i)no space left|full");
            assertThat(output.exitCode()).isEqualTo(1);
            disk.grow(10 * needed / 1024);
            resume(run).success();
            requireSameAsUndisturbed(run);
            disk.forbidWriting();
            for (List<String> command : List.of(
                    List.of("run", "--resume", "--out", run.toString()), tiny.commandLine(mounted.resolve("other")))) {
                CommandLineOutput refusal = kshot(command);
                assertThat(refusal.err()).hasLineCount(1).contains("cannot be written", "Read-only file system");
                assertThat(refusal.exitCode()).isEqualTo(2);
            }
        }
    }

    @Test
    void aTrainingThatDivergesSaysWhereAndWhatMayHelp() {
        Path run = folder.resolve("run");
        CommandLineOutput output =
                kshot(tiny.commandLine(run, "supernet.learning_rate=1e20", "checkpoint.every_seconds=1e6"));
        assertThat(output.err())
                .hasLineCount(1)
                .matches("(?s)kshot: the training of the supernets diverged: loss .* in step \\d+ at learning rate"
                        + " [0-9.]+E(19|20) under architecture \\S+; a smaller supernet.learning_rate may help, or"
                        + " supernet.on_divergence=halve_rate .*");
        assertThat(output.exitCode()).isEqualTo(1);

        Path other = folder.resolve("other");
        output = kshot(tiny.commandLine(other, "retrain.learning_rate=1e20", "retrain.warmup_epochs=0.0"));
        assertThat(output.err()).hasLineCount(1).contains("the retraining of ", " diverged: ", "retrain.learning_rate");
        assertThat(output.exitCode()).isEqualTo(1);
    }

    /**
     * Weight decay w ← (1 − ηw_d) w makes weights grow without end where η w_d > 2: with w_d = 5e-4 at a rate of 1e5, and no
     * more after five halvings. The only checkpoint to go back to is that of the start.
     */
    @Test
    void aTrainingThatDivergesMayGoOnWithHalfTheRate() throws IOException {
        Path run = folder.resolve("run");
        kshot(tiny.commandLine(
                        run,
                        "supernet.learning_rate=1e5",
                        "supernet.weight_decay=5e-4",
                        "supernet.on_divergence=halve_rate",
                        "checkpoint.every_seconds=1e6"))
                .success();
        long halvings = said.lines()
                .filter(line -> line.contains(" diverged: ") && line.contains("going on after step 0 with "))
                .count();
        assertThat(halvings).isBetween(1L, 5L);
        try (RunStore store = RunStore.open(run)) {
            assertThat(store.training(TrainingPoint.SUPERNET).get(0).learningRate())
                    .isEqualTo(1e5 * Math.pow(0.5, (double) halvings));
        }
    }

    /** At this rate no halving helps; the only checkpoint to go back to is that of the start. */
    @Test
    void aTrainingThatDivergesTriesSmallerRatesIfAskedFor() throws IOException {
        CommandLineOutput output = kshot(tiny.commandLine(
                folder.resolve("run"),
                "supernet.learning_rate=1e20",
                "supernet.on_divergence=halve_rate",
                "checkpoint.every_seconds=1e6"));
        assertThat(said.lines()
                        .filter(line -> line.contains(" diverged: ") && line.contains("going on after step 0 with ")))
                .isNotEmpty();
        assertThat(output.err()).hasLineCount(1).contains("a smaller rate did not help");
        assertThat(output.exitCode()).isEqualTo(1);
    }
}
