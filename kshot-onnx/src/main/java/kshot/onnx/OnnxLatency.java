package kshot.onnx;

import java.util.Arrays;
import java.util.SplittableRandom;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightValues;

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
    private static final double NANOSECONDS_PER_SECOND = 1e9;
    private static final int FEWEST_RUNS = 10;

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

    /**
     * The fastest of several runs of one image through a network with any weights, in nanoseconds: what it takes where
     * nothing else disturbs it.
     *
     * @param threads that compute one run, at least 1
     * @param seconds how long it is run, and {@value #FEWEST_RUNS} times in any case
     */
    public static long fastest(Network network, int threads, double seconds) {
        byte[] model = OnnxWriter.encode(network, new AnyWeights(), OnnxOptions.defaults());
        try (OnnxSession session = OnnxSession.open(model, threads)) {
            float[] image = randomImages(Math.toIntExact(session.input().elements()));
            session.logits(image, 1); // memory is taken in the first run
            long fastest = Long.MAX_VALUE;
            long end = System.nanoTime() + Math.round(seconds * NANOSECONDS_PER_SECOND);
            for (int run = 0; run < FEWEST_RUNS || System.nanoTime() < end; run++) {
                long start = System.nanoTime();
                session.logits(image, 1);
                fastest = Math.min(fastest, System.nanoTime() - start);
            }
            return fastest;
        }
    }

    /** Small numbers that differ, so that no layer gets special treatment. */
    private record AnyWeights() implements WeightValues {
        @Override
        public float[] values(Parameter parameter) {
            return random(parameter.slot(), Math.toIntExact(parameter.shape().count()), -0.1, 0.1);
        }

        @Override
        public float[] mean(Layer.BatchNorm bn) {
            return random(bn.statistics() + " mean", bn.channels(), -0.1, 0.1);
        }

        @Override
        public float[] variance(Layer.BatchNorm bn) {
            return random(bn.statistics() + " variance", bn.channels(), 0.5, 1.5);
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
        return random("latency", values, -1, 1);
    }

    private static float[] random(String purpose, int count, double low, double high) {
        SplittableRandom random = new Seed(0).generator(purpose);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(low, high);
        }
        return numbers;
    }
}
