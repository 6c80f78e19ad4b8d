package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kshot.predict.SupernetScores;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.simplex.SimplexCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private static final List<String> SECTIONS =
            List.of("compare", "training", "retraining", "pareto", "codes", "winner", "cost", "provenance");
    private static final Set<String> VOID_TAGS = Set.of("meta", "link", "img", "br");

    @TempDir
    Path folder;

    @Test
    void aWholeRunHasAllSectionsAndTheirContent() throws IOException {
        String html = report(4, 1_000);
        assertBalanced(html);
        SECTIONS.forEach(
                id -> assertThat(html).contains("<section id=\"" + id + "\"", "<h2 id=\"" + id + "-heading\""));
        assertThat(html)
                .contains("<title>small on sample – kshot report</title>")
                .contains("91.35%", "± 0.63 on 2,000 images", "1.04 MB", "18 min 31 s")
                .contains("Over the 6 retrained architectures of the space")
                .contains("The winner is better than the best of the 7 networks", "MobileNetV2 ×2.48")
                .contains("ResNet-8 ×1.07", "13.95", "355.1", "1 min 38 s")
                .contains("FLOPs-only pick", "largest inside the limit", "random 3")
                .contains("href=\"model.onnx\"", "href=\"run.db\"")
                .contains("mean relative entropy")
                .contains("supernet.learning_rate")
                .contains("Apache License", "Baidu Inc.", "Mike Bostock");
        assertThat(withoutLibrary(html)).doesNotContain("src=\"http", "href=\"http", "@import", "url(", "fetch(");
    }

    @Test
    void theChartsGetWhatTheStoreHolds() throws IOException {
        JsonNode charts = island(report(4, 1_000));
        JsonNode search = charts.get("search");
        assertThat(search.get("arch")).hasSize(1_000);
        assertThat(search.get("code").get(0)).hasSize(4);
        assertThat(search.get("limit").asLong()).isEqualTo(14_000_000);
        assertThat(charts.get("supernets")).hasSize(2);
        assertThat(charts.get("retraining")).hasSize(1);
        assertThat(charts.get("compared")).hasSize(8);
        assertThat(charts.get("codes").get("shares")).hasSize(4);

        try (RunStore store = RunStore.open(folder)) {
            int winner = search.get("winner").asInt();
            EvaluatedArchitecture stored = store.architecture(
                            search.get("arch").get(winner).asString())
                    .orElseThrow();
            assertThat(search.get("flops").get(winner).asLong()).isEqualTo(stored.flops());
            assertThat(stored.arch())
                    .isEqualTo(store.get(RunMetadata.PICKS).orElseThrow().winner());
            assertFront(search, store.architectures());
        }
    }

    @Test
    void theTimeOfAnotherMachineHasItsName() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            new SyntheticRun(1, 2, 50).fill(store);
            store.put(RunMetadata.LATENCY, new RunMetadata.Latency(1.25, null, 2, 1, "pi <4>, Cortex-A72"));
            Report.write(store, SyntheticRun.inputs(), folder.resolve(Report.FILE));
            assertThat(Files.readString(folder.resolve(Report.FILE)))
                    .contains(
                            "<strong>1.250 ms</strong><span>predicted for pi &lt;4&gt;, Cortex-A72, limit 2.0, for an image");
            store.put(RunMetadata.LATENCY, new RunMetadata.Latency(1.25, 1.5, 2, 1, null));
            Report.write(store, SyntheticRun.inputs(), folder.resolve(Report.FILE));
            assertThat(Files.readString(folder.resolve(Report.FILE)))
                    .contains("<strong>1.500 ms</strong><span>predicted 1.250, limit 2.0, for an image");
        }
    }

    @Test
    void hostileNamesStayText() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            new SyntheticRun(1, 2, 50).fill(store);
            store.putArchitectures(List.of(new EvaluatedArchitecture(
                    SyntheticRun.HOSTILE,
                    0,
                    0.99,
                    -0.1,
                    1_000,
                    1_000,
                    10,
                    SimplexCode.uniform(2),
                    Instant.EPOCH,
                    0.99)));
            store.putRetrained(new Retrained(
                    SyntheticRun.HOSTILE,
                    SyntheticRun.HOSTILE,
                    EnumSet.of(Retrained.Kind.RANDOM),
                    1_000,
                    10,
                    0.99,
                    60,
                    List.of(new Retrained.Training(1, 0.99, 100))));
            store.put(
                    RunMetadata.YARDSTICKS,
                    List.of(new RunMetadata.FittedYardstick(SyntheticRun.HOSTILE, null, SyntheticRun.HOSTILE)));
            ReportInputs inputs = new ReportInputs(
                    SyntheticRun.HOSTILE,
                    List.of(new LayerCost(SyntheticRun.HOSTILE, SyntheticRun.HOSTILE, SyntheticRun.HOSTILE, 1, 1)));
            Report.write(store, inputs, folder.resolve(Report.FILE));
        }
        String html = Files.readString(folder.resolve(Report.FILE));
        assertBalanced(html);
        assertThat(html)
                .doesNotContain("<script>window.hacked", "<img src=x")
                .contains("&lt;/script&gt;&lt;script&gt;window.hacked=1");
        assertThat(island(html).get("search").get("arch").get(50).asString()).isEqualTo(SyntheticRun.HOSTILE);
    }

    @Test
    void aRunThatHasJustBegunSaysWhatIsMissing() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            Report.write(store, ReportInputs.NONE, folder.resolve(Report.FILE));
        }
        String html = Files.readString(folder.resolve(Report.FILE));
        assertBalanced(html);
        SECTIONS.forEach(id -> assertThat(html).contains("<section id=\"" + id + "\""));
        assertThat(html)
                .contains(
                        "No architecture has been evaluated yet.",
                        "nothing has been retrained yet",
                        "not found a winner yet");
        assertThat(island(html).get("search").isNull()).isTrue();
    }

    @Test
    void picksThatWereNotRetrainedAreShownAsSuch() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            new SyntheticRun(1, 2, 50).fill(store);
            Retrained winner = store.retrained().get(0);
            store.forgetRetrained();
            store.putRetrained(winner);
            store.put(RunMetadata.RANKING, new RunMetadata.Ranking(1, Double.NaN, Double.NaN));
            Report.write(store, SyntheticRun.inputs(), folder.resolve(Report.FILE));
        }
        assertThat(Files.readString(folder.resolve(Report.FILE)))
                .contains(
                        "was not measured: only the winner was retrained",
                        "not retrained",
                        "the winner was trained from");
    }

    @Test
    void oneSupernetHasNoCodesToShow() throws IOException {
        String html = report(1, 50);
        assertThat(html).contains("One supernet, K = 1", "there is nothing to show");
        assertThat(island(html).get("codes").isNull()).isTrue();
    }

    @Test
    void theFrontFollowsTheScoreOfTheSearch() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            store.put(
                    RunMetadata.SEARCH,
                    new RunMetadata.Search("s", "9", 2, SupernetScores.LOG_LIKELIHOOD, null, null, null));
            store.putArchitectures(
                    List.of(scored("a", 10, 0.5, -2), scored("b", 20, 0.6, -3), scored("c", 30, 0.4, -1)));
            Report.write(store, ReportInputs.NONE, folder.resolve(Report.FILE));
        }
        JsonNode search = island(Files.readString(folder.resolve(Report.FILE))).get("search");
        assertThat(search.get("front").toString()).isEqualTo("[0,2]");
        assertThat(search.get("limit").isNull()).isTrue();
    }

    @Test
    void aSearchThatOnlyFoundNaNSaysSo() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            store.putArchitectures(List.of(scored("a", 10, Double.NaN, Double.NaN)));
            Report.write(store, ReportInputs.NONE, folder.resolve(Report.FILE));
        }
        assertThat(Files.readString(folder.resolve(Report.FILE))).contains("has a finite score");
    }

    @Test
    void aLargeRunStaysSmall() throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            SyntheticRun run = new SyntheticRun(1, 12, 20_000);
            run.fill(store);
            run.fillTraining(store, 100_000);
            Report.write(store, SyntheticRun.inputs(), folder.resolve(Report.FILE));
        }
        String html = Files.readString(folder.resolve(Report.FILE));
        int library = html.length() - withoutLibrary(html).length();
        assertThat(Files.size(folder.resolve(Report.FILE)) - library).isLessThan(3_000_000);
        JsonNode search = island(html).get("search");
        assertThat(search.get("arch").size()).isBetween(ChartData.MAX_ARCHITECTURES, ChartData.MAX_ARCHITECTURES + 100);
        assertThat(search.get("winner").isNull()).isFalse();
        assertThat(search.get("front").toString()).doesNotContain("null");
    }

    @Test
    void nothingStaysBesideTheReport() throws IOException {
        report(2, 50);
        report(2, 50);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("run.db", "report.html", "model.onnx", "model.json", "config.yaml");
        }
    }

    private String report(int k, int architectures) throws IOException {
        try (RunStore store = RunStore.create(folder)) {
            new SyntheticRun(1, k, architectures).fill(store);
            Report.write(store, SyntheticRun.inputs(), folder.resolve(Report.FILE));
        }
        return Files.readString(folder.resolve(Report.FILE));
    }

    private static EvaluatedArchitecture scored(String arch, long flops, double accuracy, double logLikelihood) {
        return new EvaluatedArchitecture(
                arch, 0, accuracy, logLikelihood, flops, flops, 1, SimplexCode.uniform(2), Instant.EPOCH, Double.NaN);
    }

    /** By the definition: on the front is exactly what nothing dominates. */
    private static void assertFront(JsonNode search, List<EvaluatedArchitecture> all) {
        List<String> front = all.stream()
                .filter(a -> all.stream().noneMatch(b -> dominates(b, a)))
                .map(EvaluatedArchitecture::arch)
                .toList();
        List<String> drawn = search.get("front")
                .valueStream()
                .map(i -> search.get("arch").get(i.asInt()).asString())
                .toList();
        assertThat(drawn).containsExactlyInAnyOrderElementsOf(front);
    }

    private static boolean dominates(EvaluatedArchitecture b, EvaluatedArchitecture a) {
        return b.flops() <= a.flops()
                && b.accuracy() >= a.accuracy()
                && (b.flops() < a.flops() || b.accuracy() > a.accuracy());
    }

    private static JsonNode island(String html) {
        Matcher matcher = Pattern.compile(
                        "<script type=\"application/json\" id=\"charts\">(.*?)</script>", Pattern.DOTALL)
                .matcher(html);
        assertThat(matcher.find()).isTrue();
        return new JsonMapper().readTree(matcher.group(1));
    }

    private static String withoutLibrary(String html) {
        return Pattern.compile("<script>\\s*/\\*\\s*\\* Licensed to the Apache.*?</script>", Pattern.DOTALL)
                .matcher(html)
                .replaceFirst("");
    }

    /** Every tag that opens also closes, in order; scripts and styles are skipped as a browser does. */
    private static void assertBalanced(String html) {
        String markup =
                html.replaceAll("(?s)<(script|style)\\b[^>]*>.*?</\\1>", "").replace("<!DOCTYPE html>", "");
        Deque<String> open = new ArrayDeque<>();
        Matcher tag = Pattern.compile("<(/?)([a-z][a-z0-9]*)((?:\\s+[a-z-]+=\"[^\"<]*\")*)\\s*>")
                .matcher(markup);
        int last = 0;
        while (tag.find()) {
            assertThat(markup.substring(last, tag.start())).doesNotContain("<");
            last = tag.end();
            if (!tag.group(1).isEmpty()) {
                assertThat(open.pop()).isEqualTo(tag.group(2));
            } else if (!VOID_TAGS.contains(tag.group(2))) {
                open.push(tag.group(2));
            }
        }
        assertThat(markup.substring(last)).doesNotContain("<");
        assertThat(open).isEmpty();
    }
}
