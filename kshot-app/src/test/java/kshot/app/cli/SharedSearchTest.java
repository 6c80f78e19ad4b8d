package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kshot.app.Main;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.testing.JavaProcess;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The results of one rank, this process, and of two processes. */
@EnabledOnOs(OS.LINUX)
class SharedSearchTest {
    @TempDir
    private Path folder;

    /** Under the same supernets. */
    @ParameterizedTest
    @ValueSource(ints = {7, 50})
    void twoRanksFindTheArchiveOfOne(int population) throws IOException, InterruptedException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        List<String> run = TinyRun.in(folder)
                .commandLine(one, "search.population=" + population, "search.generations=2", "supernet.epochs=2");
        of(Stream.concat(run.stream(), Stream.of("--until", "train")).toList());
        copy(one, two);
        of(List.of("search", "--run", one.toString()));
        Path log = folder.resolve("log");
        Process ranks = JavaProcess.start(
                folder.resolve("out"),
                log,
                Main.class.getName(),
                List.of("run", "--resume", "--out", two.toString(), "--until", "search", "--ranks", "2"),
                Map.of());
        assertThat(ranks.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(ranks.exitValue()).as(Files.readString(log)).isZero();
        assertThat(archive(two)).isEqualTo(archive(one)).hasSizeGreaterThanOrEqualTo(7);
    }

    /** By predictors of every kind, none of which is trained before the search. */
    @Test
    void twoRanksScoreUntrainedNetworksAndTrainFinalistsAsOneDoes() throws IOException, InterruptedException {
        TinyRun tiny = TinyRun.in(folder);
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        String[] settings = {
            "search.score=[jacov, live_flops]",
            "predictors.reference=5",
            "predictors.images=8",
            "finalists.count=5",
            "finalists.batch=2",
            "finalists.epochs=1"
        };
        of(Stream.concat(tiny.commandLine(one, settings).stream(), Stream.of("--until", "finalists"))
                .toList());
        List<String> ofTwo = Stream.concat(
                        tiny.commandLine(two, settings).stream(), Stream.of("--until", "finalists", "--ranks", "2"))
                .toList();
        Path log = folder.resolve("log");
        Process ranks = JavaProcess.start(folder.resolve("out"), log, Main.class.getName(), ofTwo, Map.of());
        assertThat(ranks.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(ranks.exitValue()).as(Files.readString(log)).isZero();
        assertThat(archive(two)).isEqualTo(archive(one)).isNotEmpty();
        assertThat(finalists(two)).isEqualTo(finalists(one)).isPresent();
    }

    private static Optional<RunMetadata.Finalists> finalists(Path run) {
        try (RunStore store = RunStore.open(run)) {
            return store.get(RunMetadata.FINALISTS);
        }
    }

    private static void of(List<String> arguments) {
        CommandLineOutput output = CommandLineOutput.of(arguments.toArray(String[]::new));
        assertThat(output.exitCode()).as(output.err()).isZero();
    }

    private static List<String> archive(Path run) {
        try (RunStore store = RunStore.open(run)) {
            return store.architectures().stream()
                    .map(a -> a.arch() + " " + a.generation() + " " + a.accuracy() + " " + a.logLikelihood() + " "
                            + a.code() + " " + a.flops() + " " + a.score())
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
