package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kshot.app.terminal.Console;
import kshot.rank.BenchmarkTable;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.Evaluations.Tally;
import kshot.run.pipeline.Pipeline;
import kshot.run.settings.SettingsTree;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.EvaluationSetup;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.store.RunStore;
import kshot.run.store.StoredEvaluation;
import kshot.run.store.TrainingPoint;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ranking and evaluating under the supernets of a run: two supernets that learnt for a few steps. */
class RankRunTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** A convolution that leads nowhere, and the same cell without it. */
    private static final String DEAD_END = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";

    private static final String STRAIGHT = "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";

    /** A convolution on the way through node 1, and straight to the output: the second is the first in the space's order. */
    private static final String THROUGH_NODE_1 = "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|";

    private static final String DIRECT = "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|";
    private static final String DISCONNECTED = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
    private static final String LARGEST =
            "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";

    private static final Map<String, Double> TRUTH = new LinkedHashMap<>();

    static {
        TRUTH.put(DEAD_END, 60.0);
        TRUTH.put(STRAIGHT, 61.0);
        TRUTH.put(THROUGH_NODE_1, 80.0);
        TRUTH.put(DIRECT, 81.0);
        TRUTH.put(DISCONNECTED, 10.0);
        TRUTH.put(LARGEST, 94.0);
    }

    @TempDir
    private static Path folder;

    private static Path trained;
    private static String truth;

    @BeforeAll
    static void train() throws IOException {
        trained = train("trained", 2);
        StringBuilder csv = new StringBuilder("arch,accuracy\n");
        TRUTH.forEach((arch, accuracy) ->
                csv.append(arch).append(',').append(accuracy).append('\n'));
        truth = Files.writeString(folder.resolve("truth.csv"), csv).toString();
    }

    private static Console silent() {
        return new Console(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
    }

    private static Path train(String name, int k) throws IOException {
        return train(name, settings(k));
    }

    private static Path train(String name, SettingsTree settings) throws IOException {
        Path directory = folder.resolve(name);
        try (Run run = Run.create(directory, settings, silent())) {
            Pipeline.run(run, Pipeline.Stage.TRAIN);
        }
        return directory;
    }

    private static SettingsTree settings(int k) {
        SettingsTree settings = SettingsTree.preset("smoke", "nas-bench-201");
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("space.name", "nas-bench-201");
        values.put("space.supernet_channels", 4);
        values.put("threads", 1);
        values.put("data.validation_fraction", 0.95);
        values.put("data.validation_images", 128);
        values.put("supernet.k", k);
        values.put("supernet.batch_size", 50);
        values.put("supernet.precision", "float32");
        values.forEach(settings::setIfPresent);
        return settings;
    }

    private static JsonNode rank(Path run, String... more) {
        return rank(run, truth, List.of(more));
    }

    private static JsonNode rank(Path run, String table, List<String> more) {
        List<String> arguments =
                new ArrayList<>(List.of("rank", "--run", run.toString(), "--truth", table, "--column", "accuracy"));
        arguments.add("--json");
        arguments.addAll(more);
        return JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
    }

    /** What {@code evaluate} says of the architectures, by their texts. */
    private static Map<String, JsonNode> evaluate(String... archs) throws IOException {
        return evaluate(trained, List.of(archs));
    }

    private static Map<String, JsonNode> evaluate(Path run, List<String> archs, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("archs.txt"), String.join("\n", archs));
        Map<String, JsonNode> evaluations = new LinkedHashMap<>();
        List<String> arguments =
                new ArrayList<>(List.of("evaluate", "--run", run.toString(), "--archs", file.toString()));
        arguments.addAll(List.of(more));
        CommandLineOutput.of(arguments.toArray(String[]::new))
                .success()
                .lines()
                .map(JSON::readTree)
                .forEach(json -> evaluations.put(json.path("arch").asString(), json));
        assertThat(evaluations.keySet()).containsExactlyElementsOf(archs);
        return evaluations;
    }

    private static Map<String, Double> scores(String name, String... more) {
        return scores(trained, truth, name, more);
    }

    private static Map<String, Double> scores(Path run, String truths, String name, String... more) {
        Path file = folder.resolve(name);
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--scores-out", file.toString()));
        rank(run, truths, arguments);
        BenchmarkTable table = BenchmarkTable.read(file);
        assertThat(table.columns()).containsExactly("score");
        Map<String, Double> scores = new LinkedHashMap<>();
        table.keys().forEach(arch -> scores.put(arch, table.column("score", List.of(arch))[0]));
        return scores;
    }

    @Test
    void theMeanOverSnapshotsIsWhatCounts() throws IOException {
        SettingsTree settings = settings(2);
        settings.setIfPresent("supernet.epochs", 2);
        Path last = train("without-snapshots", settings);
        settings.setIfPresent("supernet.snapshots", 2);
        Path both = train("snapshots", settings);
        Evaluation end = evaluation(last);
        Evaluation mean = evaluation(both);
        try (RunStore ofLast = RunStore.open(last);
                RunStore store = RunStore.open(both)) {
            List<StoredEvaluation> stored = Stream.of(1, 2)
                    .flatMap(
                            epoch -> store
                                    .evaluations(
                                            new EvaluationSetup(epoch * stepsPerEpoch(store), 128, 256, Codes.LEARNED))
                                    .stream())
                    .toList();
            assertThat(stored).hasSize(2);
            assertThat(stored.get(1).logLikelihood()).isEqualTo(end.score("log_likelihood"));
            assertThat(stored.get(0).logLikelihood()).isNotEqualTo(end.score("log_likelihood"));
            assertThat(mean.score("log_likelihood"))
                    .isCloseTo((stored.get(0).logLikelihood() + stored.get(1).logLikelihood()) / 2, within(1e-12));
            assertThat(mean.score("accuracy"))
                    .isCloseTo((stored.get(0).accuracy() + stored.get(1).accuracy()) / 2, within(1e-12));
            assertThat(ofLast.evaluations(new EvaluationSetup(2 * stepsPerEpoch(ofLast), 128, 256, Codes.LEARNED)))
                    .extracting(StoredEvaluation::code)
                    .containsExactly(stored.get(1).code());
            assertThat(stored.get(0).code()).isNotEqualTo(stored.get(1).code());
            assertThat(code(both)).isEqualTo(stored.get(1).code()).isEqualTo(code(last));
        }
    }

    /** Of the largest architecture. */
    private static Evaluation evaluation(Path directory) throws IOException {
        List<Evaluation> evaluations = new ArrayList<>();
        try (Run run = Run.open(directory, silent());
                Evaluations evaluator = Evaluations.open(run)) {
            evaluator.each(List.of(run.context().space().parse(LARGEST)), Codes.LEARNED, evaluations::add);
        }
        return evaluations.get(0);
    }

    /** Of the largest architecture. */
    private static SimplexCode code(Path directory) throws IOException {
        try (Run run = Run.open(directory, silent());
                Evaluations evaluations = Evaluations.open(run)) {
            return evaluations.code(run.context().space().parse(LARGEST));
        }
    }

    /** The last logged step of the first epoch is the one before its end: a point stands for several steps. */
    private static long stepsPerEpoch(RunStore store) {
        return store.training(TrainingPoint.SUPERNET).stream()
                        .filter(point -> point.epoch() < 1)
                        .mapToLong(TrainingPoint::step)
                        .max()
                        .orElseThrow()
                + 1;
    }

    /** Six architectures are four networks; an evaluation is of the first architecture of its network. */
    @Test
    void equivalentCellsShareOneEvaluation() throws IOException {
        Map<String, JsonNode> evaluations = evaluate(STRAIGHT, DIRECT, DISCONNECTED, LARGEST);
        for (String score : List.of("accuracy", "log_likelihood")) {
            Map<String, Double> scores = scores(score + ".csv", "--score", score);
            assertThat(scores.keySet()).containsExactlyElementsOf(TRUTH.keySet());
            assertThat(scores.get(DEAD_END)).isEqualTo(scores.get(STRAIGHT));
            assertThat(scores.get(THROUGH_NODE_1)).isEqualTo(scores.get(DIRECT));
            evaluations.forEach((arch, json) -> assertThat(scores.get(arch))
                    .as(arch)
                    .isEqualTo(json.path(score).asDouble()));
        }
        assertThat(evaluations.get(LARGEST).path("code")).hasSize(2);
        assertThat(evaluations.get(LARGEST).path("log_likelihood").asDouble()).isNegative();
        JsonNode json = rank(trained);
        assertThat(json.path("n").asInt()).isEqualTo(6);
        assertThat(json.path("networks").asInt()).isEqualTo(4);
        assertThat(json.path("baselines").propertyNames())
                .containsExactly("flops", "live_flops", "params", "uniform_codes");
        assertThat(json.path("gains").propertyNames()).contains("uniform_codes");
    }

    /**
     * One network has one score, whichever of its cells is asked for and whoever asks: a search that met cells with dead
     * ends, {@code evaluate} and {@code rank}, which ask for these and their representatives. Costs stay each cell's own.
     */
    @Test
    void searchEvaluateAndRankGiveEquivalentCellsOneScore() throws IOException {
        SettingsTree settings = settings(2);
        settings.setIfPresent("search.population", 12);
        Path run = train("searched", settings);
        CommandLineOutput.of("search", "--run", run.toString()).success();
        NasBench201 space = NasBench201.cifar10();
        List<EvaluatedArchitecture> searched;
        try (RunStore store = RunStore.open(run)) {
            searched = store.architectures().stream()
                    .filter(met -> met.liveFlops() < met.flops())
                    .toList();
        }
        assertThat(searched).hasSizeGreaterThan(2);
        List<String> archs = searched.stream()
                .map(EvaluatedArchitecture::arch)
                .flatMap(arch -> Stream.of(arch, space.format(space.canonical(space.parse(arch)))))
                .distinct()
                .toList();
        assertThat(archs).hasSizeGreaterThan(searched.size());
        StringBuilder table = new StringBuilder("arch,accuracy\n");
        archs.forEach(arch -> table.append(arch).append(",1\n"));
        String cells = Files.writeString(folder.resolve("cells.csv"), table).toString();
        Map<String, JsonNode> evaluated = evaluate(run, archs);
        Map<String, Double> accuracies = scores(run, cells, "ranked.csv", "--score", "accuracy");
        Map<String, Double> logLikelihoods = scores(run, cells, "ranked.csv", "--score", "log_likelihood");
        for (EvaluatedArchitecture met : searched) {
            String representative = space.format(space.canonical(space.parse(met.arch())));
            for (String arch : List.of(met.arch(), representative)) {
                JsonNode json = evaluated.get(arch);
                assertThat(json.path("accuracy").asDouble()).as(arch).isEqualTo(met.accuracy());
                assertThat(json.path("log_likelihood").asDouble()).as(arch).isEqualTo(met.logLikelihood());
                assertThat(JSON.treeToValue(json.path("code"), float[].class))
                        .isEqualTo(met.code().toArray());
                assertThat(accuracies.get(arch)).as(arch).isEqualTo(met.accuracy());
                assertThat(logLikelihoods.get(arch)).as(arch).isEqualTo(met.logLikelihood());
            }
            assertThat(met.flops())
                    .isEqualTo(evaluated.get(met.arch()).path("flops").asLong());
        }
        assertThat(rank(run, cells, List.of()).path("evaluated").asInt()).isZero();
    }

    /** What a search evaluated is not evaluated again for a ranking, but for the control. */
    @Test
    void aRankingKnowsWhatTheSearchEvaluated() throws IOException {
        Path run = train("single-searched", 1);
        CommandLineOutput.of("search", "--run", run.toString()).success();
        StringBuilder table = new StringBuilder("arch,accuracy\n");
        try (RunStore store = RunStore.open(run)) {
            store.architectures().forEach(met -> table.append(met.arch()).append(",1\n"));
        }
        String cells = Files.writeString(folder.resolve("met.csv"), table).toString();
        JsonNode json = rank(run, cells, List.of());
        assertThat(json.path("networks").asInt()).isEqualTo(12);
        assertThat(json.path("evaluated").asInt()).isZero();
    }

    /** Costs are those of each architecture: the dead end counts in FLOPs, and not in live FLOPs. */
    @Test
    void baselinesAreOfEachArchitecture() {
        JsonNode baselines = rank(trained).path("baselines");
        // FLOPs order the truths 10 80 81 61 60 94 by 0 conv (10, 61), 1 conv (60, 80, 81), 6 conv (94): the pairs
        // (61, 60) and the equal ones (10, 61), (60, 80), (60, 81), (80, 81) are not concordant.
        assertThat(baselines.path("flops").path("kendall_a").asDouble()).isCloseTo((10 - 1) / 15.0, within(1e-12));
        // Live FLOPs: 10 | 60 61 | 80 81 | 94.
        assertThat(baselines.path("live_flops").path("kendall_a").asDouble()).isCloseTo(13 / 15.0, within(1e-12));
    }

    @Test
    void scoresWrittenOutRankAlike() {
        JsonNode json =
                rank(trained, "--scores-out", folder.resolve("again.csv").toString());
        JsonNode again = JSON.readTree(CommandLineOutput.of(
                        "rank",
                        "--truth",
                        truth,
                        "--column",
                        "accuracy",
                        "--scores",
                        folder.resolve("again.csv").toString(),
                        "--json")
                .success());
        for (String metric : List.of("kendall_a", "kendall_b", "spearman", "pearson", "regret")) {
            assertThat(again.path(metric)).isEqualTo(json.path(metric));
            assertThat(again.path("intervals").path(metric))
                    .isEqualTo(json.path("intervals").path(metric));
        }
    }

    /** Alone, live FLOPs are the baseline of that name; without two of three predictors' third the sum is of two. */
    @Test
    void predictorsAreRankedTogetherAloneAndLeftOut() {
        String[] three = {"--predictors", "live_flops,jacov,log_likelihood"};
        JsonNode json = rank(trained, three);
        assertThat(json.path("predictors").propertyNames()).containsExactly("live_flops", "jacov", "log_likelihood");
        assertThat(json.path("without").propertyNames()).containsExactly("live_flops", "jacov", "log_likelihood");
        assertThat(json.path("aggregate").path("kendall_b")).isEqualTo(json.path("kendall_b"));
        assertThat(json.path("predictors").path("live_flops"))
                .isEqualTo(json.path("baselines").path("live_flops"));
        JsonNode two = rank(trained, "--predictors", "live_flops,jacov");
        assertThat(two.path("aggregate").path("kendall_b"))
                .isEqualTo(json.path("without").path("log_likelihood").path("kendall_b"));
        assertThat(rank(trained, "--predictors", "jacov").path("kendall_b"))
                .isEqualTo(json.path("predictors").path("jacov").path("kendall_b"));
        JsonNode again = rank(trained, three);
        assertThat(again.path("evaluated").asInt()).isZero();
        assertThat(again.path("without")).isEqualTo(json.path("without"));
        assertThat(rank(trained, "--predictors", "accuracy").has("predictors")).isFalse();
    }

    /** A score is of an architecture and the reference population, not of what else was asked for; equal after an end. */
    @Test
    void aSumOfLogRanksDependsOnNothingElse() throws IOException {
        Path run = train("reference", settings(2));
        String[] predictors = {"--predictors", "log_likelihood,jacov,params"};
        Map<String, JsonNode> alone = evaluate(run, List.of(LARGEST), predictors);
        Map<String, JsonNode> among = evaluate(run, List.of(DIRECT, DISCONNECTED, LARGEST), predictors);
        assertThat(among.get(LARGEST)).isEqualTo(alone.get(LARGEST));
        double disconnected = among.get(DISCONNECTED).path("aggregate").asDouble();
        assertThat(disconnected)
                .isNegative()
                .isLessThan(among.get(LARGEST).path("aggregate").asDouble());
        assertThat(among.get(LARGEST).path("params").asLong()).isPositive();
    }

    @Test
    void predictorsWithoutSupernetsNeedNoTraining() throws IOException {
        Path untrained = folder.resolve("never-trained");
        Run.create(untrained, settings(2), silent()).close();
        JsonNode json = rank(untrained, "--predictors", "live_flops,jacov");
        assertThat(json.path("n").asInt()).isEqualTo(6);
        String[] arguments = {"rank", "--run", untrained.toString(), "--truth", truth, "--column", "accuracy"};
        assertThat(CommandLineOutput.of(arguments).refusal()).contains("train them first");
        try (Run run = Run.open(untrained, tree -> tree.set("search.score", "jacov, flops"), silent())) {
            assertThat(run.context().settings().search().score()).containsExactly("jacov", "flops");
            Pipeline.runUntil(run, Pipeline.Stage.SEARCH);
            assertThat(run.store().architectures()).hasSize(12).allSatisfy(a -> {
                assertThat(a.accuracy()).isNaN();
                assertThat(a.logLikelihood()).isNaN();
                assertThat(a.score()).isNegative();
            });
            assertThat(run.store().training(TrainingPoint.SUPERNET)).isEmpty();
        }
    }

    @Test
    void predictorsThatAreNoneAreRefused() {
        for (String wrong : List.of("jacow", "jacov,jacov", "jacov,,flops")) {
            String[] arguments = {
                "rank", "--run", trained.toString(), "--truth", truth, "--column", "accuracy", "--predictors", wrong
            };
            assertThat(CommandLineOutput.of(arguments).refusal())
                    .contains("--predictors")
                    .contains("log_widths");
        }
    }

    @Test
    void nothingIsEvaluatedTwice() {
        rank(trained);
        JsonNode json = rank(trained, "--score", "log_likelihood");
        assertThat(json.path("evaluated").asInt()).isZero();
        assertThat(rank(trained, "--score", "log_likelihood")).isEqualTo(json);
    }

    /** Twenty architectures, and a failure when the third is told: what was told is in the store. */
    @Test
    void goesOnWhereItWasCut() throws IOException {
        try (Run run = Run.open(trained, silent());
                Evaluations evaluations = Evaluations.open(run)) {
            List<Architecture> architectures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                architectures.add(Architecture.of(4, 4, i / 4, 4, 4, 1 + i % 4));
            }
            List<Evaluation> told = new ArrayList<>();
            assertThatThrownBy(() -> evaluations.each(architectures, Codes.LEARNED, e -> {
                        told.add(e);
                        if (told.size() == 3) {
                            throw new IllegalStateException("cut");
                        }
                    }))
                    .hasMessage("cut");
            List<Evaluation> all = new ArrayList<>();
            assertThat(evaluations.each(architectures, Codes.LEARNED, all::add)).isEqualTo(new Tally(20, 17));
            assertThat(all).extracting(Evaluation::architecture).isEqualTo(architectures);
            assertThat(all.subList(0, 3)).isEqualTo(told);
        }
    }

    @Test
    void uniformCodesAreAControlOnTheSameWeights() throws IOException {
        try (Run run = Run.open(trained, silent());
                Evaluations evaluations = Evaluations.open(run)) {
            List<Evaluation> uniform = new ArrayList<>();
            List<Architecture> architectures = List.of(run.context().space().parse(LARGEST));
            evaluations.each(architectures, Codes.UNIFORM, uniform::add);
            List<StoredEvaluation> stored =
                    run.store().evaluations(new EvaluationSetup(stepsPerEpoch(run.store()), 128, 256, Codes.UNIFORM));
            assertThat(stored)
                    .filteredOn(evaluation -> evaluation.arch().equals(LARGEST))
                    .singleElement()
                    .satisfies(evaluation -> {
                        assertThat(evaluation.code().toArray()).containsExactly(0.5f, 0.5f);
                        assertThat(evaluation.logLikelihood())
                                .isEqualTo(uniform.get(0).score("log_likelihood"));
                    });
        }
    }

    @Test
    void aSingleSupernetHasNoCodesToCompare() throws IOException {
        JsonNode json = rank(train("single", 1));
        assertThat(json.path("baselines").propertyNames()).containsExactly("flops", "live_flops", "params");
        assertThat(json.path("evaluated").asInt()).isEqualTo(4);
    }

    @Test
    void trainingAnewForgetsEvaluations() throws IOException {
        Path run = train("anew", 2);
        assertThat(rank(run).path("evaluated").asInt()).isEqualTo(8);
        CommandLineOutput.of("train", "--again", "--run", run.toString()).success();
        assertThat(rank(run).path("evaluated").asInt()).isEqualTo(8);
    }

    /** In the order of the table, the same for the same seed, and the smaller sample in the larger one. */
    @Test
    void samplesAreSeededAndNested() {
        List<String> table = List.copyOf(TRUTH.keySet());
        List<String> four = List.copyOf(scores("4.csv", "--sample", "4").keySet());
        assertThat(scores("4.csv", "--sample", "4", "--seed", "1").keySet()).containsExactlyElementsOf(four);
        assertThat(four)
                .hasSize(4)
                .isSubsetOf(table)
                .isSortedAccordingTo((a, b) -> table.indexOf(a) - table.indexOf(b));
        assertThat(scores("3.csv", "--sample", "3").keySet()).hasSize(3).isSubsetOf(four);
        assertThat(scores("6.csv", "--sample", "6").keySet()).containsExactlyElementsOf(table);
        assertThat(scores("seed.csv", "--sample", "4", "--seed", "2").keySet()).isNotEqualTo(Set.copyOf(four));
    }

    @Test
    void wrongInputIsOneLineAndExitCode2() throws IOException {
        refuse(trained, truth, "accuracy", "--sample: 7 is not allowed; allowed: 2 to 6", "--sample", "7");
        refuse(trained, truth, "accuracy", "--sample: 1 is not allowed; allowed: 2 to 6", "--sample", "1");
        refuse(trained, truth, "acc", "'acc'");
        refuse(trained, truth, "accuracy", "--predictors: 'luck' is not allowed", "--score", "luck");
        refuse(trained, truth, "accuracy", "--scores-out: /no/such/folder/x", "--scores-out", "/no/such/folder/x");
        String other = Files.writeString(folder.resolve("other.csv"), "arch,accuracy\n22212220,1\n22222222,2\n")
                .toString();
        refuse(trained, other, "accuracy", "architecture of nas-bench-201: '22212220'");
        Path untrained = folder.resolve("untrained");
        Run.create(untrained, settings(2), silent()).close();
        refuse(untrained, truth, "accuracy", "supernets of the run: none is not allowed; allowed: train them first");
    }

    private static void refuse(Path run, String table, String column, String named, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("rank", "--run", run.toString(), "--truth", table, "--column", column));
        arguments.addAll(List.of(more));
        RankTest.requireRefused(CommandLineOutput.of(arguments.toArray(String[]::new)), named);
    }
}
