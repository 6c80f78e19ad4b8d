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
import kshot.app.Main;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.rank.BenchmarkTable;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.search.Enumeration;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.testing.JavaProcess;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A study of supernets that learnt for a few steps, against invented accuracies. */
class StudyTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** The folder of studies that share trainings. */
    private static final String SHARED = "studies";

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

    private static List<String> arguments(String study, Path out, Path table, String ks, String... more) {
        List<String> arguments = new ArrayList<>(List.of("study", study, "--out", out.toString()));
        arguments.addAll(List.of("--truth", table.toString(), "--column", "accuracy", "--k", ks));
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

    /** Of K = 1 and 2, two seeds each. */
    private static CommandLineOutput ofTwo(String study, Path out, String... more) {
        List<String> arguments = arguments(study, out, truth, "1,2", "--seeds", "2");
        arguments.addAll(List.of(more));
        return CommandLineOutput.of(arguments.toArray(String[]::new));
    }

    private static String study(Path out, String... more) {
        return ofTwo("k", out, more).success();
    }

    @Test
    void sumsUpWhatEachTrainingRanks() throws IOException {
        Path out = folder.resolve(SHARED);
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
                .contains("| 2 | log-likelihood, uniform codes | ")
                .contains("| – | live FLOPs | ")
                .contains("K = 2 less K = 1: ");
        assertThat(Files.readString(out.resolve("k.svg"))).contains(">log-likelihood<", ">live FLOPs<");
    }

    /** Of twenty architectures the best tenth are two: the ranking of the run knows that τ. */
    @Test
    void groupsAreRankedByTheSameTrainings() throws IOException {
        Path out = folder.resolve(SHARED);
        study(out);
        List<FileTime> written = times(out.resolve("supernets/k2-seed1/checkpoints"));
        JsonNode groups = JSON.readTree(ofTwo("groups", out, "--json").success());
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
        assertThat(Files.readString(out.resolve("groups.md"))).contains("| 2 | log-likelihood | ");
        assertThat(Files.readString(out.resolve("groups_accuracy.svg"))).contains(">top 50 %<");
    }

    /** FLOPs as the truth: then nothing inside the limit is better than the FLOPs-only pick, and ranks count FLOPs. */
    @Test
    void searchesFindWhatTheStepSearchFinds() throws IOException {
        SearchSpace space = Spaces.named("nas-bench-201").adapt(new FeatureShape(1, 16, 16), 10);
        StringBuilder csv = new StringBuilder("arch,accuracy\n");
        List<Long> inside = new ArrayList<>();
        long limit = 15_000_000;
        for (Architecture architecture : Enumeration.of(space).toList()) {
            long flops = Cost.of(space.network(architecture)).flops();
            csv.append(space.format(architecture)).append(',').append(flops).append('\n');
            if (flops <= limit) {
                inside.add(flops);
            }
        }
        Path all = Files.writeString(folder.resolve("all.csv"), csv);
        Path out = folder.resolve("search");
        List<String> arguments =
                arguments("search", out, all, "1", "--seeds", "1", "--json", "--set", "limits.max_flops=" + limit);
        JsonNode study = JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
        assertThat(study.path("inside").asInt()).isEqualTo(inside.size());
        long largest = inside.stream().mapToLong(x -> x).max().orElseThrow();
        assertThat(study.path("best").asLong()).isEqualTo(largest);
        assertThat(study.path("flops_pick").path("rank").asInt()).isEqualTo(1);
        assertThat(study.path("flops_pick").path("truth").asLong()).isEqualTo(largest);
        JsonNode groups = study.path("groups");
        assertThat(groups.valueStream().map(group -> group.path("group").asString()))
                .containsExactly("any_inside_the_limit", "most_flops", "most_live_flops");
        assertThat(groups.get(0).path("truth").path("n").asInt()).isEqualTo(inside.size());
        assertThat(groups.get(0).path("truth").path("mean").asDouble())
                .isCloseTo(inside.stream().mapToLong(x -> x).average().orElseThrow(), within(1e-3));
        assertThat(groups.get(1).path("truth").path("n").asLong())
                .isEqualTo(inside.stream().filter(flops -> flops == largest).count());
        assertThat(groups.get(1).path("truth").path("mean").asLong()).isEqualTo(largest);
        assertThat(groups.get(1).path("median_rank").asInt()).isEqualTo(1);

        Path run = out.resolve("supernets/k1-seed1");
        CommandLineOutput.of("search", "--run", run.toString()).success();
        try (RunStore store = RunStore.open(run)) {
            String winner = store.get(RunMetadata.PICKS).orElseThrow().winner();
            long flops = Cost.of(space.network(space.parse(winner))).flops();
            JsonNode nsga2 = study.path("rows").get(0).path("nsga2");
            assertThat(nsga2.path("truth").asLong()).isEqualTo(flops);
            assertThat(nsga2.path("rank").asLong())
                    .isEqualTo(
                            1 + inside.stream().filter(other -> other > flops).count());
        }
        assertThat(Files.readString(out.resolve("search.md"))).contains("| random search, K = 1 | ");
        assertThat(Files.readString(out.resolve("search.svg"))).contains(">best there is<");

        ensembles(out, all, limit, inside);
        regrets(out, all, inside);
    }

    /** The table is the same: inside the limit the FLOPs-only pick is the best, and the search picks what it picked before. */
    private static void regrets(Path out, Path all, List<Long> inside) throws IOException {
        long best = inside.stream().mapToLong(x -> x).max().orElseThrow();
        double share = inside.size() / 15_625.0;
        long found = JSON.readTree(Files.readString(out.resolve("search.json")))
                .path("rows")
                .get(0)
                .path("nsga2")
                .path("truth")
                .asLong();
        List<String> arguments =
                arguments("regret", out, all, "1", "--seeds", "1", "--json", "--quantiles", "1," + share);
        arguments
                .subList(arguments.indexOf("--k"), arguments.indexOf("--k") + 2)
                .clear();
        for (String setting : List.of("limits.max_flops=15000000", "supernet.k=1")) {
            arguments.addAll(List.of("--set", setting));
        }
        JsonNode study = JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
        JsonNode half = study.path("limits").get(1);
        assertThat(half.path("max_flops").asLong()).isEqualTo(best);
        assertThat(half.path("best").asLong()).isEqualTo(best);
        JsonNode picks = half.path("picks").get(0);
        assertThat(picks.path("flops_pick").path("rank").asInt()).isEqualTo(1);
        assertThat(picks.path("search").path("truth").asLong()).isEqualTo(found);
        assertThat(picks.has("finalists")).isFalse();
        JsonNode whole = study.path("limits").get(0);
        double regret = (best
                        - found
                        + whole.path("best").asDouble()
                        - whole.path("picks")
                                .get(0)
                                .path("search")
                                .path("truth")
                                .asDouble())
                / 2;
        assertThat(study.path("regrets").path("search").path("mean").asDouble()).isCloseTo(regret, within(1e-3));
    }

    /** Of the same table: the rank of a pick counts those with more FLOPs; two supernets take the time of both. */
    private static void ensembles(Path out, Path all, long limit, List<Long> inside) throws IOException {
        List<String> arguments = arguments("ensemble", out, all, "2", "--seeds", "1", "--json", "--sample", "20");
        arguments.addAll(List.of("--set", "limits.max_flops=" + limit));
        JsonNode rows = JSON.readTree(
                        CommandLineOutput.of(arguments.toArray(String[]::new)).success())
                .path("rows");
        assertThat(rows.valueStream().map(row -> row.path("method").asString()))
                .containsExactly(
                        "one-shot, K = 1",
                        "K-shot, K = 2",
                        "two supernets, maximum",
                        "two supernets, average",
                        "one of the two, on the same images");
        for (JsonNode row : rows) {
            JsonNode pick = row.path("picks").get(0);
            long truth = pick.path("truth").asLong();
            assertThat(pick.path("rank").asLong())
                    .isEqualTo(
                            1 + inside.stream().filter(other -> other > truth).count());
            assertThat(row.path("kendall_b").path("accuracy").path("mean").asDouble())
                    .isBetween(-1.0, 1.0);
        }
        double ofOne = rows.get(0).path("epoch_seconds").path("mean").asDouble();
        double ofTwo = rows.get(2).path("epoch_seconds").path("mean").asDouble();
        assertThat(ofTwo).isGreaterThan(ofOne);
        assertThat(rows.get(2).path("epoch_seconds_ratio").asDouble()).isCloseTo(ofTwo / ofOne, within(1e-12));
        assertThat(out.resolve("supernets/k1-seed2")).isDirectory();
        assertThat(Files.readString(out.resolve("ensemble.svg"))).contains(">2: max<");
    }

    /** What is iterative with the groups of the settings is the training that all studies share. */
    @Test
    void comparesJointWithIterativeTraining() throws IOException {
        Path out = folder.resolve(SHARED);
        JsonNode study = JSON.readTree(
                CommandLineOutput.of(arguments("m", out, truth, "2", "--m", "2,5", "--seeds", "1", "--json")
                                .toArray(String[]::new))
                        .success());
        assertThat(study.path("k").asInt()).isEqualTo(2);
        List<String> rows = new ArrayList<>();
        for (JsonNode row : study.path("rows")) {
            int m = row.path("m").asInt();
            boolean joint = row.path("mode").asString().equals("joint");
            String run = "k2-seed1" + (m == 5 ? "-groups-5" : "") + (joint ? "-mode-joint" : "");
            rows.add(run);
            assertThat(row.path("kendall_b").path("log_likelihood").path("mean").asDouble())
                    .isEqualTo(rank(out.resolve("supernets").resolve(run)));
        }
        assertThat(rows)
                .containsExactly(
                        "k2-seed1", "k2-seed1-groups-5", "k2-seed1-mode-joint", "k2-seed1-groups-5-mode-joint");
        assertThat(Files.readString(out.resolve("m.md"))).contains("| joint | 5 | ");
        assertThat(Files.readString(out.resolve("m_accuracy.svg"))).contains(">joint<", ">5<");
    }

    /** Frozen codes stay where they begin, and equal ones are equal; what is learnt is a ranking of its own. */
    @Test
    void controlsSayWhatMakesTheDifference() throws IOException {
        Path out = folder.resolve(SHARED);
        List<String> arguments = arguments("k", out, truth, "1,2", "--control", "--seeds", "1", "--json");
        JsonNode study = JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
        assertThat(study.path("k").asInt()).isEqualTo(2);
        double one = rank(out.resolve("supernets/k1-seed1"));
        double learned = rank(out.resolve("supernets/k2-seed1"));
        double equal = rank(out.resolve("supernets/k2-seed1-codes-equal-idle_batches-nothing"));
        double fewer = rank(out.resolve("supernets/k1-seed1-idle_batches-nothing"));
        assertThat(study.path("effects")
                        .valueStream()
                        .mapToDouble(e -> e.path("difference").path("mean").asDouble()))
                .hasSize(5)
                .startsWith(fewer - one, equal - fewer)
                .endsWith(learned - one);
        JsonNode ofEqual = study.path("members").get(2);
        assertThat(ofEqual.path("treatment").asString()).isEqualTo("equal_codes");
        assertThat(ofEqual.path("relative_entropy").asDouble()).isCloseTo(1, within(1e-9));
        assertThat(ofEqual.path("drift").asDouble()).isZero();
        assertThat(ofEqual.path("log_likelihood").asDouble()).isEqualTo(equal);
        JsonNode ofFrozen = study.path("members").get(3);
        assertThat(ofFrozen.path("drift").asDouble()).isZero();
        assertThat(ofFrozen.path("relative_entropy").asDouble()).isLessThan(1);
        assertThat(ofFrozen.has("log_likelihood_without_reach")).isTrue();
        assertThat(Files.readString(out.resolve("k-control.md")))
                .contains("| learned codes | log-likelihood, without code | ");
        assertThat(Files.readString(out.resolve("k-control.svg"))).contains(">frozen codes<");
    }

    @Test
    void oneSupernetCannotBeTrainedJointly() {
        CommandLineOutput refused = CommandLineOutput.of(
                arguments("m", folder.resolve("one"), truth, "1").toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("--k: 1 is not allowed; allowed: at least 2, ");
    }

    @Test
    void refusesATableThatWillNotDoBeforeItTrains() throws IOException {
        Path out = folder.resolve("refused");
        List<String> typo = new ArrayList<>(arguments("k", out, truth, "1"));
        typo.set(typo.indexOf("accuracy"), "acuracy");
        CommandLineOutput column = CommandLineOutput.of(typo.toArray(String[]::new));
        assertThat(column.exitCode()).isEqualTo(2);
        assertThat(column.err()).contains("acuracy", "accuracy");

        Path macro = Files.writeString(folder.resolve("macro.csv"), "arch,accuracy\n00000000,1\n11111111,2\n");
        CommandLineOutput space =
                CommandLineOutput.of(arguments("k", out, macro, "1").toArray(String[]::new));
        assertThat(space.exitCode()).isEqualTo(2);
        assertThat(space.err()).contains("00000000");

        CommandLineOutput counted =
                CommandLineOutput.of(arguments("k", out, truth, "1", "--predictors", "live_flops,params")
                        .toArray(String[]::new));
        assertThat(counted.exitCode()).isEqualTo(2);
        assertThat(counted.err())
                .contains("search.score: [live_flops, params] is not allowed; allowed: with one of ", "log_likelihood");

        CommandLineOutput part = ofTwo("search", out);
        assertThat(part.exitCode()).isEqualTo(2);
        assertThat(part.err()).contains("number of architectures in the table: 20 is not allowed; allowed: all 15625");
        assertThat(out).doesNotExist();
    }

    /** Needs no table. The preset searches twelve architectures; the shares of each λ sum to 1, and so do their means. */
    @Test
    void codesOfASearchAreCounted() throws IOException {
        Path out = folder.resolve("codes");
        List<String> arguments = arguments("codes", out, truth, "2", "--seeds", "1", "--json");
        arguments
                .subList(arguments.indexOf("--truth"), arguments.indexOf("--k"))
                .clear();
        JsonNode row = JSON.readTree(
                        CommandLineOutput.of(arguments.toArray(String[]::new)).success())
                .path("rows")
                .get(0);
        assertThat(row.path("paths").asInt()).isEqualTo(12);
        assertThat(row.path("shares")
                        .get(0)
                        .valueStream()
                        .mapToDouble(JsonNode::asDouble)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(row.path("means")
                        .valueStream()
                        .mapToDouble(JsonNode::asDouble)
                        .sum())
                .isCloseTo(1, within(1e-5));
        assertThat(row.path("relative_entropy").asDouble()).isBetween(0.0, 1.0);
        assertThat(row.path("start").path("deviations")).isNotEqualTo(row.path("deviations"));
        assertThat(Files.readString(out.resolve("codes_k2_seed1.svg"))).contains("Codes of 12 searched architectures");
    }

    /** A rate below the last bit of every parameter moves no code: those at the end are those at the start. */
    @Test
    void codesAtTheStartAreThoseOfTheSameArchitectures() throws IOException {
        Path out = folder.resolve("standing");
        List<String> arguments = arguments("codes", out, truth, "2", "--seeds", "1", "--json");
        arguments.addAll(List.of("--set", "supernet.simplex.learning_rate=1e-30"));
        arguments
                .subList(arguments.indexOf("--truth"), arguments.indexOf("--k"))
                .clear();
        JsonNode row = JSON.readTree(
                        CommandLineOutput.of(arguments.toArray(String[]::new)).success())
                .path("rows")
                .get(0);
        JsonNode start = row.path("start");
        for (String key : List.of("means", "deviations", "relative_entropy", "edges", "shares")) {
            assertThat(start.path(key)).as(key).isEqualTo(row.path(key));
        }
        assertThat(start.path("deviations").get(0).asDouble()).isPositive();
    }

    @Test
    void theRegulariserNeedsWidths() throws IOException {
        Path out = folder.resolve("regulariser");
        CommandLineOutput refused =
                CommandLineOutput.of(arguments("regulariser", out, truth, "2").toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("--space: nas-bench-201 is not allowed; allowed: a space with width decisions");

        SearchSpace space = Spaces.named("channel-bench-macro-mobilenet");
        StringBuilder csv = new StringBuilder("arch,accuracy\n");
        for (int i = 0; i < 6; i++) {
            csv.append(space.format(space.sample(new Seed(i).generator("invented"))))
                    .append(',')
                    .append(i)
                    .append('\n');
        }
        Path table = Files.writeString(folder.resolve("widths.csv"), csv);
        JsonNode rows = JSON.readTree(CommandLineOutput.of(
                                widths("regulariser", out, "--truth", table.toString(), "--column", "accuracy"))
                        .success())
                .path("rows");
        assertThat(rows.valueStream().map(row -> row.path("weight").asDouble())).containsExactly(1.0, 0.0);
        for (JsonNode row : rows) {
            assertThat(row.path("code_similarity").path("mean").asDouble()).isBetween(0.5, 1.0);
        }
        assertThat(out.resolve("supernets/k2-seed1-regulariser-1.0")).isDirectory();
        assertThat(Files.readString(out.resolve("regulariser_codes.svg"))).contains(">code distance<");

        winners(out);
    }

    /** Under the supernets of the study before, inside a limit that holds about a half. */
    private static void winners(Path out) throws IOException {
        List<FileTime> written = times(out.resolve("supernets/k2-seed1/checkpoints"));
        JsonNode limits = JSON.readTree(
                        CommandLineOutput.of(widths("winners", out)).success())
                .path("limits");
        assertThat(times(out.resolve("supernets/k2-seed1/checkpoints"))).isEqualTo(written);
        assertThat(limits).hasSize(3);
        for (JsonNode limit : limits) {
            long most = limit.path("max_flops").asLong();
            assertThat(limit.path("architectures").get(0).path("flops").asLong())
                    .isLessThanOrEqualTo(most);
            assertThat(Files.readString(out.resolve("winners_" + most + "_seed1.svg")))
                    .contains("multiply-adds");
        }
        assertThat(Files.readString(out.resolve("winners.md"))).contains("| width others | ");
    }

    private static String[] widths(String study, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("study", study, "--out", out.toString(), "--json"));
        arguments.addAll(List.of("--k", "2", "--seeds", "1", "--preset", "smoke"));
        arguments.addAll(List.of("--space", "channel-bench-macro-mobilenet"));
        for (String setting : List.of(
                "data.validation_fraction=0.95",
                "data.validation_images=64",
                "supernet.batch_size=50",
                "supernet.precision=float32")) {
            arguments.addAll(List.of("--set", setting));
        }
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
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
        CommandLineOutput refused = ofTwo("k", out, "--set", "supernet.learning_rate=0.05");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("supernet.learning_rate is 0.05 in this study, 0.1 in " + out.resolve("supernets"));
    }

    private static List<String> truth(TinyRun tiny, Path out, String jobs) {
        List<String> arguments = new ArrayList<>(List.of("study", "truth", "--out", out.toString(), "--jobs", jobs));
        arguments.addAll(List.of(
                "--data", tiny.images().toString(), "--space", tiny.space().toString()));
        arguments.addAll(List.of("--preset", "smoke", "--archs", "4", "--seeds", "2", "--json"));
        for (String setting : List.of(
                "retrain.epochs=3",
                "retrain.batch_size=16",
                "retrain.precision=float32",
                "checkpoint.every_seconds=0.0")) {
            arguments.addAll(List.of("--set", setting));
        }
        return arguments;
    }

    /** What was stopped goes on to the same table, which ranks. */
    @Test
    void theTruthIsATable() throws IOException, InterruptedException {
        TinyRun tiny = TinyRun.in(Files.createDirectories(folder.resolve("tiny")));
        Path out = folder.resolve("truth");
        JsonNode rows = JSON.readTree(CommandLineOutput.of(truth(tiny, out, "2").toArray(String[]::new))
                        .success())
                .path("rows");
        BenchmarkTable table = BenchmarkTable.read(out.resolve("truth.csv"));
        SearchSpace space = Spaces.named(tiny.space().toString());
        assertThat(table.keys())
                .hasSize(4)
                .isEqualTo(rows.valueStream()
                        .map(row -> row.path("arch").asString())
                        .toList());
        double[] mean = table.column("test_accuracy");
        double[] first = table.column("test_accuracy_seed1");
        double[] second = table.column("test_accuracy_seed2");
        double[] params = table.column("params");
        for (int i = 0; i < 4; i++) {
            // 18 images: a seventh of 120, as many of each class
            assertThat(18 * first[i]).isCloseTo(Math.rint(18 * first[i]), within(1e-9));
            assertThat(mean[i]).isCloseTo((first[i] + second[i]) / 2, within(1e-12));
            long counted =
                    Cost.of(space.network(space.parse(table.keys().get(i)))).parameters();
            assertThat(params[i]).isEqualTo((double) counted);
        }
        CommandLineOutput.of(
                        "rank",
                        "--truth",
                        out.resolve("truth.csv").toString(),
                        "--column",
                        "test_log_likelihood",
                        "--space",
                        tiny.space().toString(),
                        "--scores",
                        Files.writeString(
                                        folder.resolve("scores.csv"),
                                        "arch,score\n" + table.keys().get(0) + ",1\n"
                                                + table.keys().get(1) + ",2\n")
                                .toString())
                .success();

        Path stopped = folder.resolve("stopped-truth");
        Path log = folder.resolve("truth.log");
        Process process = JavaProcess.start(log, Main.class.getName(), truth(tiny, stopped, "1"));
        JavaProcess.await(process, log, () -> Files.isDirectory(stopped.resolve("supernets/truth/checkpoints")));
        JavaProcess.signal(process, "TERM");
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(stopped.resolve("truth.csv")).doesNotExist();
        CommandLineOutput.of(truth(tiny, stopped, "1").toArray(String[]::new)).success();
        BenchmarkTable continued = BenchmarkTable.read(stopped.resolve("truth.csv"));
        assertThat(continued.keys()).isEqualTo(table.keys());
        for (String column : table.columns()) {
            if (!column.startsWith("seconds")) {
                assertThat(continued.column(column)).as(column).containsExactly(table.column(column));
            }
        }
    }

    /** One seed's table is the known part of two seeds'. No two trainings take the same time, so equal times are taken over. */
    @Test
    void theTruthGoesOnFromATable() throws IOException {
        TinyRun tiny = TinyRun.in(Files.createDirectories(folder.resolve("tiny")));
        Path both = folder.resolve("both");
        CommandLineOutput.of(truth(tiny, both, "2").toArray(String[]::new)).success();
        String csv = Files.readString(both.resolve("truth.csv"));
        Path known = Files.writeString(folder.resolve("known.csv"), csv.replaceAll("(?m),[^,]*,[^,]*,[^,]*$", ""));
        assertThat(BenchmarkTable.read(known).columns())
                .contains("seconds_seed1")
                .doesNotContain("test_accuracy_seed2");
        Path out = folder.resolve("goes-on");
        List<String> goesOn = truth(tiny, out, "2");
        goesOn.addAll(List.of("--known", known.toString()));
        CommandLineOutput.of(goesOn.toArray(String[]::new)).success();
        BenchmarkTable table = BenchmarkTable.read(out.resolve("truth.csv"));
        for (String column : List.of("test_accuracy", "seconds_seed1", "test_log_likelihood_seed2")) {
            assertThat(table.column(column))
                    .as(column)
                    .containsExactly(
                            BenchmarkTable.read(both.resolve("truth.csv")).column(column));
        }
        String arch = table.keys().get(0);
        Files.writeString(known, "arch,test_accuracy_seed1\n" + arch + ",91.5\n");
        List<String> wrong = truth(tiny, folder.resolve("wrong"), "2");
        wrong.addAll(List.of("--known", known.toString()));
        CommandLineOutput refused = CommandLineOutput.of(wrong.toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("test_log_likelihood_seed1", known.toString());
        Files.writeString(
                known, "arch,test_accuracy_seed1,test_log_likelihood_seed1,seconds_seed1\n" + arch + ",91.5,-0.3,60\n");
        refused = CommandLineOutput.of(wrong.toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("test_accuracy_seed1 of " + arch + " in " + known + ": 91.5 is not allowed; allowed: 0 to 1");
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
