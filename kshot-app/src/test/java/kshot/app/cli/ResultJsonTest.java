package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import kshot.predict.SupernetScores;
import kshot.rank.Metric;
import kshot.run.pipeline.RunSummary;
import kshot.run.report.CodeDistribution;
import kshot.simplex.CodeStatistics;
import kshot.simplex.SimplexCode;
import kshot.study.CodesStudy;
import kshot.study.ControlStudy;
import kshot.study.ControlStudy.Treatment;
import kshot.study.EnsembleStudy;
import kshot.study.GroupsStudy;
import kshot.study.KStudy;
import kshot.study.MStudy;
import kshot.study.Pick;
import kshot.study.RegulariserStudy;
import kshot.study.SearchStudy;
import kshot.study.TruthStudy;
import kshot.study.WinnersStudy;
import kshot.study.result.Spread;
import kshot.train.SupernetSettings.Mode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The keys of the JSON of studies and runs, which other programs read. */
class ResultJsonTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Spread TWO = new Spread(0.5, 0.25, 2);
    private static final Spread ONE = new Spread(0.5, Double.NaN, 1);
    private static final String SPREAD = "{'mean': 0.5, 'std': 0.25, 'n': 2}";
    private static final Pick PICK = new Pick(91.5, 3);

    private static void assertJson(Object result, String expected) {
        JsonNode json = JSON.readTree(Json.document(result));
        assertThat(json)
                .isEqualTo(JSON.readTree(expected.replace("SPREAD", SPREAD).replace('\'', '"')));
    }

    @Test
    void k() {
        assertJson(
                new KStudy(
                        20,
                        Map.of("flops", Map.of(Metric.KENDALL_B, 0.6)),
                        List.of(new KStudy.OfK(1, 60, Map.of(Metric.WITHIN_EQUAL_FLOPS, Map.of("accuracy", TWO)))),
                        List.of(new KStudy.Member(
                                1, 7, 59.5, Map.of("log_likelihood", Map.of(Metric.SPEARMAN, 0.75))))),
                """
                {'architectures': 20, 'baselines': {'flops': {'kendall_b': 0.6}},
                 'summary': [{'k': 1, 'train_seconds': 60.0, 'within_equal_flops': {'accuracy': SPREAD}}],
                 'members': [{'k': 1, 'seed': 7, 'train_seconds': 59.5, 'log_likelihood': {'spearman': 0.75}}]}""");
    }

    @Test
    void controls() {
        assertJson(
                new ControlStudy(
                        8,
                        20,
                        List.of(new ControlStudy.OfTreatment(
                                Treatment.EQUAL_CODES, 60, Map.of("spread", ONE), Map.of("log_likelihood", TWO))),
                        List.of(new ControlStudy.Effect(
                                Treatment.LEARNED_CODES, Treatment.ONE_SUPERNET, "all together", TWO)),
                        List.of(
                                new ControlStudy.Member(
                                        Treatment.ONE_SUPERNET, 7, 59.5, null, Map.of("log_likelihood", 0.75)),
                                new ControlStudy.Member(
                                        Treatment.FROZEN_CODES,
                                        7,
                                        59.5,
                                        new CodeStatistics(0.5, 0.25, 0, 0),
                                        Map.of("log_likelihood", 0.75)))),
                """
                {'k': 8, 'architectures': 20,
                 'summary': [{'treatment': 'equal_codes', 'train_seconds': 60.0,
                              'codes': {'spread': {'mean': 0.5, 'std': null, 'n': 1}}, 'log_likelihood': SPREAD}],
                 'effects': [{'of': 'learned_codes', 'less': 'one_supernet', 'meaning': 'all together',
                              'difference': SPREAD}],
                 'members': [{'treatment': 'one_supernet', 'seed': 7, 'train_seconds': 59.5, 'log_likelihood': 0.75},
                             {'treatment': 'frozen_codes', 'seed': 7, 'train_seconds': 59.5, 'relative_entropy': 0.5,
                              'spread': 0.25, 'drift': 0.0, 'common': 0.0, 'log_likelihood': 0.75}]}""");
    }

    @Test
    void groups() {
        assertJson(
                new GroupsStudy(List.of(
                        new GroupsStudy.Row(4, SupernetScores.LOG_LIKELIHOOD, 0.1, TWO),
                        new GroupsStudy.Row(4, SupernetScores.ACCURACY, 0.5, ONE))),
                """
                {'rows': [{'k': 4, 'score': 'log_likelihood', 'top_fraction': 0.1, 'mean': 0.5, 'std': 0.25, 'n': 2},
                          {'k': 4, 'score': 'accuracy', 'top_fraction': 0.5, 'mean': 0.5, 'std': null, 'n': 1}]}""");
    }

    @Test
    void search() {
        assertJson(
                new SearchStudy(
                        9,
                        94.5,
                        PICK,
                        List.of(new SearchStudy.Group("most_flops", true, TWO, 5)),
                        List.of(new SearchStudy.Row(8, 1, PICK, new Pick(90.5, 4)))),
                """
                {'inside': 9, 'best': 94.5, 'flops_pick': {'truth': 91.5, 'rank': 3},
                 'groups': [{'group': 'most_flops', 'truth': SPREAD, 'median_rank': 5}],
                 'rows': [{'k': 8, 'seed': 1, 'nsga2': {'truth': 91.5, 'rank': 3}, 'random': {'truth': 90.5, 'rank': 4}}]}""");
    }

    @Test
    void ensemble() {
        EnsembleStudy.Method method = new EnsembleStudy.Method("one-shot, K = 1", "K = 1");
        assertJson(
                new EnsembleStudy(List.of(
                        new EnsembleStudy.Row(method, Map.of("accuracy", TWO), TWO, List.of(PICK), TWO, 1, 1024L, 2.0),
                        new EnsembleStudy.Row(method, Map.of(), TWO, List.of(), TWO, 1, null, null))),
                """
                {'rows': [
                  {'method': 'one-shot, K = 1', 'kendall_b': {'accuracy': SPREAD}, 'pick_truth': SPREAD,
                   'picks': [{'truth': 91.5, 'rank': 3}], 'epoch_seconds': SPREAD, 'epoch_seconds_ratio': 1.0,
                   'peak_memory_bytes': 1024, 'peak_memory_ratio': 2.0},
                  {'method': 'one-shot, K = 1', 'kendall_b': {}, 'pick_truth': SPREAD, 'picks': [],
                   'epoch_seconds': SPREAD, 'epoch_seconds_ratio': 1.0, 'peak_memory_bytes': null,
                   'peak_memory_ratio': null}]}""");
    }

    @Test
    void m() {
        assertJson(
                new MStudy(4, List.of(new MStudy.Row(Mode.JOINT, 16, Map.of("accuracy", TWO)))),
                "{'k': 4, 'rows': [{'mode': 'joint', 'm': 16, 'kendall_b': {'accuracy': SPREAD}}]}");
    }

    @Test
    void regulariser() {
        assertJson(
                new RegulariserStudy(
                        4,
                        List.of(new RegulariserStudy.Row(
                                0, Map.of("accuracy", TWO), Map.of("code_similarity", TWO, "code_distance", ONE)))),
                """
                {'k': 4, 'rows': [{'weight': 0.0, 'kendall_b': {'accuracy': SPREAD}, 'code_similarity': SPREAD,
                                   'code_distance': {'mean': 0.5, 'std': null, 'n': 1}}]}""");
    }

    /** Corners of the simplex: all in the last bin or the first, no entropy. */
    @Test
    void truth() {
        assertJson(
                new TruthStudy(
                        "small",
                        List.of(new TruthStudy.Row(
                                "a", 0.75, -0.5, 30, 20, 10, List.of(new TruthStudy.Training(0.75, -0.5, 61.5))))),
                """
                {'space': 'small', 'rows': [{'arch': 'a', 'test_accuracy': 0.75, 'test_log_likelihood': -0.5, 'flops': 30,
                 'live_flops': 20, 'params': 10,
                 'seeds': [{'test_accuracy': 0.75, 'test_log_likelihood': -0.5, 'seconds': 61.5}]}]}""");
    }

    @Test
    void codes() {
        CodeDistribution corner = CodeDistribution.of(List.of(SimplexCode.of(1, 0)));
        JsonNode row = JSON.readTree(Json.document(new CodesStudy(
                        List.of(new CodesStudy.Row(3, 12, corner, corner, Map.of("code_similarity", 1.0))))))
                .path("rows")
                .path(0);
        assertThat(row.propertyNames())
                .containsExactlyInAnyOrder(
                        "k",
                        "seed",
                        "paths",
                        "means",
                        "deviations",
                        "relative_entropy",
                        "edges",
                        "shares",
                        "start",
                        "code_similarity");
        assertThat(row.path("start").path("means")).isEqualTo(row.path("means"));
        assertThat(row.path("k").asInt()).isEqualTo(2);
        assertThat(row.path("means")).isEqualTo(JSON.readTree("[1.0, 0.0]"));
        assertThat(row.path("shares").path(0).path(39).asDouble()).isEqualTo(1);
        assertThat(row.path("shares").path(1).path(0).asDouble()).isEqualTo(1);
    }

    @Test
    void winners() {
        assertJson(
                new WinnersStudy(
                        2,
                        List.of(new WinnersStudy.OfLimit(
                                5_000_000,
                                Map.of("width_last", TWO),
                                Map.of("width_last", 0.75),
                                List.of(new WinnersStudy.Winner(
                                        1, "0123", 4_000_000, Map.of("width_last", 0.5), "<svg/>"))))),
                """
                {'k': 2, 'limits': [{'max_flops': 5000000, 'winners': {'width_last': SPREAD},
                                     'random': {'width_last': 0.75},
                                     'architectures': [{'seed': 1, 'arch': '0123', 'flops': 4000000, 'width_last': 0.5}]}]}""");
    }

    @Test
    void run() {
        assertJson(summary(null, null, List.of()), """
                {'architecture': '0123', 'flops': 5, 'params': 4, 'search_accuracy': 0.5, 'test_accuracy': 0.75, 'balanced_accuracy': 0.625,
                 'calibration_error': 0.125,
                 'classes': [{'name': 'cat', 'images': 60, 'recall': 0.5, 'precision': null}],
                 'onnx': 'model.onnx',
                 'models': [{'architecture': '0012', 'flops': 3, 'test_accuracy': 0.5, 'onnx': 'model-2.onnx'}],
                 'report': 'report.html', 'verdict': 'More.', 'repeats': 2,
                 'mean_test_accuracy': 0.875, 'compared': [], 'seconds': 60.0}""");
        RunSummary.Latency latency = new RunSummary.Latency(1.5, 1.25, 2, null);
        RunSummary.Compared compared = new RunSummary.Compared(
                List.of("resnet8"),
                "resnet8",
                "resnet8-x0.70",
                3,
                2,
                0.5,
                30,
                new RunSummary.Difference(0.375, 0.25, 0.5, 2));
        assertJson(summary(latency, new RunSummary.Finalists(24, 7), List.of(compared)), """
                {'architecture': '0123', 'flops': 5, 'params': 4, 'latency_ms': 1.5, 'predicted_latency_ms': 1.25,
                 'search_accuracy': 0.5, 'finalists': {'trained': 24, 'winners_place': 7}, 'test_accuracy': 0.75,
                 'balanced_accuracy': 0.625, 'calibration_error': 0.125,
                 'classes': [{'name': 'cat', 'images': 60, 'recall': 0.5, 'precision': null}],
                 'onnx': 'model.onnx',
                 'int8': {'onnx': 'model-int8.onnx', 'bytes': 70, 'test_accuracy': 0.5, 'same_class': 0.75, 'latency_ms': 0.25,
                          'float32_latency_ms': 0.5},
                 'models': [{'architecture': '0012', 'flops': 3, 'test_accuracy': 0.5, 'onnx': 'model-2.onnx'}],
                 'report': 'report.html', 'verdict': 'More.', 'repeats': 2, 'mean_test_accuracy': 0.875,
                 'compared': [{'kinds': ['resnet8'], 'space': 'resnet8', 'architecture': 'resnet8-x0.70', 'flops': 3,
                               'params': 2, 'test_accuracy': 0.5, 'seconds': 30.0,
                               'lead': {'mean': 0.375, 'low': 0.25, 'high': 0.5, 'seeds': 2}}],
                 'seconds': 60.0}""");
        RunSummary elsewhere = summary(new RunSummary.Latency(null, 1.25, 2, "pi, Cortex-A72"), null, List.of());
        assertThat(JSON.readTree(Json.document(elsewhere)).path("latency_ms").isNull())
                .isTrue();
        assertThat(JSON.readTree(Json.document(elsewhere))
                        .path("latency_machine")
                        .asString())
                .isEqualTo("pi, Cortex-A72");
        assertThat(elsewhere.lines())
                .containsEntry("latency", "1.250 ms predicted for pi, Cortex-A72, limit 2.0 ms; not measured there");
        assertThat(summary(latency, null, List.of()).lines())
                .containsEntry("latency", "1.500 ms measured, 1.250 ms predicted, limit 2.0 ms");
        assertThat(summary(null, null, List.of(compared)).lines())
                .containsEntry(
                        "resnet8", "50.00 %, 3 FLOPs, 2 parameters; winner ahead by 37.50 points (25.00 to 50.00)");
    }

    private static RunSummary summary(
            RunSummary.@Nullable Latency latency,
            RunSummary.@Nullable Finalists finalists,
            List<RunSummary.Compared> compared) {
        return new RunSummary(
                "0123",
                5,
                4,
                latency,
                0.5,
                finalists,
                0.75,
                100,
                0.625,
                0.125,
                List.of(new RunSummary.ClassTest("cat", 60, 0.5, null)),
                "model.onnx",
                finalists == null ? null : new RunSummary.Int8("model-int8.onnx", 70, 0.5, 0.75, 0.25, 0.5),
                List.of(new RunSummary.OtherModel("0012", 3, 0.5, "model-2.onnx", null)),
                "report.html",
                "More.",
                2,
                0.875,
                compared,
                60);
    }
}
