package kshot.data;

import java.util.ArrayList;
import java.util.List;
import kshot.network.FeatureShape;

/**
 * The mean and standard deviation by which pixels are normalised: {@code (value / 255 − mean) / std}, channel by
 * channel.
 *
 * @param mean the mean of each channel, for pixel values in [0, 1]
 * @param std the standard deviation of each channel, more than 0
 */
public record Normalization(List<Float> mean, List<Float> std) {
    /**
     * The smallest deviation that is taken from data, one step of a pixel: a channel with one value would divide by
     * zero.
     */
    private static final double LEAST_STD = 1.0 / 255;

    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || mean.size() != std.size() || !std.stream().allMatch(s -> s > 0 && s < Float.MAX_VALUE)) {
            throw new IllegalArgumentException("normalisation by mean " + mean + " and std " + std);
        }
    }

    /**
     * Returns the mean and the (population) standard deviation over all pixels of a set. It is always taken from the
     * training images, whatever the data set is. For CIFAR-10 this gives the published constants to their third
     * decimal, and no list of known data sets is needed that could be applied to the wrong one.
     */
    public static Normalization of(ImageSet set) {
        FeatureShape shape = set.shape();
        long[] histogram = set.histogram();
        List<Float> mean = new ArrayList<>();
        List<Float> std = new ArrayList<>();
        double pixels = (double) set.size() * shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            double sum = 0;
            double squares = 0;
            for (int value = 0; value < 256; value++) {
                long count = histogram[c * 256 + value];
                sum += count * (value / 255.0);
                squares += count * (value / 255.0) * (value / 255.0);
            }
            mean.add((float) (sum / pixels));
            double variance = squares / pixels - (sum / pixels) * (sum / pixels);
            std.add((float) Math.max(LEAST_STD, Math.sqrt(Math.max(0, variance))));
        }
        return new Normalization(mean, std);
    }

    /** Returns the number of channels. */
    public int channels() {
        return mean.size();
    }

    /** Returns the normalised form of each pixel value: {@code [channel · 256 + value]}. */
    float[] table() {
        float[] table = new float[channels() * 256];
        for (int c = 0; c < channels(); c++) {
            for (int value = 0; value < 256; value++) {
                table[c * 256 + value] = (value / 255f - mean.get(c)) / std.get(c);
            }
        }
        return table;
    }
}
