package kshot.classification;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A confusion matrix: how many images of each class were taken for each class. Immutable.
 *
 * @param counts a row for each true class, with the number of its images that were taken for each class
 */
public record ConfusionMatrix(List<List<Integer>> counts) {
    public ConfusionMatrix {
        int classes = counts.size();
        counts = counts.stream().map(List::copyOf).toList();
        boolean square = counts.stream().allMatch(row -> row.size() == classes);
        boolean counted = counts.stream().flatMap(List::stream).allMatch(count -> count >= 0);
        if (!square || !counted) {
            throw new IllegalArgumentException(
                    "confusion matrix of " + classes + " rows; allowed: square, counts from 0");
        }
    }

    /**
     * Counts predictions.
     *
     * @param labels the true class of each image, from 0 to less than {@code classes}
     * @param predicted the predicted class of each image, likewise
     */
    public static ConfusionMatrix of(int classes, List<Integer> labels, List<Integer> predicted) {
        int[][] counts = new int[classes][classes];
        for (int i = 0; i < labels.size(); i++) {
            counts[labels.get(i)][predicted.get(i)]++;
        }
        List<List<Integer>> rows = new ArrayList<>();
        for (int[] row : counts) {
            rows.add(IntStream.of(row).boxed().toList());
        }
        return new ConfusionMatrix(rows);
    }

    /** Returns the number of classes. */
    public int classes() {
        return counts.size();
    }

    /** Returns the number of images of a class. */
    public int images(int label) {
        return counts.get(label).stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns the share of the images of a class that were taken for it, in [0, 1]; NaN for a class without images. */
    public double recall(int label) {
        return (double) counts.get(label).get(label) / images(label);
    }

    /** Returns the share of the images taken for a class that are of it, in [0, 1]; NaN where none was taken for it. */
    public double precision(int label) {
        int taken = counts.stream().mapToInt(row -> row.get(label)).sum();
        return (double) counts.get(label).get(label) / taken;
    }

    /** Returns the share of all images that were taken for their class, in [0, 1]; NaN where there are none. */
    public double accuracy() {
        long right = IntStream.range(0, classes())
                .mapToLong(c -> counts.get(c).get(c))
                .sum();
        long all = IntStream.range(0, classes()).mapToLong(this::images).sum();
        return (double) right / all;
    }

    /** Returns the mean recall of the classes that have images, in [0, 1]: each class counts alike, however many images it has. */
    public double balancedAccuracy() {
        return IntStream.range(0, classes())
                .filter(c -> images(c) > 0)
                .mapToDouble(this::recall)
                .average()
                .orElse(Double.NaN);
    }

    /**
     * A kind of mistake.
     *
     * @param label the true class
     * @param predicted the class that its images were taken for
     * @param images how many were
     */
    public record Confusion(int label, int predicted, int images) {}

    /** Returns the most frequent mistakes, the most frequent first. */
    public List<Confusion> confusions(int most) {
        List<Confusion> all = new ArrayList<>();
        for (int label = 0; label < classes(); label++) {
            for (int predicted = 0; predicted < classes(); predicted++) {
                int images = counts.get(label).get(predicted);
                if (label != predicted && images > 0) {
                    all.add(new Confusion(label, predicted, images));
                }
            }
        }
        all.sort(Comparator.comparingInt(Confusion::images).reversed());
        return Collections.unmodifiableList(all.subList(0, Math.min(most, all.size())));
    }
}
