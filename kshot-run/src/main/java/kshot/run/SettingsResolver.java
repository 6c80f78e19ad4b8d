package kshot.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import kshot.space.SearchSpace;
import kshot.tensor.Precision;

/** Turns the words of settings that stand for something to be found into what was found. */
final class SettingsResolver {
    private static final String MAX_FLOPS = "limits.max_flops";

    /** Architectures whose median is the automatic limit. */
    private static final int SAMPLES = 1001;

    private SettingsResolver() {}

    /** Resolves the settings that are known at once, or from the machine. */
    static void ofMachine(SettingsTree settings) {
        if ("0".equals(settings.text("threads"))) {
            settings.set("threads", "" + Runtime.getRuntime().availableProcessors());
        }
        for (String path : List.of("supernet.precision", "retrain.precision")) {
            if (SettingsTree.AUTO.equals(settings.text(path))) {
                settings.set(path, Precision.fastest().name().toLowerCase(Locale.ROOT));
            }
        }
        for (String path : List.of(MAX_FLOPS, "limits.max_params", "limits.max_latency_ms")) {
            if (SettingsTree.NONE.equals(settings.text(path))) {
                settings.set(path, "null");
            }
        }
    }

    /** The settings, checked, while images and space are not known yet: what these decide is left open. */
    static Settings beforeImages(SettingsTree settings) {
        SettingsTree open = settings.copy();
        if (SettingsTree.AUTO.equals(open.text(MAX_FLOPS))) {
            open.set(MAX_FLOPS, "null");
        }
        return open.bind();
    }

    /** Resolves the settings that the space of the final networks decides. */
    static void ofSpace(SettingsTree settings, SearchSpace space) {
        if (SettingsTree.AUTO.equals(settings.text(MAX_FLOPS))) {
            settings.set(MAX_FLOPS, "" + medianFlops(space));
        }
    }

    private static long medianFlops(SearchSpace space) {
        RandomGenerator random = new Seed(0).generator("median of FLOPs");
        long[] flops = LongStream.generate(
                        () -> Cost.of(space.network(space.sample(random))).flops())
                .limit(SAMPLES)
                .toArray();
        Arrays.sort(flops);
        return flops[SAMPLES / 2];
    }
}
