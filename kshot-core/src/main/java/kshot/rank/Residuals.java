package kshot.rank;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;

/** Scores without what other quantities explain of them, by a linear regression with ordinary least squares. */
public final class Residuals {
    private Residuals() {}

    /**
     * Returns the residuals of scores.
     *
     * @param scores of more architectures than there are quantities
     * @param quantities one row for each architecture, of equal length; a column with one value explains nothing, the others are
     *     linearly independent
     */
    public static double[] of(double[] scores, double[][] quantities) {
        int[] varying = IntStream.range(0, quantities[0].length)
                .filter(j -> Arrays.stream(quantities).anyMatch(row -> row[j] != quantities[0][j]))
                .toArray();
        if (varying.length == 0) {
            double mean = Arrays.stream(scores).average().orElseThrow();
            return Arrays.stream(scores).map(score -> score - mean).toArray();
        }
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(
                scores,
                Arrays.stream(quantities)
                        .map(row ->
                                IntStream.of(varying).mapToDouble(j -> row[j]).toArray())
                        .toArray(double[][]::new));
        return regression.estimateResiduals();
    }
}
