package kshot.search.model;

import java.util.Arrays;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * A ridge regression in dual form: with k(x, y) the product of the features of two points, its value is the mean of the targets plus
 * {@code Σ_i α_i k(x, x_i)}, where {@code (K + penalty · I) α} are the deviations of the targets from their mean (Saunders, Gammerman
 * and Vovk 1998, Ridge Regression Learning Algorithm in Dual Variables, ICML, Eq. 9). It is also the mean of a Gaussian process whose
 * covariance is k and whose noise has the penalty as its variance.
 */
final class Ridge {
    private final double[][] points;
    private final double[] targets;
    private final double mean;
    private final double[] weights;
    private final DecompositionSolver solver;

    /**
     * Fits a regression.
     *
     * @param points features of at least one point, of equal length
     * @param targets of the points, finite
     * @param penalty above 0
     */
    Ridge(double[][] points, double[] targets, double penalty) {
        if (points.length == 0 || points.length != targets.length) {
            throw new IllegalArgumentException(
                    points.length + " points with " + targets.length + " targets have no regression");
        }
        this.points = points;
        this.targets = targets;
        this.mean = Arrays.stream(targets).average().orElseThrow();
        RealMatrix kernel = MatrixUtils.createRealMatrix(points.length, points.length);
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < points.length; j++) {
                kernel.setEntry(i, j, product(points[i], points[j]) + (i == j ? penalty : 0));
            }
        }
        this.solver = new CholeskyDecomposition(kernel).getSolver();
        double[] deviations =
                Arrays.stream(targets).map(target -> target - mean).toArray();
        this.weights = solver.solve(new ArrayRealVector(deviations, false)).toArray();
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** Returns the coefficient of each feature: {@code Σ_i α_i x_i}. */
    double[] coefficients() {
        double[] coefficients = new double[points[0].length];
        for (int i = 0; i < points.length; i++) {
            for (int feature = 0; feature < coefficients.length; feature++) {
                coefficients[feature] += weights[i] * points[i][feature];
            }
        }
        return coefficients;
    }

    /** Returns the value at a point. */
    double of(double[] point) {
        double value = mean;
        for (int i = 0; i < weights.length; i++) {
            value += weights[i] * product(points[i], point);
        }
        return value;
    }

    /**
     * Returns the value at each point by a regression on all others, with the same mean: the target less
     * {@code α_i / ((K + penalty · I)⁻¹)_ii} (Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, Eq. 5.12).
     */
    double[] leaveOneOut() {
        RealMatrix inverse = solver.getInverse();
        double[] values = new double[targets.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = targets[i] - weights[i] / inverse.getEntry(i, i);
        }
        return values;
    }
}
