package kshot.classification;

import java.util.ArrayList;
import java.util.List;

/**
 * The calibration of a classifier: how often it is right where it gives its best class a probability. Guo et al., On
 * Calibration of Modern Neural Networks, 2017 (arXiv:1706.04599).
 *
 * @param bins images in ranges of equal width of that probability, the lowest range first; ranges without images are left out
 */
public record Calibration(List<Bin> bins) {
    /** The number of ranges, each 0.1 wide. */
    public static final int BINS = 10;

    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * A range of probabilities.
     *
     * @param images how many images have their best class's probability in it
     * @param probability the mean of these probabilities, in [0, 1]
     * @param accuracy the share of these images that are of that class, in [0, 1]
     */
    public record Bin(int images, double probability, double accuracy) {}

    /**
     * Sorts images into ranges.
     *
     * @param probabilities the probability of the best class of each image, in [0, 1]
     * @param right whether each image is of that class
     */
    public static Calibration of(List<Double> probabilities, List<Boolean> right) {
        int[] images = new int[BINS];
        int[] correct = new int[BINS];
        double[] sums = new double[BINS];
        for (int i = 0; i < probabilities.size(); i++) {
            int bin = Math.min(BINS - 1, (int) (BINS * probabilities.get(i)));
            images[bin]++;
            correct[bin] += right.get(i) ? 1 : 0;
            sums[bin] += probabilities.get(i);
        }
        List<Bin> bins = new ArrayList<>();
        for (int b = 0; b < BINS; b++) {
            if (images[b] > 0) {
                bins.add(new Bin(images[b], sums[b] / images[b], (double) correct[b] / images[b]));
            }
        }
        return new Calibration(bins);
    }

    /** Returns the expected calibration error: the mean over images of |accuracy − probability| of their range. Eq. (3). */
    public double expectedError() {
        long images = bins.stream().mapToLong(Bin::images).sum();
        return bins.stream()
                        .mapToDouble(bin -> bin.images() * Math.abs(bin.accuracy() - bin.probability()))
                        .sum()
                / images;
    }
}
