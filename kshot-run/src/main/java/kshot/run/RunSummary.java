package kshot.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kshot.run.progress.ElapsedTime;
import kshot.run.report.Report;
import kshot.run.report.Verdict;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run in a few numbers, read from its store.
 *
 * @param architecture the winner's text form
 * @param flops its multiply-adds
 * @param params its learnable numbers
 * @param latency of the winner; null where it is not limited
 * @param searchAccuracy under the supernets, in [0, 1]
 * @param testAccuracy retrained, on the test images, in [0, 1]
 * @param testImages number of test images
 * @param onnx path of the model
 * @param report path of the report
 * @param verdict whether the supernets told more than FLOPs
 * @param seconds time of the whole run
 */
public record RunSummary(
        String architecture,
        long flops,
        long params,
        RunMetadata.@Nullable Latency latency,
        double searchAccuracy,
        double testAccuracy,
        int testImages,
        String onnx,
        String report,
        String verdict,
        double seconds) {

    /** Reads it. */
    public static RunSummary of(Run run, double seconds) {
        RunMetadata.Picks picks = run.store().get(RunMetadata.PICKS).orElseThrow();
        EvaluatedArchitecture searched =
                run.store().architecture(picks.winner()).orElseThrow();
        Retrained winner = run.store().retrained().stream()
                .filter(r -> r.is(Retrained.Kind.WINNER))
                .findFirst()
                .orElseThrow();
        int testImages = run.store().get(RunMetadata.DATA).orElseThrow().testImages();
        Verdict verdict = Verdict.of(
                picks,
                run.store().retrained(),
                testImages,
                run.store().get(RunMetadata.RANKING).orElse(null));
        return new RunSummary(
                picks.winner(),
                winner.flops(),
                winner.params(),
                run.store().get(RunMetadata.LATENCY).orElse(null),
                searched.accuracy(),
                winner.testAccuracy(),
                testImages,
                run.file(ExportStep.MODEL).toString(),
                run.file(Report.FILE).toString(),
                verdict.sentence(),
                seconds);
    }

    /** With the keys of the command line's contract. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architecture", architecture);
        json.put("flops", flops);
        json.put("params", params);
        if (latency != null) {
            json.put("latency_ms", latency.measuredMs());
            json.put("predicted_latency_ms", latency.predictedMs());
        }
        json.put("search_accuracy", searchAccuracy);
        json.put("test_accuracy", testAccuracy);
        json.put("onnx", onnx);
        json.put("report", report);
        json.put("verdict", verdict);
        json.put("seconds", seconds);
        return json;
    }

    /** For people: names and values. */
    public Map<String, String> lines() {
        double error = Math.sqrt(testAccuracy * (1 - testAccuracy) / testImages);
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                "test accuracy",
                String.format(Locale.ROOT, "%.2f %% ± %.2f (%d images)", 100 * testAccuracy, 100 * error, testImages));
        lines.put("FLOPs", String.format(Locale.ROOT, "%,d", flops));
        lines.put("parameters", String.format(Locale.ROOT, "%,d", params));
        if (latency != null) {
            lines.put(
                    "latency",
                    String.format(
                            Locale.ROOT,
                            "%.3f ms measured, %.3f ms predicted, limit %s ms",
                            latency.measuredMs(),
                            latency.predictedMs(),
                            latency.limitMs()));
        }
        lines.put("architecture", architecture);
        lines.put("ranking", verdict);
        lines.put("model", onnx);
        lines.put("report", report);
        lines.put("time", ElapsedTime.format(seconds));
        return lines;
    }
}
