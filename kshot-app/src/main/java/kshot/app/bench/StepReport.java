package kshot.app.bench;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kshot.bench.Ceiling;
import kshot.bench.StepBenchmark;
import kshot.bench.StepBenchmark.Pass;
import kshot.run.pipeline.Memory;
import kshot.run.progress.Progress;
import kshot.run.progress.ProgressDisplay;
import kshot.space.Skeleton;
import kshot.tensor.Collective;
import kshot.train.Phase;
import org.jspecify.annotations.Nullable;

/**
 * The speed of steps. Its components are the keys that the command line prints as JSON. Figures are those of the best pass, the
 * one that other work on the machine disturbed least; the median stands beside it.
 *
 * @param speed of the steps that were asked for
 * @param gflops rate of all convolutions, whose backward pass counts twice its forward pass
 * @param shareOfCeiling that rate relative to the fastest convolution's; null where the limits of the machine are not known
 * @param peakRssMb highest resident memory of the process after these steps, in MiB; 0 where the system does not say
 * @param residentMb resident memory after each pass, in MiB
 * @param nativeObjects objects in native memory that are alive after each pass
 * @param heapBytesPerStep what a step allocates on Java's heap
 * @param simplex of simplex steps over the same architectures; null where they were not asked for
 * @param communication with other ranks; null where there is none
 * @param setup of the benchmark
 */
public record StepReport(
        @JsonUnwrapped Speed speed,
        double gflops,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double shareOfCeiling,
        double peakRssMb,
        List<Double> residentMb,
        List<Long> nativeObjects,
        long heapBytesPerStep,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Simplex simplex,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Communication communication,
        @JsonUnwrapped Setup setup) {
    private static final double MEBIBYTE = 1 << 20;

    /** The speed of the best pass and of the median, the milliseconds of each phase in a step, and their shares of it. */
    public record Speed(
            double imagesPerSecond,
            double medianImagesPerSecond,
            double stepMs,
            double medianStepMs,
            @JsonAnyGetter Map<String, Double> phases,
            Map<Phase, Double> fractions) {
        private static Speed of(long images, List<Pass> passes) {
            Pass best = best(passes);
            Map<String, Double> phases = new LinkedHashMap<>();
            Map<Phase, Double> fractions = new EnumMap<>(Phase.class);
            for (Phase phase : Phase.values()) {
                double seconds = best.seconds().getOrDefault(phase, 0.0);
                phases.put(key(phase), 1e3 * seconds / best.steps());
                fractions.put(phase, seconds / best.totalSeconds());
            }
            return new Speed(
                    images / best.totalSeconds(),
                    images / median(passes),
                    1e3 * best.totalSeconds() / best.steps(),
                    1e3 * median(passes) / best.steps(),
                    phases,
                    fractions);
        }

        private static String key(Phase phase) {
            return lowerCase(phase) + "_ms";
        }
    }

    /** The speed of steps that train the simplex-net, and the time of an image relative to one that trains supernets. */
    record Simplex(
            int groups, double ratioPerImage, @JsonUnwrapped Speed speed) {}

    /**
     * The messages of a step, as rank 0 sees them.
     *
     * @param ranks that share each batch
     * @param messageMs time in which it waits for the others and for the network
     * @param messageBytes that it hands in
     */
    record Communication(int ranks, double messageMs, long messageBytes) {
        private static @Nullable Communication of(int ranks, Pass pass) {
            return ranks == 1
                    ? null
                    : new Communication(
                            ranks,
                            1e3 * pass.traffic().seconds() / pass.steps(),
                            pass.traffic().bytes() / pass.steps());
        }
    }

    /** The {@link Workload} in short; a space whose stages have no cells has none here. */
    record Setup(
            String space,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer cells,

            int imageSize,
            int k,
            int batch,
            int paths,
            String dtype,
            boolean evaluate,
            int archs,
            double convolutionFlops,
            int passes,
            int threads,
            String device,
            long seed) {
        private static Setup of(Workload workload) {
            return new Setup(
                    workload.space().name(),
                    workload.space().skeleton().map(Skeleton::cells).orElse(null),
                    workload.space().input().height(),
                    workload.settings().k(),
                    workload.settings().batchSize(),
                    workload.settings().paths(),
                    lowerCase(workload.settings().precision()),
                    workload.evaluate(),
                    workload.architectures().size(),
                    workload.convolutionFlops(),
                    workload.passes(),
                    workload.threads(),
                    workload.device().name(),
                    workload.seed().value());
        }
    }

    /**
     * Sums up passes.
     *
     * @param simplex passes of simplex steps; none where they were not asked for
     * @param peakResident after the other passes, in bytes
     */
    private static StepReport of(
            Workload workload,
            List<Pass> passes,
            List<Pass> simplex,
            long peakResident,
            @Nullable MachineLimits limits,
            int ranks) {
        Pass best = best(passes);
        int forwards = workload.evaluate() ? 1 : 3;
        double gflops =
                Ceiling.gigaflops(forwards * workload.convolutionFlops() * workload.images(), best.totalSeconds());
        return new StepReport(
                Speed.of(workload.images(), passes),
                gflops,
                limits == null
                        ? null
                        : gflops / (workload.evaluate() ? limits.forwardGflops() : limits.trainingGflops()),
                peakResident / MEBIBYTE,
                passes.stream().map(pass -> pass.residentBytes() / MEBIBYTE).toList(),
                passes.stream().map(Pass::nativeObjects).toList(),
                best.heapBytes() / best.steps(),
                simplex.isEmpty()
                        ? null
                        : new Simplex(
                                workload.settings().groups(),
                                best(simplex).totalSeconds() / best.totalSeconds(),
                                Speed.of(workload.images(), simplex)),
                Communication.of(ranks, best),
                Setup.of(workload));
    }

    /**
     * Measures a workload; the number of threads has to be set before.
     *
     * @param collective the ranks that share it; each measures, and one reports
     */
    public static StepReport measure(
            Workload workload,
            boolean simplex,
            @Nullable MachineLimits limits,
            ProgressDisplay console,
            Collective collective) {
        if (limits != null) {
            limits.requireOf(lowerCase(workload.settings().precision()), workload.threads());
        }
        int all = (workload.passes() + 1) * (simplex ? 2 : 1);
        try (StepBenchmark benchmark = new StepBenchmark(
                        workload.space(), workload.settings(), workload.seed(), workload.device(), collective);
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
            return of(workload, passes, ofSimplex, peakResident, limits, collective.size());
        }
    }

    /** Returns passes that count: the first compiles kernels and Java code, and does not. */
    private static List<Pass> passes(int count, Supplier<Pass> pass, IntConsumer done) {
        List<Pass> passes = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            passes.add(pass.get());
            done.accept(i + 1);
        }
        return passes.subList(1, passes.size());
    }

    private static Pass best(List<Pass> passes) {
        return passes.stream()
                .min(Comparator.comparingDouble(Pass::totalSeconds))
                .orElseThrow();
    }

    /** Returns the seconds of the pass in the middle; of two, the mean. */
    private static double median(List<Pass> passes) {
        double[] sorted =
                passes.stream().mapToDouble(Pass::totalSeconds).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the report for people: names and values. */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                setup.evaluate ? "evaluation" : "training step",
                format(
                        "%s, K = %d, batch %d, %s, %d architectures, %d threads",
                        setup.space, setup.k, setup.batch, setup.dtype, setup.archs, setup.threads));
        lines.put(
                "images per second",
                format(
                        "%.1f (median of %d passes %.1f)",
                        speed.imagesPerSecond, setup.passes, speed.medianImagesPerSecond));
        lines.put("step", format("%.2f ms", speed.stepMs));
        speed.fractions.forEach((phase, fraction) -> {
            if (fraction > 0) {
                lines.put(
                        "  " + lowerCase(phase),
                        format(
                                "%.2f ms, %.1f %%",
                                Objects.requireNonNull(speed.phases.get(Speed.key(phase))), 100 * fraction));
            }
        });
        if (communication != null) {
            lines.put(
                    "  of it messages",
                    format(
                            "%.2f ms, %.2f MB, %d ranks",
                            communication.messageMs, communication.messageBytes / 1e6, communication.ranks));
        }
        lines.put(
                "convolutions",
                format("%.1f GFLOP/s", gflops)
                        + (shareOfCeiling == null ? "" : format(", %.0f %% of the limit", 100 * shareOfCeiling)));
        lines.put("peak memory", format("%.0f MiB", peakRssMb));
        lines.put(
                "after each pass",
                residentMb.stream().map(mebibytes -> format("%.0f", mebibytes)).collect(Collectors.joining(", "))
                        + " MiB");
        if (simplex != null) {
            lines.put(
                    "simplex batch",
                    format(
                            "%.2f ms in %d groups, %.2f times as long per image",
                            simplex.speed.stepMs, simplex.groups, simplex.ratioPerImage));
        }
        return lines;
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
