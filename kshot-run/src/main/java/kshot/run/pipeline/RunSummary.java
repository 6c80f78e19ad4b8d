package kshot.run.pipeline;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import kshot.classification.ConfusionMatrix;
import kshot.run.Run;
import kshot.run.RunDirectory;
import kshot.run.progress.ElapsedTime;
import kshot.run.report.Lead;
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
 * @param searchAccuracy under the supernets, in [0, 1]; null where the search asked none
 * @param finalists what trainings for short chose among; null where there were none
 * @param testAccuracy retrained, on the test images, in [0, 1]
 * @param testImages number of test images
 * @param balancedAccuracy the mean over the classes of the share of test images that is recognised, in [0, 1]
 * @param calibrationError how far the probabilities are off on average, in [0, 1]
 * @param classes what the test says of each class
 * @param onnx path of the model
 * @param int8 the copy of the model in 8-bit integers; null where none was asked for
 * @param models the models that were exported beside that of the winner
 * @param report path of the report
 * @param verdict whether the search found more than one has without it
 * @param repeats trainings of the winner, each with another seed
 * @param meanTestAccuracy of these, in [0, 1]
 * @param compared what else was trained the same way
 * @param seconds time of the whole run
 */
public record RunSummary(
        String architecture,
        long flops,
        long params,
        @JsonUnwrapped @Nullable Latency latency,
        @Nullable Double searchAccuracy,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Finalists finalists,

        double testAccuracy,
        @JsonIgnore int testImages,
        double balancedAccuracy,
        double calibrationError,
        List<ClassTest> classes,
        String onnx,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Int8 int8,

        List<OtherModel> models,
        String report,
        String verdict,
        int repeats,
        double meanTestAccuracy,
        List<Compared> compared,
        double seconds) {
    public RunSummary {
        classes = List.copyOf(classes);
        models = List.copyOf(models);
        compared = List.copyOf(compared);
    }

    /**
     * A model beside that of the winner.
     *
     * @param architecture its text form
     * @param flops its multiply-adds
     * @param testAccuracy on the test images, in [0, 1]
     * @param onnx path of the model
     * @param int8 its copy in 8-bit integers; null where none was asked for
     */
    public record OtherModel(
            String architecture,
            long flops,
            double testAccuracy,
            String onnx,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Int8 int8) {
        private static OtherModel of(RunMetadata.Model model, Run run) {
            Retrained retrained = run.store().retrained().stream()
                    .filter(r -> r.arch().equals(model.arch()))
                    .findFirst()
                    .orElseThrow();
            return new OtherModel(
                    model.arch(),
                    retrained.flops(),
                    retrained.testAccuracy(),
                    run.directory().file(model.file()).toString(),
                    Int8.of(model, run));
        }
    }

    /**
     * A copy of a model in 8-bit integers.
     *
     * @param onnx path of the copy; null where it lost too much to be written
     * @param bytes its size
     * @param testAccuracy on the test images, in [0, 1]
     * @param sameClass share of them for which it chooses the class that the model chooses, in [0, 1]
     * @param latencyMs for one image on one thread
     * @param float32LatencyMs of the model, likewise
     */
    public record Int8(
            @Nullable String onnx,
            long bytes,
            double testAccuracy,
            double sameClass,
            double latencyMs,
            @JsonProperty("float32_latency_ms") double float32LatencyMs) {
        private static @Nullable Int8 of(RunMetadata.Model model, Run run) {
            RunMetadata.Int8 int8 = model.int8();
            if (int8 == null) {
                return null;
            }
            return new Int8(
                    int8.file() == null
                            ? null
                            : run.directory().file(int8.file()).toString(),
                    int8.bytes(),
                    int8.testAccuracy(),
                    int8.sameClass(),
                    int8.milliseconds(),
                    int8.float32Milliseconds());
        }

        private String line() {
            return String.format(
                    Locale.ROOT,
                    "%s: %.2f %%, %.3f ms an image; float32: %.3f ms",
                    onnx == null ? "not written, as it loses too much" : onnx,
                    100 * testAccuracy,
                    latencyMs,
                    float32LatencyMs);
        }
    }

    /**
     * The test of a class.
     *
     * @param name of the class
     * @param images number of its test images
     * @param recall share of them that is recognised, in [0, 1]; null where there are none
     * @param precision share of the images taken for it that are of it, in [0, 1]; null where none was taken for it
     */
    public record ClassTest(
            String name,
            int images,
            @Nullable Double recall,
            @Nullable Double precision) {
        private static List<ClassTest> of(ConfusionMatrix confusion, List<String> names) {
            return IntStream.range(0, names.size())
                    .mapToObj(c -> new ClassTest(
                            names.get(c),
                            confusion.images(c),
                            finite(confusion.recall(c)),
                            finite(confusion.precision(c))))
                    .toList();
        }

        private static @Nullable Double finite(double value) {
            return Double.isNaN(value) ? null : value;
        }
    }

    /**
     * The choice among finalists.
     *
     * @param trained how many were trained for short
     * @param winnersPlace place of the winner by the search's score, from 1
     */
    public record Finalists(int trained, int winnersPlace) {
        private static Finalists of(RunMetadata.Finalists known, String winner) {
            return new Finalists(
                    known.rungs().get(0).archs().size(), known.candidates().indexOf(winner) + 1);
        }
    }

    /**
     * A network that was trained the same way as the winner.
     *
     * @param kinds why
     * @param space of its architecture
     * @param architecture its text form
     * @param flops its multiply-adds
     * @param params its learnable numbers
     * @param testAccuracy the mean over its trainings, in [0, 1]
     * @param seconds mean time of a training
     * @param lead of the winner over it; null where it could not be told
     */
    public record Compared(
            List<String> kinds,
            String space,
            String architecture,
            long flops,
            long params,
            double testAccuracy,
            double seconds,
            @Nullable Difference lead) {
        public Compared {
            kinds = List.copyOf(kinds);
        }

        private String line() {
            String trained =
                    String.format(Locale.ROOT, "%.2f %%, %,d FLOPs, %,d parameters", 100 * testAccuracy, flops, params);
            return lead == null
                    ? trained
                    : trained
                            + String.format(
                                    Locale.ROOT,
                                    "; winner ahead by %.2f points (%.2f to %.2f)",
                                    100 * lead.mean,
                                    100 * lead.low,
                                    100 * lead.high);
        }
    }

    /**
     * A difference of mean test accuracies, the winner's minus the other's, with its interval of 95 %.
     *
     * @param mean in [-1, 1]
     * @param low lower end of the interval
     * @param high upper end of the interval
     * @param seeds pairs of trainings; with one the interval is that of the finite number of test images
     */
    public record Difference(double mean, double low, double high, int seeds) {}

    /**
     * The latency of the winner for one image.
     *
     * @param latencyMs as measured; null where the limit is of another machine
     * @param predictedLatencyMs as predicted by the table of layers
     * @param limitMs the limit
     * @param latencyMachine host and processor of that other machine; null where the times are of this one
     */
    public record Latency(
            @Nullable Double latencyMs,
            double predictedLatencyMs,
            @JsonIgnore double limitMs,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String latencyMachine) {
        String text() {
            return latencyMs == null
                    ? String.format(
                            Locale.ROOT,
                            "%.3f ms predicted for %s, limit %s ms; not measured there",
                            predictedLatencyMs,
                            latencyMachine,
                            limitMs)
                    : String.format(
                            Locale.ROOT,
                            "%.3f ms measured, %.3f ms predicted, limit %s ms",
                            latencyMs,
                            predictedLatencyMs,
                            limitMs);
        }
    }

    /** Reads the result of a run that is done. */
    public static RunSummary of(Run run, double seconds) {
        RunMetadata.Picks picks = run.store().get(RunMetadata.PICKS).orElseThrow();
        EvaluatedArchitecture searched =
                run.store().architecture(picks.winner()).orElseThrow();
        Retrained winner = run.store().retrained().stream()
                .filter(r -> r.is(Retrained.Kind.WINNER))
                .findFirst()
                .orElseThrow();
        RunMetadata.Data data = run.store().get(RunMetadata.DATA).orElseThrow();
        RunMetadata.Test test = run.store().get(RunMetadata.TEST).orElseThrow();
        int testImages = data.testImages();
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
                        .map(of -> new Latency(of.measuredMs(), of.predictedMs(), of.limitMs(), of.machine()))
                        .orElse(null),
                Double.isNaN(searched.accuracy()) ? null : searched.accuracy(),
                run.store()
                        .get(RunMetadata.FINALISTS)
                        .map(known -> Finalists.of(known, picks.winner()))
                        .orElse(null),
                winner.testAccuracy(),
                testImages,
                test.confusion().balancedAccuracy(),
                test.calibration().expectedError(),
                ClassTest.of(test.confusion(), data.classes()),
                run.directory().file(RunDirectory.MODEL).toString(),
                run.store()
                        .get(RunMetadata.MODEL)
                        .map(model -> Int8.of(model, run))
                        .orElse(null),
                run.store().get(RunMetadata.OTHER_MODELS).orElse(List.of()).stream()
                        .map(model -> OtherModel.of(model, run))
                        .toList(),
                run.directory().file(Report.FILE).toString(),
                verdict.sentence(),
                winner.trainings().size(),
                winner.meanTestAccuracy(),
                run.store().retrained().stream()
                        .filter(r -> !r.is(Retrained.Kind.WINNER))
                        .map(r -> compared(winner, r, testImages))
                        .toList(),
                seconds);
    }

    private static Compared compared(Retrained winner, Retrained other, int testImages) {
        return new Compared(
                other.kinds().stream().map(Retrained.Kind::label).toList(),
                other.space(),
                other.arch(),
                other.flops(),
                other.params(),
                other.meanTestAccuracy(),
                other.seconds(),
                Lead.of(winner, other, testImages)
                        .map(lead -> new Difference(lead.difference(), lead.low(), lead.high(), lead.seeds()))
                        .orElse(null));
    }

    /** Returns the result for people: names and values. */
    public Map<String, String> lines() {
        double error = Math.sqrt(testAccuracy * (1 - testAccuracy) / testImages);
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                "test accuracy",
                String.format(Locale.ROOT, "%.2f %% ± %.2f (%d images)", 100 * testAccuracy, 100 * error, testImages));
        classes.stream()
                .filter(c -> c.recall != null)
                .min(Comparator.comparingDouble(c -> Objects.requireNonNull(c.recall)))
                .ifPresent(c -> lines.put(
                        "balanced accuracy",
                        String.format(
                                Locale.ROOT,
                                "%.2f %%; least recognised: %s, %.1f %% of %d images",
                                100 * balancedAccuracy,
                                c.name,
                                100 * Objects.requireNonNull(c.recall),
                                c.images)));
        lines.put("FLOPs", String.format(Locale.ROOT, "%,d", flops));
        lines.put("parameters", String.format(Locale.ROOT, "%,d", params));
        if (latency != null) {
            lines.put("latency", latency.text());
        }
        lines.put("architecture", architecture);
        if (finalists != null) {
            lines.put(
                    "finalists",
                    String.format(
                            Locale.ROOT,
                            "%d trained for short; the winner had place %d in the search",
                            finalists.trained,
                            finalists.winnersPlace));
        }
        for (Compared other : compared) {
            lines.put(String.join(", ", other.kinds), other.line());
        }
        lines.put("verdict", verdict);
        lines.put("model", onnx);
        if (int8 != null) {
            lines.put("int8 model", int8.line());
        }
        for (int i = 0; i < models.size(); i++) {
            OtherModel model = models.get(i);
            lines.put(
                    "model " + (i + 2),
                    String.format(
                            Locale.ROOT, "%s: %.2f %%, %,d FLOPs", model.onnx, 100 * model.testAccuracy, model.flops));
        }
        lines.put("report", report);
        lines.put("time", ElapsedTime.format(seconds));
        return lines;
    }
}
