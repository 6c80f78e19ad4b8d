package kshot.diagram;

import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A linear scale with round ticks.
 *
 * @param low its lower end
 * @param high its upper end, above the lower one
 * @param step from one tick to the next; ticks are multiples of it
 */
record Axis(double low, double high, double step) {
    private static final int TICKS = 8;
    private static final double MARGIN = 0.06;

    /** Holds all values, at least one, with a margin. The step is 1, 2 or 5 times a power of ten. */
    static Axis of(DoubleStream values) {
        var range = values.summaryStatistics();
        double span = range.getMax() - range.getMin();
        if (span == 0) {
            span = Math.max(Math.abs(range.getMax()), 1) / TICKS;
        }
        double low = range.getMin() - MARGIN * span;
        double high = range.getMax() + MARGIN * span;
        return new Axis(low, high, roundStep((high - low) / TICKS));
    }

    private static double roundStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        return DoubleStream.of(1, 2, 5, 10)
                .map(factor -> factor * power)
                .filter(step -> step >= least)
                .findFirst()
                .orElse(10 * power);
    }

    /** The ticks inside, ascending. */
    double[] ticks() {
        long first = (long) Math.ceil(low / step);
        long last = (long) Math.floor(high / step);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * step).toArray();
    }

    /** A tick with as many decimals as the step needs. */
    String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }

    /** Returns the position of a value between two pixels. */
    double place(double value, double ofLow, double ofHigh) {
        return ofLow + (value - low) / (high - low) * (ofHigh - ofLow);
    }
}
