package kshot.app.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kshot.app.terminal.Console;
import kshot.bench.Ceiling;
import kshot.bench.StepBenchmark;
import kshot.bench.StepBenchmark.Pass;
import kshot.run.Memory;
import kshot.run.progress.Progress;
import kshot.train.Phase;
import org.jspecify.annotations.Nullable;

/**
 * How fast steps are. Figures are those of the best pass, the one that other work on the machine disturbed least; the
 * median stands beside it.
 *
 * @param workload what was done
 * @param passes as measured
 * @param simplex passes of simplex steps over the same architectures; none where they were not asked for
 * @param peakResident highest resident memory of the process after {@code passes}, in bytes; 0 where the system does not
 *     say
 * @param limits of the machine, if they are known
 */
public record StepReport(
        Workload workload,
        List<Pass> passes,
        List<Pass> simplex,
        long peakResident,
        @Nullable MachineLimits limits) {
    private static final double MEBIBYTE = 1 << 20;

    public StepReport {
        passes = List.copyOf(passes);
        simplex = List.copyOf(simplex);
    }

    /** Measures it; the number of threads has to be set before. */
    public static StepReport measure(
            Workload workload, boolean simplex, @Nullable MachineLimits limits, Console console) {
        if (limits != null) {
            limits.requireOf(dtype(workload), workload.threads());
        }
        int all = (workload.passes() + 1) * (simplex ? 2 : 1);
        try (StepBenchmark benchmark = new StepBenchmark(workload.space(), workload.settings(), workload.seed());
                Progress progress = console.progress("bench", all)) {
            List<Pass> passes = passes(
                    workload.passes(),
                    () -> workload.evaluate()
                            ? benchmark.evaluate(workload.architectures())
                            : benchmark.trainSupernets(workload.architectures()),
                    done -> progress.update(done, ""));
            long peakResident = Memory.peakResident();
            List<Pass> ofSimplex = simplex
                    ? passes(
                            workload.passes(),
                            () -> benchmark.trainSimplexNet(workload.architectures()),
                            done -> progress.update(workload.passes() + 1L + done, ""))
                    : List.of();
            return new StepReport(workload, passes, ofSimplex, peakResident, limits);
        }
    }

    /** The first pass compiles kernels and Java code, and does not count. */
    private static List<Pass> passes(int count, Supplier<Pass> pass, IntConsumer done) {
        List<Pass> passes = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            passes.add(pass.get());
            done.accept(i + 1);
        }
        return passes.subList(1, passes.size());
    }

    private static String dtype(Workload workload) {
        return workload.settings().precision().name().toLowerCase(Locale.ROOT);
    }

    private static Pass best(List<Pass> passes) {
        return passes.stream()
                .min(Comparator.comparingDouble(Pass::totalSeconds))
                .orElseThrow();
    }

    /** Seconds of the pass in the middle; of two, the mean. */
    private static double median(List<Pass> passes) {
        double[] sorted =
                passes.stream().mapToDouble(Pass::totalSeconds).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static double milliseconds(Pass pass, Phase phase) {
        return 1e3 * pass.seconds().getOrDefault(phase, 0.0) / pass.steps();
    }

    /** Of all convolutions, whose backward pass counts twice its forward pass. */
    private double gflops() {
        int forwards = workload.evaluate() ? 1 : 3;
        return Ceiling.gigaflops(
                forwards * workload.convolutionFlops() * workload.images(),
                best(passes).totalSeconds());
    }

    /** The rate relative to that of the fastest convolution. */
    private double shareOf(MachineLimits known) {
        return gflops() / (workload.evaluate() ? known.forwardGflops() : known.trainingGflops());
    }

    /** Time of an image in a simplex batch relative to one in a supernet batch. */
    private double simplexRatio() {
        return best(simplex).totalSeconds() / best(passes).totalSeconds();
    }

    /** As the command line shows it. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        putSpeed(json, passes);
        json.put("gflops", gflops());
        if (limits != null) {
            json.put("share_of_ceiling", shareOf(limits));
        }
        json.put("peak_rss_mb", peakResident / MEBIBYTE);
        json.put(
                "resident_mb",
                passes.stream().map(pass -> pass.residentBytes() / MEBIBYTE).toList());
        json.put("native_objects", passes.stream().map(Pass::nativeObjects).toList());
        json.put("heap_bytes_per_step", best(passes).heapBytes() / best(passes).steps());
        if (!simplex.isEmpty()) {
            Map<String, Object> ofSimplex = new LinkedHashMap<>();
            ofSimplex.put("groups", workload.settings().groups());
            ofSimplex.put("ratio_per_image", simplexRatio());
            putSpeed(ofSimplex, simplex);
            json.put("simplex", ofSimplex);
        }
        json.put("space", workload.space().name());
        workload.space().skeleton().ifPresent(skeleton -> json.put("cells", skeleton.cells()));
        json.put("image_size", workload.space().input().height());
        json.put("k", workload.settings().k());
        json.put("batch", workload.settings().batchSize());
        json.put("paths", workload.settings().paths());
        json.put("dtype", dtype(workload));
        json.put("evaluate", workload.evaluate());
        json.put("archs", workload.architectures().size());
        json.put("convolution_flops", workload.convolutionFlops());
        json.put("passes", workload.passes());
        json.put("threads", workload.threads());
        json.put("seed", workload.seed().value());
        return json;
    }

    private void putSpeed(Map<String, Object> json, List<Pass> measured) {
        Pass best = best(measured);
        json.put("images_per_second", workload.images() / best.totalSeconds());
        json.put("median_images_per_second", workload.images() / median(measured));
        json.put("step_ms", 1e3 * best.totalSeconds() / best.steps());
        json.put("median_step_ms", 1e3 * median(measured) / best.steps());
        for (Phase phase : Phase.values()) {
            json.put(name(phase) + "_ms", milliseconds(best, phase));
        }
        Map<String, Object> fractions = new LinkedHashMap<>();
        for (Phase phase : Phase.values()) {
            fractions.put(name(phase), best.seconds().getOrDefault(phase, 0.0) / best.totalSeconds());
        }
        json.put("fractions", fractions);
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    /** For people: what, and its value. */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        Pass best = best(passes);
        lines.put(
                workload.evaluate() ? "evaluation" : "training step",
                format(
                        "%s, K = %d, batch %d, %s, %d architectures, %d threads",
                        workload.space().name(),
                        workload.settings().k(),
                        workload.settings().batchSize(),
                        dtype(workload),
                        workload.architectures().size(),
                        workload.threads()));
        lines.put(
                "images per second",
                format(
                        "%.1f (median of %d passes %.1f)",
                        workload.images() / best.totalSeconds(), passes.size(), workload.images() / median(passes)));
        lines.put("step", format("%.2f ms", 1e3 * best.totalSeconds() / best.steps()));
        for (Phase phase : Phase.values()) {
            if (best.seconds().getOrDefault(phase, 0.0) > 0) {
                lines.put(
                        "  " + name(phase),
                        format(
                                "%.2f ms, %.1f %%",
                                milliseconds(best, phase),
                                100 * best.seconds().getOrDefault(phase, 0.0) / best.totalSeconds()));
            }
        }
        lines.put(
                "convolutions",
                format("%.1f GFLOP/s", gflops())
                        + (limits == null ? "" : format(", %.0f %% of the limit", 100 * shareOf(limits))));
        lines.put("peak memory", format("%.0f MiB", peakResident / MEBIBYTE));
        lines.put(
                "after each pass",
                passes.stream()
                                .map(pass -> format("%.0f", pass.residentBytes() / MEBIBYTE))
                                .collect(Collectors.joining(", "))
                        + " MiB");
        if (!simplex.isEmpty()) {
            lines.put(
                    "simplex batch",
                    format(
                            "%.2f ms in %d groups, %.2f times as long per image",
                            1e3 * best(simplex).totalSeconds() / best(simplex).steps(),
                            workload.settings().groups(),
                            simplexRatio()));
        }
        return lines;
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
