package kshot.app.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.app.bench.StepReport;
import kshot.app.bench.Workload;
import kshot.app.terminal.Console;
import kshot.common.Seed;
import kshot.onnx.OnnxSession;
import kshot.run.settings.Host;
import kshot.run.store.RunStore;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.tensor.Collective;
import kshot.tensor.Cuda;
import kshot.tensor.Device;
import kshot.tensor.GraphicsCard;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import org.jspecify.annotations.Nullable;

/** Examines the machine. */
public final class Doctor {
    private static final double GIBIBYTE = 1 << 30;
    private static final double LEAST_HEAP = 1;
    private static final double LEAST_FREE = 2;
    private static final double BUSY = 0.5;
    private static final int ARCHITECTURES = 8;
    private static final int PASSES = 3;

    private Doctor() {}

    /** Returns everything that can be found out in about ten seconds. */
    public static List<Finding> examine(Console console) {
        List<Finding> findings = new ArrayList<>();
        findings.add(load()); // before anything here makes the machine busy
        findings.add(Finding.of("Java", Runtime.version() + ", " + System.getProperty("java.vendor")));
        findings.add(Finding.of(
                "system",
                String.join(
                        " ",
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch"))));
        findings.add(Finding.of(
                "processor",
                Host.processor() + ", " + Runtime.getRuntime().availableProcessors() + " that kshot may use"));
        findings.add(memory());
        findings.add(fileNames());
        findings.add(folder("cache", Host.cacheDirectory(), "set XDG_CACHE_HOME to a folder that can be written"));
        findings.add(folder(
                "temporary files",
                Path.of(System.getProperty("java.io.tmpdir")),
                "set TMPDIR to a folder that can be written and has space"));
        Finding libtorch = library("libtorch", () -> {
            LibTorch.load();
            return LibTorch.version() + ", oneDNN " + LibTorch.oneDnnVersion();
        });
        findings.add(libtorch);
        findings.add(library("ONNX Runtime", OnnxSession::runtimeVersion));
        findings.add(library("SQLite", Doctor::store));
        findings.add(environment());
        if (!libtorch.fatal()) {
            findings.add(cards(GraphicsCard.listed(), Cuda.problem().orElse(null)));
            findings.add(Finding.of("precision", Precision.fastest().name().toLowerCase(Locale.ROOT)));
            findings.add(speed(console));
        }
        return List.copyOf(findings);
    }

    private static Finding load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        double share = load / Runtime.getRuntime().availableProcessors();
        return Finding.of(
                "other programs",
                load < 0 ? "unknown" : format("a load of %.1f in the last minute", load),
                share < BUSY,
                "a training beside busy programs takes fewer threads, and its share of time: it is faster where"
                        + " nothing else computes");
    }

    private static Finding memory() {
        double heap = Runtime.getRuntime().maxMemory() / GIBIBYTE;
        String total = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? format("%.1f GiB", system.getTotalMemorySize() / GIBIBYTE)
                : "unknown";
        return Finding.of(
                "memory",
                total + format(", of which Java's heap may take %.1f", heap),
                heap >= LEAST_HEAP,
                "images may take half of the heap: give it more by KSHOT_JAVA_OPTIONS=-Xmx2g");
    }

    private static Finding fileNames() {
        String encoding = System.getProperty("sun.jnu.encoding", "unknown");
        boolean right =
                Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
        return Finding.of(
                "file names", encoding, right, "names with letters beyond ASCII are not read: set LC_ALL=C.UTF-8");
    }

    private static Finding folder(String name, @Nullable Path folder, String advice) {
        if (folder == null || !Files.isWritable(folder)) {
            return Finding.of(name, folder == null ? "none" : folder + ", which cannot be written", false, advice);
        }
        try {
            double free = Files.getFileStore(folder).getUsableSpace() / GIBIBYTE;
            return Finding.of(name, folder + format(", %.1f GiB free", free), free >= LEAST_FREE, advice);
        } catch (IOException e) {
            return Finding.of(name, folder + ", whose space is unknown");
        }
    }

    private static Finding library(String name, Supplier<String> version) {
        try {
            return Finding.of(name, version.get());
        } catch (RuntimeException | LinkageError e) {
            return new Finding(name, "cannot be used", String.valueOf(e.getMessage()), true);
        }
    }

    /** Makes a store and removes it. */
    private static String store() {
        try {
            Path folder = Files.createTempDirectory("kshot-doctor-");
            RunStore.create(folder).close();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            return "works";
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * Returns what is known of graphics cards. Where none is listed and this build has no use for one, nothing is wrong.
     *
     * @param problem why none can be used; null where one can
     */
    static Finding cards(List<GraphicsCard> listed, @Nullable String problem) {
        String names = listed.isEmpty()
                ? "none that a driver lists"
                : String.join("; ", listed.stream().map(Doctor::card).toList());
        String ranks = problem == null ? Cuda.problemOfRanks().orElse(null) : null;
        return ranks == null
                ? Finding.of("graphics cards", names, listed.isEmpty() || problem == null, String.valueOf(problem))
                : Finding.of("graphics cards", names, false, "one can be used, but not by several ranks: " + ranks);
    }

    private static String card(GraphicsCard card) {
        return format("%s, %.0f GiB, driver %s", card.name(), card.bytes() / GIBIBYTE, card.driver());
    }

    private static Finding environment() {
        List<String> missing = LibTorch.missingEnvironment();
        return Finding.of(
                "environment",
                missing.isEmpty() ? "as the launcher sets it" : "not that of the launcher",
                missing.isEmpty(),
                "start kshot by its launcher, or set " + String.join(" ", missing));
    }

    /** Trains supernets of the default space for some steps. */
    private static Finding speed(Console console) {
        SearchSpace space = Spaces.named(Spaces.DEFAULT);
        Workload workload = new Workload(
                space,
                IntStream.range(0, ARCHITECTURES)
                        .mapToObj(i -> space.sample(new Seed(1).generator("benchmark", i)))
                        .toList(),
                Workload.settings(space, 4, 64, 1, 1, Precision.fastest()),
                false,
                PASSES,
                LibTorch.threads(),
                Device.PROCESSOR,
                new Seed(1));
        StepReport report = StepReport.measure(workload, false, null, console, Collective.ALONE);
        return Finding.of(
                "speed",
                format(
                        "%.0f images/s train supernets of the space '%s' with %d threads",
                        report.speed().imagesPerSecond(), space.name(), LibTorch.threads()));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
