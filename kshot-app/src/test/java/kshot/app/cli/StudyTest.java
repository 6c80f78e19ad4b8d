package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A study of supernets that learnt for a few steps, against invented accuracies. */
class StudyTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static Path truth;

    @BeforeAll
    static void invent() throws IOException {
        StringBuilder csv = new StringBuilder("arch,accuracy\n");
        String[] operations = {"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"};
        for (int i = 0; i < 20; i++) {
            csv.append(String.format(
                    "|%s~0|+|%s~0|%s~1|+|%s~0|%s~1|nor_conv_1x1~2|,%d%n",
                    operations[i % 5],
                    operations[i / 5],
                    operations[(i + 2) % 5],
                    operations[1 + i % 4],
                    operations[i % 3],
                    i * 7 % 20));
        }
        truth = Files.writeString(folder.resolve("truth.csv"), csv);
    }

    private static List<String> arguments(Path out, String... more) {
        return arguments("k", out, more);
    }

    private static List<String> arguments(String study, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("study", study, "--out", out.toString()));
        arguments.addAll(List.of("--truth", truth.toString(), "--column", "accuracy", "--k", "1,2", "--seeds", "2"));
        arguments.addAll(List.of("--preset", "smoke", "--space", "nas-bench-201"));
        for (String setting : List.of(
                "space.supernet_channels=4",
                "data.validation_fraction=0.95",
                "data.validation_images=128",
                "supernet.batch_size=50",
                "supernet.precision=float32")) {
            arguments.addAll(List.of("--set", setting));
        }
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static String study(Path out, String... more) {
        return CommandLineOutput.of(arguments(out, more).toArray(String[]::new)).success();
    }

    @Test
    void sumsUpWhatEachTrainingRanks() throws IOException {
        Path out = folder.resolve("study");
        JsonNode study = JSON.readTree(study(out, "--json"));
        assertThat(study.path("architectures").asInt()).isEqualTo(20);
        assertThat(study.path("members")).hasSize(4);
        for (JsonNode row : study.path("summary")) {
            int k = row.path("k").asInt();
            double[] taus = Stream.of(1, 2)
                    .mapToDouble(seed -> rank(out.resolve("supernets").resolve("k" + k + "-seed" + seed)))
                    .toArray();
            JsonNode spread = row.path("kendall_b").path("log_likelihood");
            assertThat(spread.path("n").asInt()).isEqualTo(2);
            assertThat(spread.path("mean").asDouble()).isCloseTo((taus[0] + taus[1]) / 2, within(1e-12));
            assertThat(spread.path("std").asDouble())
                    .isCloseTo(Math.abs(taus[0] - taus[1]) / Math.sqrt(2), within(1e-12));
            assertThat(row.path("kendall_b").has("log_likelihood_uniform_codes"))
                    .isEqualTo(k > 1);
        }
        assertThat(JSON.readTree(Files.readString(out.resolve("k.json")))).isEqualTo(study);
        assertThat(Files.readString(out.resolve("k.md")))
                .contains("| 2 | log likelihood uniform codes | ")
                .contains("| – | live FLOPs | ")
                .contains("K = 2 less K = 1: ");
    }

    /** Of twenty architectures the best tenth are two: the ranking of the run knows that τ. */
    @Test
    void groupsAreRankedByTheSameTrainings() throws IOException {
        Path out = folder.resolve("groups");
        study(out);
        List<FileTime> written = times(out.resolve("supernets/k2-seed1/checkpoints"));
        JsonNode groups = JSON.readTree(
                CommandLineOutput.of(arguments("groups", out, "--json").toArray(String[]::new))
                        .success());
        assertThat(times(out.resolve("supernets/k2-seed1/checkpoints"))).isEqualTo(written);
        JsonNode study = JSON.readTree(Files.readString(out.resolve("k.json")));
        int compared = 0;
        for (JsonNode row : groups.path("rows")) {
            if (row.path("top_fraction").asDouble() == 0.1) {
                JsonNode same = study.path("summary")
                        .valueStream()
                        .filter(summary ->
                                summary.path("k").asInt() == row.path("k").asInt())
                        .findFirst()
                        .orElseThrow()
                        .path("between_groups")
                        .path(row.path("score").asString());
                assertThat(row.path("mean").asDouble())
                        .isEqualTo(same.path("mean").asDouble());
                compared++;
            }
        }
        assertThat(compared).isEqualTo(4);
        assertThat(groups.path("rows")).hasSize(12);
        assertThat(Files.readString(out.resolve("groups.md"))).contains("| 2 | log likelihood | ");
    }

    private static double rank(Path run) {
        return JSON.readTree(CommandLineOutput.of(
                                "rank",
                                "--run",
                                run.toString(),
                                "--truth",
                                truth.toString(),
                                "--column",
                                "accuracy",
                                "--score",
                                "log_likelihood",
                                "--json")
                        .success())
                .path("kendall_b")
                .asDouble();
    }

    @Test
    void doesNothingTwiceAndRefusesOtherSettings() throws IOException {
        Path out = folder.resolve("again");
        String first = study(out, "--jobs", "1");
        Path checkpoints = out.resolve("supernets/k1-seed1/checkpoints");
        List<FileTime> written = times(checkpoints);
        assertThat(study(out)).isEqualTo(first);
        assertThat(times(checkpoints)).isEqualTo(written);
        CommandLineOutput refused = CommandLineOutput.of(
                arguments(out, "--set", "supernet.learning_rate=0.05").toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("supernet.learning_rate is 0.05 in this study, 0.1 in " + out.resolve("supernets"));
    }

    private static List<FileTime> times(Path checkpoints) throws IOException {
        List<FileTime> times = new ArrayList<>();
        try (Stream<Path> files = Files.list(checkpoints)) {
            for (Path file : files.sorted().toList()) {
                times.add(Files.getLastModifiedTime(file));
            }
        }
        return times;
    }
}
