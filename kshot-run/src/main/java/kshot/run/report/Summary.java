package kshot.run.report;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kshot.run.report.page.Format;
import kshot.run.report.page.Html;
import kshot.run.report.page.Parts;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;

/** The top of the page: what was found, the verdict, the files. */
final class Summary {
    private static final Map<String, String> FILES = new LinkedHashMap<>();

    static {
        FILES.put("model.onnx", "the trained winner, for any ONNX runtime");
        FILES.put("model.json", "its architecture and provenance");
        FILES.put("config.yaml", "all settings of the run");
        FILES.put(RunStore.FILE, "everything measured, for sqlite3");
    }

    private final RunView run;

    Summary(RunView run) {
        this.run = run;
    }

    String title() {
        return run.search().map(s -> s.space() + " on ").orElse("")
                + run.data().map(RunMetadata.Data::name).orElse("unknown data");
    }

    Html html() {
        Verdict verdict = run.verdict();
        return Html.of(
                """
                <header>
                <p class="kicker">kshot report</p>
                <h1>{}</h1>
                <p class="lead">{}</p>
                {}
                <dl class="tiles">{}</dl>
                <div class="verdict {}">
                <h2>Did the search find more than one has without it?</h2>
                <p>{}</p>
                </div>
                {}
                </header>
                """,
                title(),
                lead(),
                run.picks()
                        .map(p -> Html.of("<p class=\"found\"><span>Winner</span> {}</p>", Parts.arch(p.winner())))
                        .orElse(Html.NOTHING),
                Html.join(tiles()),
                verdict.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                verdict.sentence(),
                files());
    }

    private String lead() {
        if (run.evaluated().isEmpty()) {
            return "No architecture has been evaluated yet.";
        }
        return "The search evaluated " + Format.count(run.evaluated().size())
                + run.search().map(Summary::where).orElse(" architectures")
                + "; " + retrained(run.retrained().size()) + " trained from scratch.";
    }

    private static String where(RunMetadata.Search search) {
        String limit = search.maxFlops() == null ? "" : " inside " + Format.magnitude(search.maxFlops()) + "FLOPs";
        String supernets = search.k() == 1 ? "one supernet" : "the merged weights of " + search.k() + " supernets";
        return " of " + Format.digits(search.size()) + " architectures" + limit + ", under " + supernets;
    }

    private static String retrained(int count) {
        return switch (count) {
            case 0 -> "none has yet been";
            case 1 -> "the winner was";
            default -> count + " were";
        };
    }

    private List<Html> tiles() {
        List<Html> tiles = new ArrayList<>();
        run.winner().ifPresent(w -> {
            tiles.add(tile("Test accuracy", Format.percent(w.testAccuracy()), error(w)));
            tiles.add(tile("FLOPs", Format.magnitude(w.flops()), ofLimit(w.flops())));
            tiles.add(tile("Parameters", Format.magnitude(w.params()), "learnable numbers"));
        });
        run.latency().ifPresent(l -> tiles.add(latency(l)));
        run.model().ifPresent(m -> tiles.add(tile("Model size", Format.bytes(m.bytes()), m.file())));
        if (!run.stageSeconds().isEmpty()) {
            tiles.add(tile("Time", Format.duration(run.seconds()), "all stages together"));
        }
        return tiles;
    }

    /** The milliseconds of another machine are never shown without its name. */
    private static Html latency(RunMetadata.Latency latency) {
        String limit = ", limit " + latency.limitMs() + ", for an image";
        return latency.measuredMs() == null
                ? tile(
                        "Latency",
                        Format.number(latency.predictedMs(), 3) + " ms",
                        "predicted for " + latency.machine() + limit)
                : tile(
                        "Latency",
                        Format.number(latency.measuredMs(), 3) + " ms",
                        "predicted " + Format.number(latency.predictedMs(), 3) + limit);
    }

    private String error(Retrained winner) {
        return run.testImages() == 0
                ? "on the test images"
                : Format.plusMinus(StandardError.of(winner.testAccuracy(), run.testImages())) + " on "
                        + Format.count(run.testImages()) + " images";
    }

    private String ofLimit(long flops) {
        return run.search()
                .map(RunMetadata.Search::maxFlops)
                .map(limit -> Format.number(100.0 * flops / limit, 0) + "% of the limit")
                .orElse("multiply-adds of one image");
    }

    private static Html tile(String name, String value, String note) {
        return Html.of("<div><dt>{}</dt><dd><strong>{}</strong><span>{}</span></dd></div>", name, value, note);
    }

    private Html files() {
        List<Html> items = new ArrayList<>();
        FILES.forEach((name, meaning) -> {
            if (Files.isRegularFile(run.directory().resolve(name))) {
                items.add(Html.of("<li><a href=\"{}\">{}</a> {}</li>", name, name, meaning));
            }
        });
        return Html.of("<ul class=\"files\" aria-label=\"Files of the run\">{}</ul>", Html.join(items));
    }
}
