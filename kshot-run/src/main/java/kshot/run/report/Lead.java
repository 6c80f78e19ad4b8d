package kshot.run.report;

import java.util.List;
import java.util.Optional;
import kshot.rank.PairedDifference;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Training;

/**
 * The lead of the winner over another network that was trained the same way: the mean difference of their test accuracies
 * over trainings that began with the same seeds, with an interval of 95 %. Over several seeds the interval is Student's of
 * the paired differences. A single pair knows nothing of the noise between trainings: its interval is that of the finite
 * number of test images.
 *
 * @param seeds number of pairs of trainings
 * @param winner mean test accuracy of the winner over these seeds, in [0, 1]
 * @param other that of the other network
 * @param halfWidth half the width of the interval around the difference
 */
public record Lead(int seeds, double winner, double other, double halfWidth) {
    /** The 97.5th percentile of the normal distribution. */
    private static final double NORMAL_QUANTILE = 1.959964;

    /**
     * Returns the lead of a winner over another network.
     *
     * @param testImages number of images of the test; 0 where it is not known
     * @return empty if the two have no training with the same seed, or only one and no known number of test images
     */
    public static Optional<Lead> of(Retrained winner, Retrained other, int testImages) {
        List<Training> ours =
                winner.trainings().stream().filter(t -> other.has(t.repeat())).toList();
        List<Training> theirs =
                other.trainings().stream().filter(t -> winner.has(t.repeat())).toList();
        if (ours.isEmpty() || (ours.size() == 1 && testImages == 0)) {
            return Optional.empty();
        }
        double[] differences = new double[ours.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = ours.get(i).testAccuracy() - theirs.get(i).testAccuracy();
        }
        double mean = mean(ours);
        double meanOfOther = mean(theirs);
        double halfWidth = differences.length == 1
                ? NORMAL_QUANTILE * StandardError.ofDifference(mean, meanOfOther, testImages)
                : PairedDifference.of(differences).halfWidth();
        return Optional.of(new Lead(differences.length, mean, meanOfOther, halfWidth));
    }

    private static double mean(List<Training> trainings) {
        return trainings.stream().mapToDouble(Training::testAccuracy).average().orElseThrow();
    }

    /** Returns the mean difference; positive where the winner is better. */
    public double difference() {
        return winner - other;
    }

    /** Returns the lower end of the interval. */
    public double low() {
        return difference() - halfWidth;
    }

    /** Returns the upper end of the interval. */
    public double high() {
        return difference() + halfWidth;
    }
}
