package kshot.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import kshot.execute.LibTorch;
import kshot.network.FeatureShape;
import kshot.run.settings.Host;
import kshot.run.settings.Settings;
import kshot.run.store.RunMetadata;

/** What a run is said to be, for its store. */
final class MetadataWriter {
    /** Name of this program among the versions. */
    static final String KSHOT = "kshot";
    /** Name of libtorch among the versions. */
    static final String LIBTORCH = "libtorch";
    /** Name of oneDNN among the versions. */
    static final String ONEDNN = "onednn";

    private MetadataWriter() {}

    static RunMetadata.Search search(Run run) {
        Settings settings = run.settings();
        return new RunMetadata.Search(
                run.space().name(),
                run.space().size().toString(),
                settings.supernet().k(),
                settings.search().score(),
                settings.limits().maxFlops(),
                settings.limits().maxParams(),
                settings.limits().maxLatencyMs());
    }

    static RunMetadata.Data data(Run run) {
        FeatureShape shape = run.dataset().inputShape();
        String image = shape.width() + "×" + shape.height() + (shape.channels() == 1 ? ", grey" : ", colour");
        return new RunMetadata.Data(
                run.dataset().report().name(),
                image,
                run.dataset().train().classes(),
                run.images().supernetTraining().size(),
                run.images().scoring(run.settings().data().validationImages()).size(),
                run.dataset().test().size(),
                run.dataset().report().fingerprint(),
                run.images().notes());
    }

    static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        String own = MetadataWriter.class.getPackage().getImplementationVersion();
        versions.put(KSHOT, own == null ? "development" : own);
        versions.put(LIBTORCH, LibTorch.version());
        versions.put(ONEDNN, LibTorch.oneDnnVersion());
        versions.put("java", Runtime.version().toString());
        return versions;
    }

    static Map<String, String> machine(int threads) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processor", Host.processor());
        machine.put("threads", "" + threads);
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        memory().ifPresent(gib -> machine.put("memory", String.format(Locale.ROOT, "%.0f GiB", gib)));
        return machine;
    }

    private static OptionalDouble memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? OptionalDouble.of(system.getTotalMemorySize() / (double) (1L << 30))
                : OptionalDouble.empty();
    }
}
