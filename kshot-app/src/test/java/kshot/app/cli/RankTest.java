package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.rank.BenchmarkTable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ranking by scores in a file. */
class RankTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Offset<Double> EXACT = within(1e-9);
    private static final List<String> METRICS = List.of(
            "kendall_a",
            "kendall_b",
            "spearman",
            "pearson",
            "between_groups",
            "within_flops_bins",
            "precision_at_k",
            "regret");

    private static final String TRUTH =
            "arch,acc,holed\n00000000,50,1\n11111111,92,2\n22222222,93,NaN\n22212220,94,4\n";
    private static final String SCORES = "arch,score\n22212220,0.9\n00000000,0.1\n22222222,0.7\n11111111,0.8\n";

    @TempDir
    private Path folder;

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private CommandLineOutput rank(String truth, String column, String scores, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("rank", "--truth", write("truth", truth), "--column", column));
        arguments.addAll(List.of("--scores", write("scores", scores)));
        arguments.addAll(List.of(more));
        return CommandLineOutput.of(arguments.toArray(String[]::new));
    }

    /**
     * By hand. Truths 50 92 93 94, scores 0.1 0.8 0.7 0.9: one of six pairs is discordant. FLOPs and parameters rank
     * 00000000, 11111111, 22212220, 22222222, so of them one pair is, too. The top group is one architecture, 22212220.
     */
    @Test
    void ranksByTheScores() throws IOException {
        JsonNode json = JSON.readTree(rank(TRUTH, "acc", SCORES, "--json").success());
        assertThat(json.propertyNames())
                .containsAll(METRICS)
                .contains("n", "baselines", "combined", "gains", "verdict");
        assertThat(json.path("n").asInt()).isEqualTo(4);
        assertThat(json.path("kendall_a").asDouble()).isCloseTo(4 / 6.0, EXACT);
        assertThat(json.path("kendall_b").asDouble()).isCloseTo(4 / 6.0, EXACT);
        assertThat(json.path("spearman").asDouble()).isCloseTo(0.8, EXACT);
        assertThat(json.path("between_groups").asDouble()).isEqualTo(1);
        assertThat(json.path("within_flops_bins").isNull()).isTrue();
        assertThat(json.path("precision_at_k").asDouble()).isEqualTo(1);
        assertThat(json.path("regret").asDouble()).isZero();
        assertThat(json.path("baselines").propertyNames()).containsExactly("flops", "live_flops", "params");
        for (JsonNode baseline : json.path("baselines")) {
            assertThat(baseline.propertyNames()).containsAll(METRICS);
            assertThat(baseline.path("kendall_b").asDouble()).isCloseTo(4 / 6.0, EXACT);
            assertThat(baseline.path("between_groups").asDouble()).isCloseTo(1 / 3.0, EXACT);
            assertThat(baseline.path("regret").asDouble()).isEqualTo(1);
        }
        assertThat(json.path("gains").path("live_flops").path("value").asDouble())
                .isZero();
        JsonNode interval = json.path("intervals").path("kendall_b");
        assertThat(interval.path(0).asDouble()).isLessThan(interval.path(1).asDouble());
        assertThat(json.path("verdict").asString()).contains("0.667 against 0.667", "4 architectures");
    }

    @Test
    void sameSeedSameAnswer() throws IOException {
        String answer = rank(TRUTH, "acc", SCORES, "--json", "--seed", "5").success();
        assertThat(rank(TRUTH, "acc", SCORES, "--json", "--seed", "5").success())
                .isEqualTo(answer);
        assertThat(rank(TRUTH, "acc", SCORES, "--json", "--space", "nas-bench-macro", "--seed", "5")
                        .success())
                .isEqualTo(answer);
    }

    @Test
    void theTableHasARowForEachPredictor() throws IOException {
        assertThat(rank(TRUTH, "acc", SCORES).success().lines())
                .filteredOn(line -> line.startsWith("| ") && line.contains("0.667"))
                .extracting(line -> line.split("\\|", -1)[1].strip())
                .containsExactly("scores", "FLOPs", "live FLOPs", "parameters");
    }

    static Stream<Arguments> wrong() {
        String of = " is not allowed; allowed: ";
        String some = "arch,score\n22212220,1\n";
        return Stream.of(
                Arguments.of(
                        TRUTH + "11111111,3,3\n",
                        "acc",
                        SCORES,
                        "truth, line 6: architecture '11111111' stands in line 3"),
                Arguments.of(
                        TRUTH,
                        "acc",
                        SCORES + "22212220,1\n",
                        "scores, line 6: architecture '22212220' stands in line 2"),
                Arguments.of(TRUTH, "acc", SCORES + "02222222,1\n", "truth has no architecture '02222222'"),
                Arguments.of(TRUTH, "accuracy", SCORES, "truth: 'accuracy'" + of + "[acc, holed]"),
                Arguments.of(TRUTH, "acc", "arch,points\n22212220,1\n", "scores: 'score'" + of + "[points]"),
                Arguments.of(TRUTH, "holed", SCORES, "column 'holed' of table"),
                Arguments.of(TRUTH, "holed", SCORES, "truth, line 4: 'NaN'" + of + "a finite number"),
                Arguments.of(TRUTH, "acc", some + "22222222,nan\n", "scores, line 3: 'nan'" + of + "a finite number"),
                Arguments.of(TRUTH, "acc", some + "22222222,\n", "scores, line 3: ''" + of + "a finite number"),
                Arguments.of(TRUTH, "acc", some + "22222222\n", "number of cells"),
                Arguments.of(TRUTH, "acc", some, "architectures to rank: 1" + of + "at least 2"),
                Arguments.of(TRUTH, "acc", "arch,score\n", "architectures to rank: 0" + of + "at least 2"),
                Arguments.of(TRUTH, "acc", "", "first column of table"),
                Arguments.of(
                        TRUTH,
                        "acc",
                        "arch,score\n22212220000,1\n22222222,2\n",
                        "22212220000': none of the shipped ones"),
                Arguments.of("[]", "acc", SCORES, "first column of table"),
                Arguments.of("{\"22212220\": {\"acc\": 1}", "acc", SCORES, "is not JSON"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongInputIsOneLineAndExitCode2(String truth, String column, String scores, String named) throws IOException {
        requireRefused(rank(truth, column, scores), named);
    }

    @Test
    void wrongOptionsAreOneLineAndExitCode2() throws IOException {
        requireRefused(rank(TRUTH, "acc", SCORES, "--space", "nowhere"), "'nowhere'");
        requireRefused(
                rank(TRUTH, "acc", SCORES, "--space", "channel-bench-macro-mobilenet"),
                "architecture of channel-bench-macro-mobilenet: '22212220'");
        requireRefused(rank(TRUTH, "acc", SCORES, "--run", "somewhere"), "mutually exclusive");
        requireRefused(rank(TRUTH, "acc", SCORES, "--sample", "3"), "--run");
        String truth = write("truth", TRUTH);
        requireRefused(CommandLineOutput.of("rank", "--truth", truth, "--column", "acc"), "--scores");
        requireRefused(
                CommandLineOutput.of("rank", "--truth", truth, "--column", "acc", "--run", "/no/such/run"),
                "/no/such/run");
        requireRefused(
                CommandLineOutput.of("rank", "--truth", "/no/such", "--column", "acc", "--scores", truth), "/no/such");
    }

    static void requireRefused(CommandLineOutput output, String named) {
        assertThat(output.err()).startsWith("kshot: ").contains(named);
        assertThat(output.err().lines()).hasSize(1);
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.out()).isEmpty();
    }

    private static Path shared(String name) {
        Path file = Path.of(System.getProperty("kshot.root", ".."), "..", "shared", "data", name)
                .normalize();
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
        return file;
    }

    /** Scores from a column of the table itself, for every so many-th architecture. */
    private JsonNode rankColumn(Path table, String truth, String score, int every) throws IOException {
        BenchmarkTable benchmark = BenchmarkTable.read(table);
        List<String> keys = benchmark.keys();
        double[] scores = benchmark.column(score);
        StringBuilder csv = new StringBuilder("arch,score\n");
        IntStream.iterate(0, i -> i < keys.size(), i -> i + every)
                .forEach(i ->
                        csv.append(keys.get(i)).append(',').append(scores[i]).append('\n'));
        return JSON.readTree(CommandLineOutput.of(
                        "rank",
                        "--truth",
                        table.toString(),
                        "--column",
                        truth,
                        "--scores",
                        write("scores", csv.toString()),
                        "--json")
                .success());
    }

    private static void check(JsonNode predictor, double tau, double rho, double linear) {
        assertThat(predictor.path("kendall_b").asDouble()).isCloseTo(tau, EXACT);
        assertThat(predictor.path("spearman").asDouble()).isCloseTo(rho, EXACT);
        assertThat(predictor.path("pearson").asDouble()).isCloseTo(linear, EXACT);
    }

    /**
     * Twelve epochs of training against 200. Expected values by SciPy 1.17.1; live FLOPs from the text of an architecture:
     * the skeleton, and the edges that the input feeds and the output reads; where there are none, the linear layer alone.
     *
     * <pre>
     * import csv, gzip
     * from scipy.stats import kendalltau, spearmanr, pearsonr
     * rows = list(csv.DictReader(gzip.open('nas-bench-201.csv.gz', 'rt')))[::31]
     * cost = {'nor_conv_1x1': 3932160, 'nor_conv_3x3': 35389440}
     * def live(arch):
     *     edges = [(int(e.split('~')[1]), i + 1, e.split('~')[0])
     *              for i, n in enumerate(arch.split('+')) for e in n.strip('|').split('|')]
     *     edges = [e for e in edges if e[2] != 'none']
     *     fed, read = {0}, {3}
     *     for e in edges:
     *         if e[0] in fed: fed.add(e[1])
     *     for e in reversed(edges):
     *         if e[1] in read: read.add(e[0])
     *     on = [e for e in edges if e[0] in fed and e[1] in read]
     *     return 7783050 + sum(cost.get(e[2], 0) for e in on) if on else 650
     * t, s, f, p = [[float(r[c]) for r in rows]
     *               for c in ('cifar10_test', 'cifar10_val_ep12', 'cifar10_flops', 'cifar10_params')]
     * for x in s, f, [live(r['arch']) for r in rows], p:
     *     print('%.12f, %.12f, %.12f' % (kendalltau(t, x)[0], spearmanr(t, x)[0], pearsonr(t, x)[0]))
     * </pre>
     */
    @Test
    void ranksNasBench201AsSciPy() throws IOException {
        JsonNode json = rankColumn(shared("nas-bench-201.csv.gz"), "cifar10_test", "cifar10_val_ep12", 31);
        assertThat(json.path("n").asInt()).isEqualTo(505);
        check(json, 0.598734127915, 0.776484581048, 0.885046937588);
        JsonNode baselines = json.path("baselines");
        check(baselines.path("flops"), 0.567994327964, 0.744059067314, 0.271531899727);
        check(baselines.path("live_flops"), 0.651801407746, 0.819986629993, 0.426346085299);
        check(baselines.path("params"), 0.567994327964, 0.744059067314, 0.272754536458);
        assertThat(baselines.path("flops").path("within_equal_flops").asDouble())
                .isZero();
    }

    /**
     * FLOPs as scores are the baseline itself. Expected values by SciPy 1.17.1:
     *
     * <pre>
     * import gzip, json
     * from scipy.stats import kendalltau, spearmanr, pearsonr
     * rows = list(json.load(gzip.open('nas-bench-macro.json.gz')).values())[::13]
     * t = [r['mean_acc'] for r in rows]
     * for x in [r['flops'] for r in rows], [r['params'] for r in rows]:
     *     print('%.12f, %.12f, %.12f' % (kendalltau(t, x)[0], spearmanr(t, x)[0], pearsonr(t, x)[0]))
     * </pre>
     */
    @Test
    void ranksNasBenchMacroAsSciPy() throws IOException {
        JsonNode json = rankColumn(shared("nas-bench-macro.json.gz"), "mean_acc", "flops", 13);
        JsonNode baselines = json.path("baselines");
        for (JsonNode flops : List.of(json, baselines.path("flops"), baselines.path("live_flops"))) {
            check(flops, 0.559061684473, 0.748207094509, 0.689103435951);
        }
        check(baselines.path("params"), 0.233692322970, 0.342324014544, 0.344761205315);
        assertThat(json.path("verdict").asString()).startsWith("It is not certain");
    }
}
