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
 * The time that a model takes for one batch in ONNX Runtime on this machine's CPU, in milliseconds: from an array of
 * images to an array of logits. It depends on what else the machine does; compare only times that were measured side by
 * side.
 *
 * @param median the median of the runs
 * @param minimum the time of the fastest run
 * @param p90 the 90th percentile of the runs
 * @param p99 the 99th percentile of the runs
 */
public record OnnxLatency(double median, double minimum, double p90, double p99) {
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;
    private static final double NANOSECONDS_PER_SECOND = 1e9;
    private static final int FEWEST_RUNS = 10;

    /**
     * Measures a model by running it repeatedly on random images.
     *
     * @param model the bytes of an ONNX file, see {@link OnnxWriter#encode}
     * @param threads the number of threads that compute one run, at least 1
     * @param batch the number of images of a run, at least 1
     * @param warmup the number of runs before the first that counts, at least 0
     * @param repeats the number of runs that count, at least 1
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
     * Returns the time of the fastest of several runs of one image through a network with arbitrary weights, in
     * nanoseconds: the time that it takes when nothing disturbs it.
     *
     * @param threads the number of threads that compute one run, at least 1
     * @param seconds the time for which it is run; at least {@value #FEWEST_RUNS} runs in any case
     */
    public static long fastest(Network network, int threads, double seconds) {
        try (OnnxSession session = OnnxSession.open(model(network), threads)) {
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

    /** Returns a network with arbitrary weights as the bytes of an ONNX file, for others to time. */
    public static byte[] model(Network network) {
        return OnnxWriter.encode(network, new AnyWeights(), OnnxOptions.defaults());
    }

    /** Arbitrary weights: small numbers that differ, so that no layer gets special treatment. */
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

    /** Returns the summary of the times of single runs, in milliseconds. */
    static OnnxLatency of(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return new OnnxLatency(
                percentile(sorted, 50), percentile(sorted, 0), percentile(sorted, 90), percentile(sorted, 99));
    }

    /** Returns a percentile, interpolated linearly between the two nearest values. */
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
