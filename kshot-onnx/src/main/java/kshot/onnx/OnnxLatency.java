package kshot.onnx;

import java.util.Arrays;
import java.util.SplittableRandom;
import kshot.common.Range;
import kshot.common.Seed;

/**
 * How long a model takes for one batch in ONNX Runtime on this machine's CPU, in milliseconds: from an array of images
 * to an array of logits. The figures are those of the machine as it was; compare only what was measured side by side.
 *
 * @param median half of the runs were as fast
 * @param minimum the fastest run
 * @param p90 90% of the runs were as fast
 * @param p99 99% of the runs were as fast
 */
public record OnnxLatency(double median, double minimum, double p90, double p99) {
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;

    /**
     * Runs a model repeatedly on random images.
     *
     * @param model the bytes of an ONNX file, see {@link OnnxWriter#encode}
     * @param threads that compute one run, at least 1
     * @param batch images of a run, at least 1
     * @param warmup runs before the first that counts, at least 0
     * @param repeats runs that count, at least 1
     */
    public static OnnxLatency measure(byte[] model, int threads, int batch, int warmup, int repeats) {
        Range.atLeast(1).require("batch", batch);
        Range.atLeast(0).require("warm-up runs", warmup);
        Range.atLeast(1).require("repeated runs", repeats);
        try (OnnxSession session = OnnxSession.open(model, threads)) {
            float[] images =
                    randomImages(Math.toIntExact(batch * session.input().elements()));
            for (int run = 0; run < warmup; run++) {
                session.logits(images, batch);
            }
            double[] times = new double[repeats];
            for (int run = 0; run < repeats; run++) {
                long start = System.nanoTime();
                session.logits(images, batch);
                times[run] = (System.nanoTime() - start) / NANOSECONDS_PER_MILLISECOND;
            }
            return of(times);
        }
    }

    /** Summarises the times of single runs, in milliseconds. */
    static OnnxLatency of(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return new OnnxLatency(
                percentile(sorted, 50), percentile(sorted, 0), percentile(sorted, 90), percentile(sorted, 99));
    }

    /** The value at the place {@code percent} of the way from the first to the last, interpolated linearly. */
    private static double percentile(double[] sorted, double percent) {
        double place = percent / 100 * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static float[] randomImages(int values) {
        SplittableRandom random = new Seed(0).generator("latency");
        float[] images = new float[values];
        for (int i = 0; i < values; i++) {
            images[i] = (float) random.nextDouble(-1, 1);
        }
        return images;
    }
}
