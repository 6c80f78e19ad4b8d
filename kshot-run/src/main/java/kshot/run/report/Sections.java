package kshot.run.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.run.report.page.Format;
import kshot.run.report.page.Html;
import kshot.run.report.page.Parts;
import kshot.run.report.page.Table;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;

/** The sections of the page below its summary. Charts are empty places here, which report.js fills. */
final class Sections {
    private final RunView run;
    private final ReportInputs inputs;
    private final ChartData charts;
    private final List<EvaluatedArchitecture> front;

    Sections(RunView run, ReportInputs inputs, ChartData charts, List<EvaluatedArchitecture> front) {
        this.run = run;
        this.inputs = inputs;
        this.charts = charts;
        this.front = front;
    }

    Html html() {
        return Html.join(List.of(
                run.finalists()
                        .map(table -> Parts.section("finalists", "Finalists", table.html()))
                        .orElse(Html.NOTHING),
                Parts.section("compare", "How it compares", compare()),
                Parts.section("classes", "The winner, class by class", classes()),
                Parts.section("training", "Training the supernets", supernets()),
                Parts.section("retraining", "Training from scratch", retraining()),
                Parts.section("pareto", "Accuracy against FLOPs", pareto()),
                Parts.section("codes", "Codes λ", codes()),
                Parts.section("winner", "The winner, layer by layer", winner()),
                Parts.section("cost", "Cost per layer", cost()),
                Parts.section("provenance", "Settings and provenance", provenance())));
    }

    private Html compare() {
        return run.picks().isEmpty() && run.retrained().isEmpty()
                ? Parts.note("The search has not found a winner yet.")
                : new Comparison(run).html();
    }

    private Html classes() {
        return run.test().isEmpty() || run.data().isEmpty()
                ? Parts.note("The winner has not been exported yet.")
                : new ClassesSection(run.test().get(), run.data().get().classes()).html();
    }

    private Html supernets() {
        if (charts.supernets().isEmpty()) {
            return Parts.note("No batch of the supernets has been logged yet.");
        }
        return Parts.chart(
                "supernets",
                Parts.legend(charts.supernets().stream().map(Curve::name).toList()),
                charts.supernets().stream().map(Sections::describe).collect(Collectors.joining(" ")),
                "Loss of the batches that train the supernets, and of those that train the simplex-net, with the learning"
                        + " rates below. Each batch sees other architectures, so the losses scatter: thin lines are "
                        + averaged(charts.supernets()) + ", thick lines their moving mean.");
    }

    private Html retraining() {
        if (charts.retraining().isEmpty()) {
            return Parts.note("The winner has not been trained from scratch yet.");
        }
        Html winner = Parts.chart(
                "retraining",
                Parts.legend(List.of("training", "validation")),
                charts.retraining().stream().map(Sections::describe).collect(Collectors.joining(" ")),
                "The winner’s loss, accuracy and learning rate; " + averaged(charts.retraining())
                        + ". Validation where it was measured.");
        return Html.join(List.of(winner, charts.compared().isEmpty() ? Html.NOTHING : compared()));
    }

    private Html compared() {
        return Parts.chart(
                "compared",
                Parts.legend(charts.compared().stream().map(Curve::name).toList()),
                charts.compared().stream().map(Sections::describe).collect(Collectors.joining(" ")),
                "All architectures that were trained from scratch, by the accuracy of "
                        + (charts.comparesValidation() ? "the validation images." : "their training batches."));
    }

    private static String averaged(List<Curve> curves) {
        return curves.stream().mapToInt(Curve::averaged).allMatch(n -> n == 1)
                ? "the logged batches"
                : "means of "
                        + curves.stream()
                                .map(Curve::averaged)
                                .distinct()
                                .map(String::valueOf)
                                .collect(Collectors.joining(" or "))
                        + " logged batches";
    }

    private static String describe(Curve curve) {
        List<Double> losses = curve.loss().stream().filter(Objects::nonNull).toList();
        List<Double> accuracies =
                curve.validationAccuracy().stream().filter(Objects::nonNull).toList();
        return curve.name() + ": "
                + (losses.isEmpty()
                        ? "no finite loss."
                        : "loss from " + Format.number(losses.get(0), 3) + " to "
                                + Format.number(losses.get(losses.size() - 1), 3) + ".")
                + (accuracies.isEmpty()
                        ? ""
                        : " Validation accuracy at last " + Format.percent(accuracies.get(accuracies.size() - 1))
                                + ".");
    }

    private Html pareto() {
        ChartData.@Nullable Search search = charts.search();
        if (search == null) {
            return Parts.note("No architecture has been evaluated yet.");
        }
        if (front.isEmpty()) {
            return Parts.note("No evaluated architecture has a finite score: the supernets’ training diverged.");
        }
        String shown = search.arch().size() < run.evaluated().size()
                ? " Drawn are " + Format.count(search.arch().size()) + " of "
                        + Format.count(run.evaluated().size()) + ", the whole front among them."
                : "";
        return Html.join(List.of(
                Parts.chart(
                        "pareto",
                        Html.NOTHING,
                        "Scatter of " + Format.count(run.evaluated().size())
                                + " architectures, FLOPs against "
                                + run.scoreLabel() + "; the Pareto front has " + front.size() + " of them, from "
                                + Format.magnitude(front.get(0).flops()) + "FLOPs to "
                                + Format.magnitude(front.get(front.size() - 1).flops()) + "FLOPs.",
                        "Every evaluated architecture, coloured by generation; the line is the Pareto front. Point at one"
                                + " to see what it is." + shown),
                Html.of(
                        "<p class=\"ramp\" aria-hidden=\"true\">generation {} <i></i> {}</p>",
                        run.evaluated().stream()
                                .mapToInt(EvaluatedArchitecture::generation)
                                .min()
                                .orElseThrow(),
                        run.evaluated().stream()
                                .mapToInt(EvaluatedArchitecture::generation)
                                .max()
                                .orElseThrow()),
                Parts.details("The Pareto front as a table, " + front.size() + " architectures", frontTable())));
    }

    private Html frontTable() {
        Table table = new Table("Pareto front: better than everything that costs no more FLOPs")
                .text("Place")
                .text("Architecture")
                .number("MFLOPs")
                .number("k params")
                .number("Validation accuracy, %")
                .number("Log-likelihood")
                .number("Generation");
        IntStream.range(0, front.size()).forEach(i -> frontRow(table, i + 1, front.get(i)));
        return Html.join(List.of(
                table.html(),
                Parts.note(
                        "“kshot retrain --run DIR --front PLACE” trains the architecture of a place from scratch, and exports"
                                + " it beside the winner.")));
    }

    private void frontRow(Table table, int place, EvaluatedArchitecture e) {
        table.row(
                run.picks().filter(p -> p.winner().equals(e.arch())).isPresent(),
                place,
                Parts.arch(e.arch()),
                Format.millions(e.flops()),
                Format.thousands(e.params()),
                Format.number(100 * e.accuracy(), 2),
                Format.number(e.logLikelihood(), 3),
                e.generation());
    }

    private Html codes() {
        @Nullable CodeDistribution codes = charts.codes();
        if (codes == null) {
            return Parts.note(
                    run.evaluated().isEmpty()
                            ? "No architecture has been evaluated yet."
                            : "One supernet, K = 1: the code of every architecture is 1, so there is nothing to show.");
        }
        List<Html> places = IntStream.range(0, codes.k())
                .mapToObj(k -> Html.of(
                        """
                        <div>
                        <p><b>λ<sub>{}</sub></b> {} ± {}</p>
                        <div class="chart small" id="chart-code-{}" role="img" aria-label="{}"></div>
                        </div>
                        """,
                        k + 1,
                        Format.number(codes.means().get(k), 3),
                        Format.number(codes.deviations().get(k), 3),
                        k,
                        "Histogram of the weight of supernet " + (k + 1) + ": mean "
                                + Format.number(codes.means().get(k), 3) + ", standard deviation "
                                + Format.number(codes.deviations().get(k), 3) + "."))
                .toList();
        return Html.of(
                """
                <p class="figure-of-merit"><strong>{}</strong> mean relative entropy of the codes: 1 if every architecture
                takes all supernets equally, 0 if each takes a single one.</p>
                <figure><div class="multiples">{}</div>
                <figcaption>For each supernet k the share of evaluated architectures by their weight λ<sub>k</sub>, with
                mean ± standard deviation; the dashed line is 1/K = {}.</figcaption></figure>
                """, Format.number(codes.relativeEntropy(), 3), Html.join(places), Format.number(1.0 / codes.k(), 3));
    }

    private Html winner() {
        if (inputs.winnerSvg().isEmpty()) {
            return Parts.note("There is no winner to draw yet.");
        }
        // As an image: what a drawing holds can neither run nor restyle the page.
        return Html.of(
                "<figure class=\"drawing\" tabindex=\"0\"><img alt=\"{}\" src=\"data:image/svg+xml;base64,{}\"></figure>",
                "The winner" + run.picks().map(p -> ", " + p.winner()).orElse("") + ", drawn with its "
                        + inputs.layers().size() + " layers and their widths; the table below lists them.",
                Base64.getEncoder().encodeToString(inputs.winnerSvg().getBytes(StandardCharsets.UTF_8)));
    }

    private Html cost() {
        if (inputs.layers().isEmpty()) {
            return Parts.note("There is no winner to count yet.");
        }
        long flops = sum(inputs.layers().stream().map(LayerCost::flops).toList());
        long params = sum(inputs.layers().stream().map(LayerCost::params).toList());
        Table table = new Table("Layers of the winner, in order; output is channels × height × width")
                .text("Layer")
                .text("Operation")
                .text("Output")
                .number("MFLOPs")
                .number("share of FLOPs")
                .number("k params")
                .number("share of params");
        inputs.layers()
                .forEach(layer -> table.row(
                        false,
                        layer.name(),
                        layer.operation(),
                        layer.output(),
                        Format.millions(layer.flops()),
                        Parts.bar(share(layer.flops(), flops)),
                        Format.thousands(layer.params()),
                        Parts.bar(share(layer.params(), params))));
        table.row(true, "Sum", "", "", Format.millions(flops), "", Format.thousands(params), "");
        return table.html();
    }

    private static long sum(Collection<Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private Html provenance() {
        List<Html> parts = new ArrayList<>();
        run.data().ifPresent(data -> parts.add(data(data)));
        run.model().ifPresent(model -> parts.add(parity(model)));
        if (!run.stageSeconds().isEmpty()) {
            parts.add(stages());
        }
        parts.add(Parts.pairs("Versions", "Software", "Version", run.versions()));
        parts.add(Parts.pairs("Machine", "Part", "What it is", run.machine()));
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", run.settings(), settings);
        parts.add(Parts.pairs("All settings, as in config.yaml", "Setting", "Value", settings));
        return Html.of("<div class=\"columns\">{}</div>", Html.join(parts));
    }

    private static Html data(RunMetadata.Data data) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Source", data.name());
        rows.put("Image", data.image());
        rows.put("Classes", data.classes().size() + ": " + String.join(", ", data.classes()));
        rows.put("Images to train", Format.count(data.trainImages()));
        rows.put("Images to validate", Format.count(data.validationImages()));
        rows.put("Images to test", Format.count(data.testImages()));
        rows.put("Fingerprint", data.fingerprint());
        IntStream.range(0, data.notes().size())
                .forEach(i -> rows.put("Note " + (i + 1), data.notes().get(i)));
        return Parts.pairs("Data", "Property", "Value", rows);
    }

    private static Html parity(RunMetadata.Model model) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("File", model.file() + ", " + Format.bytes(model.bytes()));
        rows.put("Compared on", Format.count(model.parityImages()) + " images");
        rows.put("Largest difference of a class score", Format.scientific(model.largestDifference()));
        rows.put("Same best class", Format.percent(model.sameClass()));
        RunMetadata.Int8 int8 = model.int8();
        if (int8 != null) {
            String name = "Copy in 8-bit integers";
            rows.put(
                    name,
                    Objects.requireNonNullElse(int8.file(), "not written, as it loses too much") + ", "
                            + Format.bytes(int8.bytes()));
            rows.put(
                    name + ": test accuracy",
                    Format.percent(int8.testAccuracy()) + ", float32 " + Format.percent(int8.float32Accuracy()));
            rows.put(name + ": same best class", Format.percent(int8.sameClass()));
            rows.put(
                    name + ": time of an image",
                    String.format(
                            Locale.ROOT, "%.3f ms, float32 %.3f ms", int8.milliseconds(), int8.float32Milliseconds()));
        }
        return Parts.pairs("Exported model in ONNX Runtime against the trained one", "Property", "Value", rows);
    }

    private Html stages() {
        Table table =
                new Table("Time of each stage").text("Stage").number("Time").number("share");
        run.stageSeconds()
                .forEach((stage, seconds) ->
                        table.row(false, stage, Format.duration(seconds), Parts.bar(seconds / run.seconds())));
        table.row(true, "Sum", Format.duration(run.seconds()), "");
        return table.html();
    }

    /** Nested settings as dotted names. */
    private static void flatten(String prefix, Map<?, ?> nested, Map<String, String> flat) {
        nested.forEach((key, value) -> {
            if (value instanceof Map<?, ?> map) {
                flatten(prefix + key + ".", map, flat);
            } else {
                flat.put(prefix + key, value == null ? "none" : value.toString());
            }
        });
    }
}
