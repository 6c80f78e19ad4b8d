package kshot.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import kshot.space.SearchSpace;
import kshot.tensor.Device;
import kshot.tensor.Precision;

/** Turns the words of settings that stand for something to be found into what was found. */
final class SettingsResolver {
    private static final String DEVICE = "device";
    private static final String MAX_FLOPS = "limits.max_flops";
    private static final String UNTRAINED_SIZE = "predictors.image_size";

    /** Least height of the images of untrained networks, in pixels. */
    private static final int LEAST_SIZE = 8;

    /** Architectures whose median is the automatic limit. */
    private static final int SAMPLES = 1001;

    private SettingsResolver() {}

    /** Resolves the settings that are known at once, or from the machine. */
    static void ofMachine(SettingsTree settings) {
        if ("0".equals(settings.text("threads"))) {
            settings.set("threads", "" + Runtime.getRuntime().availableProcessors());
        }
        if (SettingsTree.AUTO.equals(settings.text(DEVICE))) {
            settings.setText(DEVICE, Device.fastest().name());
        }
        for (String path : List.of("supernet.precision", "retrain.precision")) {
            if (SettingsTree.AUTO.equals(settings.text(path))) {
                settings.set(path, Precision.fastest(device(settings)).name().toLowerCase(Locale.ROOT));
            }
        }
        for (String path : List.of(MAX_FLOPS, "limits.max_params", "limits.max_latency_ms")) {
            if (SettingsTree.NONE.equals(settings.text(path))) {
                settings.set(path, "null");
            }
        }
    }

    /** Returns the device that settings name; where they name none, which is refused later, the processor. */
    private static Device device(SettingsTree settings) {
        String name = settings.text(DEVICE);
        return name != null && Device.isName(name) ? new Device(name) : Device.PROCESSOR;
    }

    /** Returns the settings, checked; what images and space decide, and has not been decided, is left open. */
    static Settings beforeImages(SettingsTree settings) {
        SettingsTree open = settings.copy();
        for (String path : List.of(MAX_FLOPS, UNTRAINED_SIZE)) {
            if (SettingsTree.AUTO.equals(open.text(path))) {
                open.set(path, "null");
            }
        }
        return open.bind();
    }

    /** Resolves the settings that the space of the final networks decides. */
    static void ofSpace(SettingsTree settings, SearchSpace space) {
        if (SettingsTree.AUTO.equals(settings.text(MAX_FLOPS))) {
            settings.set(MAX_FLOPS, "" + medianFlops(space));
        }
        if (SettingsTree.AUTO.equals(settings.text(UNTRAINED_SIZE))) {
            settings.set(UNTRAINED_SIZE, "" + untrainedSize(space));
        }
    }

    /** Returns a quarter of the height of the images, or the least multiple of it by a power of two that the networks take. */
    private static int untrainedSize(SearchSpace space) {
        FeatureShape input = space.input();
        int size = Math.max(LEAST_SIZE, input.height() / 4);
        while (size < input.height() && !takes(space, new FeatureShape(input.channels(), size, size))) {
            size *= 2;
        }
        return Math.min(size, input.height());
    }

    private static boolean takes(SearchSpace space, FeatureShape images) {
        try {
            space.adapt(images, space.classes());
            return true;
        } catch (InvalidInputException tooSmall) {
            return false;
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
