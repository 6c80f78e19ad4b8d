package kshot.run.report;

/** Standard errors of accuracies that are measured on a finite number of images: those of binomial shares. */
final class StandardError {
    private StandardError() {}

    /** √(p(1−p)/n) of an accuracy p in [0, 1] on n images. */
    static double of(double accuracy, int images) {
        return Math.sqrt(variance(accuracy, images));
    }

    /**
     * √(p(1−p)/n + q(1−q)/n) of the difference of two accuracies. Both are measured on the same images, on which they
     * tend to be right together, so this is rather too large than too small.
     */
    static double ofDifference(double p, double q, int images) {
        return Math.sqrt(variance(p, images) + variance(q, images));
    }

    /**
     * Returns the standard error of Kendall's τ over n items between two unrelated orders without ties, √(2(2n+5)/(9n(n−1))) (Kendall 1938,
     * doi:10.1093/biomet/30.1-2.81), times √2 for the difference of two such coefficients.
     */
    static double ofTauDifference(int n) {
        return Math.sqrt(2 * 2.0 * (2 * n + 5) / (9.0 * n * (n - 1)));
    }

    private static double variance(double accuracy, int images) {
        if (images <= 0) {
            throw new IllegalArgumentException("a standard error needs images, not " + images);
        }
        return accuracy * (1 - accuracy) / images;
    }
}
