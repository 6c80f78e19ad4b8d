package kshot.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import kshot.network.FeatureShape;
import kshot.run.settings.Host;
import kshot.run.settings.Settings;
import kshot.run.store.RunMetadata;
import kshot.tensor.GraphicsCard;
import kshot.tensor.LibTorch;

/** Describes a run for its store: what it searches, its images, the versions of what computes, and the machine. */
public final class MetadataWriter {
    /** Name of this program among the versions. */
    public static final String KSHOT = "kshot";
    /** Name of libtorch among the versions. */
    public static final String LIBTORCH = "libtorch";
    /** Name of oneDNN among the versions. */
    public static final String ONEDNN = "onednn";

    private MetadataWriter() {}

    static RunMetadata.Search search(RunContext context) {
        Settings settings = context.settings();
        return new RunMetadata.Search(
                context.space().name(),
                context.space().size().toString(),
                settings.supernet().k(),
                settings.search().decidingScore(),
                settings.limits().maxFlops(),
                settings.limits().maxParams(),
                settings.limits().maxLatencyMs());
    }

    static RunMetadata.Data data(RunContext context) {
        FeatureShape shape = context.dataset().inputShape();
        String image = shape.width() + "×" + shape.height() + (shape.channels() == 1 ? ", grey" : ", colour");
        return new RunMetadata.Data(
                context.dataset().report().name(),
                image,
                context.dataset().train().classes(),
                context.images().supernetTraining().size(),
                context.images()
                        .scoring(context.settings().data().validationImages())
                        .size(),
                context.dataset().test().size(),
                context.dataset().report().fingerprint(),
                context.images().notes());
    }

    /** Returns the versions of kshot, of what computes, and of Java, by name. */
    public static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        String own = MetadataWriter.class.getPackage().getImplementationVersion();
        versions.put(KSHOT, own == null ? "development" : own);
        versions.put(LIBTORCH, LibTorch.version());
        versions.put(ONEDNN, LibTorch.oneDnnVersion());
        versions.put("java", Runtime.version().toString());
        return versions;
    }

    static Map<String, String> machine(RunContext context) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processor", Host.processor());
        machine.put("threads", "" + context.settings().threads());
        machine.put("device", context.device().name());
        if (context.device().isCard()) {
            machine.put(
                    "graphics cards",
                    String.join(
                            ", ",
                            GraphicsCard.listed().stream()
                                    .map(GraphicsCard::name)
                                    .toList()));
        }
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
