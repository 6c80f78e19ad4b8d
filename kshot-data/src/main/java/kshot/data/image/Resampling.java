package kshot.data.image;

import java.util.Arrays;
import kshot.network.FeatureShape;

/**
 * A linear resampling along one axis: the input pixels of each output pixel, with their weights. The filter is a
 * triangle as wide as the larger of an input and an output pixel. So it interpolates when it enlarges, and averages
 * over all covered pixels when it shrinks: every input pixel counts, and there is no aliasing.
 *
 * @param first the first input pixel of each output pixel
 * @param weights the weights of the input pixels of each output pixel, from {@code first} on; each row sums to 1
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Resampling(int[] first, float[][] weights) {
    /**
     * Returns the resampling of the interval {@code from} to {@code to}, in pixels; pixel i reaches from i to i + 1.
     *
     * @param inputs the number of input pixels, including those outside of the interval
     * @param outputs the number of output pixels
     */
    static Resampling of(double from, double to, int inputs, int outputs) {
        double scale = (to - from) / outputs;
        double radius = Math.max(1, scale);
        int[] first = new int[outputs];
        float[][] weights = new float[outputs][];
        for (int i = 0; i < outputs; i++) {
            double centre = from + (i + 0.5) * scale;
            int start = Math.max((int) Math.floor(centre - radius), 0);
            int end = Math.min((int) Math.ceil(centre + radius), inputs);
            first[i] = start;
            weights[i] = triangle(centre, radius, start, end);
        }
        return new Resampling(first, weights);
    }

    private static float[] triangle(double centre, double radius, int start, int end) {
        float[] row = new float[end - start];
        double sum = 0;
        for (int j = 0; j < row.length; j++) {
            double weight = Math.max(0, 1 - Math.abs(start + j + 0.5 - centre) / radius);
            row[j] = (float) weight;
            sum += weight;
        }
        for (int j = 0; j < row.length; j++) {
            row[j] /= (float) sum;
        }
        return row;
    }

    /** Returns the number of output pixels. */
    int outputs() {
        return first.length;
    }

    /** Resamples an image along both axes, columns first. Values are rounded once, at the end. */
    static Pixels apply(Pixels image, Resampling rows, Resampling columns) {
        int channels = image.shape().channels();
        int stride = columns.outputs() * channels;
        int top = rows.first[0];
        int bottom = rows.first[rows.outputs() - 1] + rows.weights[rows.outputs() - 1].length;
        float[][] lines = new float[bottom][];
        byte[] values = new byte[rows.outputs() * stride];
        float[] sums = new float[stride];
        int released = top;
        int ready = top;
        for (int y = 0; y < rows.outputs(); y++) {
            int end = rows.first[y] + rows.weights[y].length;
            for (; ready < end; ready++) {
                lines[ready] = columns.line(image, ready, channels);
            }
            blend(lines, rows.first[y], rows.weights[y], sums);
            for (int i = 0; i < stride; i++) {
                values[y * stride + i] = (byte) Math.min(255, (int) (sums[i] + 0.5f));
            }
            // A tall photo would otherwise be held a second time, in floats.
            int next = y + 1 < rows.outputs() ? rows.first[y + 1] : bottom;
            for (; released < next; released++) {
                lines[released] = NO_LINE;
            }
        }
        return new Pixels(new FeatureShape(channels, rows.outputs(), columns.outputs()), values);
    }

    private static final float[] NO_LINE = {};

    /** Returns one line of the image, resampled along its length. */
    private float[] line(Pixels image, int y, int channels) {
        byte[] values = image.values();
        int start = y * image.shape().width() * channels;
        float[] line = new float[outputs() * channels];
        if (channels == 3) {
            colourLine(values, start, line);
        } else {
            greyLine(values, start, line);
        }
        return line;
    }

    private void greyLine(byte[] values, int start, float[] line) {
        for (int x = 0; x < line.length; x++) {
            int at = start + first[x];
            float sum = 0;
            for (float weight : weights[x]) {
                sum += weight * (values[at++] & 0xFF);
            }
            line[x] = sum;
        }
    }

    /** Sums up the three channels side by side: a loop over them around that over the few weights takes several times as long. */
    private void colourLine(byte[] values, int start, float[] line) {
        for (int x = 0; x < weights.length; x++) {
            int at = start + 3 * first[x];
            float red = 0;
            float green = 0;
            float blue = 0;
            for (float weight : weights[x]) {
                red += weight * (values[at] & 0xFF);
                green += weight * (values[at + 1] & 0xFF);
                blue += weight * (values[at + 2] & 0xFF);
                at += 3;
            }
            line[3 * x] = red;
            line[3 * x + 1] = green;
            line[3 * x + 2] = blue;
        }
    }

    private static void blend(float[][] lines, int first, float[] weights, float[] sums) {
        Arrays.fill(sums, 0);
        for (int j = 0; j < weights.length; j++) {
            float[] line = lines[first + j];
            float weight = weights[j];
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * line[i];
            }
        }
    }
}
