package kshot.run.pipeline;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kshot.run.Run;
import kshot.run.progress.ElapsedTime;
import kshot.run.report.Report;
import kshot.run.report.Verdict;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run in a few numbers, read from its store. Its components are the keys that the command line prints as JSON.
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
        @JsonUnwrapped @Nullable Latency latency,
        double searchAccuracy,
        double testAccuracy,
        @JsonIgnore int testImages,
        String onnx,
        String report,
        String verdict,
        double seconds) {

    /**
     * The latency of the winner for one image.
     *
     * @param latencyMs as measured
     * @param predictedLatencyMs as predicted by the table of layers
     * @param limitMs the limit
     */
    public record Latency(
            double latencyMs,
            double predictedLatencyMs,
            @JsonIgnore double limitMs) {}

    /** Reads the result of a run that is done. */
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
                run.store()
                        .get(RunMetadata.LATENCY)
                        .map(of -> new Latency(of.measuredMs(), of.predictedMs(), of.limitMs()))
                        .orElse(null),
                searched.accuracy(),
                winner.testAccuracy(),
                testImages,
                run.directory().file(ExportStep.MODEL).toString(),
                run.directory().file(Report.FILE).toString(),
                verdict.sentence(),
                seconds);
    }

    /** Returns the result for people: names and values. */
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
                            latency.latencyMs,
                            latency.predictedLatencyMs,
                            latency.limitMs));
        }
        lines.put("architecture", architecture);
        lines.put("ranking", verdict);
        lines.put("model", onnx);
        lines.put("report", report);
        lines.put("time", ElapsedTime.format(seconds));
        return lines;
    }
}
