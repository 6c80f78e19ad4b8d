package kshot.app.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import kshot.app.config.SettingsTree;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.space.SearchSpace;
import kshot.torch.LibTorch;

/** Turns the words of settings that stand for something to be found into what was found. */
final class Resolution {
    private static final String AUTO = "auto";
    private static final String NONE = "none";

    /** Architectures whose median is the automatic limit. */
    private static final int SAMPLES = 1001;

    private Resolution() {}

    static void threads(SettingsTree settings) {
        if ("0".equals(settings.text("threads"))) {
            settings.set("threads", "" + Runtime.getRuntime().availableProcessors());
        }
    }

    static void ofData(SettingsTree settings, SearchSpaces spaces) {
        for (String path : List.of("supernet.precision", "retrain.precision")) {
            if (AUTO.equals(settings.text(path))) {
                settings.set(path, LibTorch.hasFastBfloat16() ? "bfloat16" : "float32");
            }
        }
        if (AUTO.equals(settings.text("limits.max_flops"))) {
            settings.set("limits.max_flops", "" + medianFlops(spaces.target()));
        }
        for (String path : List.of("limits.max_flops", "limits.max_params")) {
            if (NONE.equals(settings.text(path))) {
                settings.set(path, "null");
            }
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
