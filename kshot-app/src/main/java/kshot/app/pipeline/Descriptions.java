package kshot.app.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import kshot.app.config.Host;
import kshot.app.config.Settings;
import kshot.app.store.Facts;
import kshot.network.FeatureShape;
import kshot.torch.LibTorch;

/** What a run is said to be, for its store. */
final class Descriptions {
    /** Name of this program among the versions. */
    static final String KSHOT = "kshot";
    /** Name of libtorch among the versions. */
    static final String LIBTORCH = "libtorch";
    /** Name of oneDNN among the versions. */
    static final String ONEDNN = "onednn";

    private Descriptions() {}

    static Facts.Search search(Run run) {
        Settings settings = run.settings();
        return new Facts.Search(
                run.space().name(),
                run.space().size().toString(),
                settings.supernet().k(),
                Facts.Score.valueOf(settings.search().score().name()),
                settings.limits().maxFlops(),
                settings.limits().maxParams(),
                settings.limits().maxLatencyMs());
    }

    static Facts.Data data(Run run) {
        FeatureShape shape = run.dataset().inputShape();
        String image = shape.width() + "×" + shape.height() + (shape.channels() == 1 ? ", grey" : ", colour");
        return new Facts.Data(
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
        String own = Descriptions.class.getPackage().getImplementationVersion();
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
