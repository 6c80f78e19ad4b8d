package kshot.simplex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.OneHot;
import kshot.space.SearchSpace;

/**
 * The simplex-net π(·; σ), which maps the one-hot encodings of an architecture to its code λ.
 *
 * <pre>
 * x = b + U A(a) + V C(a)     h hidden values; a space without a kind of decision has no branch for it
 * z = c + W max(x, 0)         K values
 * λ = softmax(z)
 * </pre>
 *
 * <p>The paper states the input and the output; the layers between, and their initial values, are this project's
 * reconstruction. With spread 0, W and c start at zero, so the first codes are 1/K (exactly, where a float can hold
 * 1/K). With spread s, W starts uniform, and W and c are then scaled so that each z_k has mean 0 and standard deviation
 * s over the architectures of the space: the supernets belong to different architectures from the start, and none
 * belongs to most of them. U and V start uniform in ±√(6/n), where n is the number of ones in both encodings: n is the
 * number of inputs that reach a hidden value, its fan-in, so that this is the rule of He et al.
 * (doi:10.1109/ICCV.2015.123) and the hidden values start with a mean square of 1. b starts at zero.
 *
 * <p>All of σ is one flat array of floats, {@link #parameters()}, in the order of {@link #layout()}; sums are computed
 * in doubles. Several threads may not use the net while the parameters change.
 */
public final class SimplexNet {
    /** Architectures that stand for the space where first codes are spread. */
    private static final int SAMPLE = 1000;

    private final OneHot operations;
    private final OneHot widths;
    private final UnaryOperator<Architecture> encoded;
    private final int hidden;
    private final int k;
    private final int bias;
    private final int lastWeight;
    private final int lastBias;
    private final float[] sigma;

    /**
     * The size of a net, and its first codes.
     *
     * @param hidden the number h of hidden units, at least 1
     * @param spread the spread s, at least 0: the distance of the first codes from equal ones
     * @param largestOf each of the architectures that stand for the space is the largest of so many, at least 1, see
     *     {@link SearchSpace#sampleLargest}
     */
    public record Start(int hidden, double spread, int largestOf) {
        public Start {
            Range.atLeast(1).require("hidden units of the simplex-net", hidden);
            Range.atLeast(0).require("spread of the first codes", spread);
            Range.atLeast(1).require("draws of an architecture", largestOf);
        }
    }

    /** Creates a net whose first codes are equal. */
    public SimplexNet(SearchSpace space, int k, int hidden, Seed seed) {
        this(space, k, new Start(hidden, 0, 1), false, seed);
    }

    /**
     * Creates a net at its start.
     *
     * @param space the space whose architectures it encodes
     * @param k the number K of supernets, at least 1
     * @param canonical whether an architecture has the code of its representative, see {@link SearchSpace#canonical}
     * @param seed the seed of U, V, W and of the architectures that stand for the space
     */
    public SimplexNet(SearchSpace space, int k, Start start, boolean canonical, Seed seed) {
        Range.atLeast(1).require("number of supernets", k);
        this.operations = OneHot.operations(space);
        this.widths = OneHot.widths(space);
        this.encoded = canonical ? space::canonical : a -> a;
        this.hidden = start.hidden;
        this.k = k;
        this.bias = (operations.length() + widths.length()) * hidden;
        this.lastWeight = bias + hidden;
        this.lastBias = lastWeight + k * hidden;
        this.sigma = new float[lastBias + k];
        RandomGenerator random = seed.generator("simplex-net");
        fill(0, bias, Math.sqrt(6.0 / Math.max(1, space.decisions().size())), random);
        if (start.spread > 0) {
            fill(lastWeight, lastBias, 1, random);
            standardise(start.spread, () -> space.sampleLargest(start.largestOf, random));
        }
    }

    /**
     * Scales and shifts each z_k so that its mean over the architectures of the space is 0 and its deviation is the
     * spread.
     */
    private void standardise(double spread, Supplier<Architecture> draw) {
        double[][] z = Stream.generate(draw)
                .limit(SAMPLE)
                .map(a -> lastLayer(activations(ones(a))))
                .toArray(double[][]::new);
        for (int row = 0; row < k; row++) {
            int column = row;
            double[] ofRow =
                    Arrays.stream(z).mapToDouble(values -> values[column]).toArray();
            double mean = Arrays.stream(ofRow).average().orElseThrow();
            double variance = Arrays.stream(ofRow)
                    .map(value -> Math.pow(value - mean, 2))
                    .average()
                    .orElseThrow();
            double scale = variance > 0 ? spread / Math.sqrt(variance) : 0;
            for (int j = 0; j < hidden; j++) {
                sigma[lastWeight + row * hidden + j] *= (float) scale;
            }
            sigma[lastBias + row] = (float) (-scale * mean);
        }
    }

    /** Fills parameters with uniform values in ±bound. */
    private void fill(int from, int to, double bound, RandomGenerator random) {
        for (int i = from; i < to; i++) {
            sigma[i] = (float) random.nextDouble(-bound, bound);
        }
    }

    /** Returns K. */
    public int k() {
        return k;
    }

    /** Returns h. */
    public int hidden() {
        return hidden;
    }

    /**
     * A tensor of σ: {@code rows × columns} values of the flat array from {@code offset} on, row by row.
     *
     * @param name {@code operations.weight}: U transposed, one row of h values for each entry of A(a);
     *     {@code widths.weight}: V transposed; {@code hidden.bias}: b, 1×h; {@code code.weight}: W, K×h;
     *     {@code code.bias}: c, 1×K
     */
    public record Tensor(String name, int offset, int rows, int columns) {}

    /** Returns the tensors of σ in their order, without gaps. Branches that the space does not have are left out. */
    public List<Tensor> layout() {
        List<Tensor> tensors = new ArrayList<>();
        if (operations.length() > 0) {
            tensors.add(new Tensor("operations.weight", 0, operations.length(), hidden));
        }
        if (widths.length() > 0) {
            tensors.add(new Tensor("widths.weight", operations.length() * hidden, widths.length(), hidden));
        }
        tensors.add(new Tensor("hidden.bias", bias, 1, hidden));
        tensors.add(new Tensor("code.weight", lastWeight, k, hidden));
        tensors.add(new Tensor("code.bias", lastBias, 1, k));
        return tensors;
    }

    /** Returns σ: the array itself, which an optimiser changes in place. */
    public float[] parameters() {
        return sigma;
    }

    /** Sets σ, for example from a checkpoint. */
    public void setParameters(float[] parameters) {
        InvalidInputException.require(
                parameters.length == sigma.length,
                "number of parameters of the simplex-net",
                parameters.length,
                sigma.length + " for this space, K = " + k + " and h = " + hidden);
        System.arraycopy(parameters, 0, sigma, 0, sigma.length);
    }

    /** Returns the code λ(a) of an architecture. */
    public SimplexCode code(Architecture architecture) {
        return code(architecture, 1);
    }

    /**
     * Returns the code of an architecture with softmax(scale · z): between 1/K for a scale of 0 and λ(a) for 1.
     *
     * @param scale in [0, 1]
     */
    public SimplexCode code(Architecture architecture, double scale) {
        return forward(List.of(architecture), scale).codes().get(0);
    }

    /** Computes the codes of several architectures, and keeps the values that {@link Forward#backward} needs. */
    public Forward forward(List<Architecture> architectures) {
        return forward(architectures, 1);
    }

    /** Computes codes as {@link #forward(List)} does, with softmax(scale · z). */
    public Forward forward(List<Architecture> architectures, double scale) {
        return new Forward(architectures, scale);
    }

    /** A forward pass. Its gradient is valid as long as the parameters do not change. */
    public final class Forward {
        private final int[][] ones;
        private final double[][] activations;
        private final double[][] lambda;
        private final double scale;

        private Forward(List<Architecture> architectures, double scale) {
            this.scale = scale;
            int m = architectures.size();
            ones = new int[m][];
            activations = new double[m][];
            lambda = new double[m][];
            for (int i = 0; i < m; i++) {
                ones[i] = ones(architectures.get(i));
                activations[i] = activations(ones[i]);
                lambda[i] = softmax(lastLayer(activations[i]), scale);
            }
        }

        /** Returns the codes, in the order of the architectures. */
        public List<SimplexCode> codes() {
            List<SimplexCode> codes = new ArrayList<>();
            for (double[] row : lambda) {
                codes.add(SimplexCode.of(toFloats(row)));
            }
            return codes;
        }

        /** Returns the codes before they are rounded to floats, for the tests of the gradient. */
        double[][] lambda() {
            return lambda;
        }

        /**
         * Returns the gradient of the loss with respect to σ.
         *
         * @param dLossDCode ∂L/∂λ of each code, m×K
         * @return ∂L/∂σ in the layout of {@link SimplexNet#parameters()}
         */
        public float[] backward(float[][] dLossDCode) {
            if (dLossDCode.length != lambda.length) {
                throw new IllegalArgumentException(
                        "gradients of " + dLossDCode.length + " codes for " + lambda.length + " architectures");
            }
            double[] gradient = new double[sigma.length];
            for (int i = 0; i < lambda.length; i++) {
                double[] dz = softmaxBackward(lambda[i], dLossDCode[i], scale);
                addLastLayer(gradient, dz, activations[i]);
                addFirstLayer(gradient, dz, activations[i], ones[i]);
            }
            return toFloats(gradient);
        }
    }

    /** Returns the rows of the first layer that an architecture uses: the ones of A(a), then those of C(a). */
    private int[] ones(Architecture drawn) {
        Architecture architecture = encoded.apply(drawn);
        int[] first = operations.ones(architecture);
        int[] second = widths.ones(architecture);
        int[] all = new int[first.length + second.length];
        System.arraycopy(first, 0, all, 0, first.length);
        for (int i = 0; i < second.length; i++) {
            all[first.length + i] = operations.length() + second[i];
        }
        return all;
    }

    /**
     * Returns max(x, 0). A matrix times a one-hot vector is a sum of its columns, here of the rows of the transposed
     * matrix.
     */
    private double[] activations(int[] ones) {
        double[] x = new double[hidden];
        for (int j = 0; j < hidden; j++) {
            x[j] = sigma[bias + j];
        }
        for (int one : ones) {
            int row = one * hidden;
            for (int j = 0; j < hidden; j++) {
                x[j] += sigma[row + j];
            }
        }
        for (int j = 0; j < hidden; j++) {
            x[j] = Math.max(x[j], 0);
        }
        return x;
    }

    private double[] lastLayer(double[] activation) {
        double[] z = new double[k];
        for (int row = 0; row < k; row++) {
            double sum = sigma[lastBias + row];
            for (int j = 0; j < hidden; j++) {
                sum += sigma[lastWeight + row * hidden + j] * activation[j];
            }
            z[row] = sum;
        }
        return z;
    }

    private static double[] softmax(double[] z, double scale) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            max = Math.max(max, value);
        }
        double[] result = new double[z.length];
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            result[i] = Math.exp(scale * (z[i] - max));
            sum += result[i];
        }
        for (int i = 0; i < z.length; i++) {
            result[i] /= sum;
        }
        return result;
    }

    /** Returns ∂L/∂z_k = scale · λ_k (g_k − Σ_j λ_j g_j). */
    private static double[] softmaxBackward(double[] lambda, float[] g, double scale) {
        double mean = 0;
        for (int j = 0; j < lambda.length; j++) {
            mean += lambda[j] * g[j];
        }
        double[] dz = new double[lambda.length];
        for (int j = 0; j < lambda.length; j++) {
            dz[j] = scale * lambda[j] * (g[j] - mean);
        }
        return dz;
    }

    private void addLastLayer(double[] gradient, double[] dz, double[] activation) {
        for (int row = 0; row < k; row++) {
            gradient[lastBias + row] += dz[row];
            for (int j = 0; j < hidden; j++) {
                gradient[lastWeight + row * hidden + j] += dz[row] * activation[j];
            }
        }
    }

    private void addFirstLayer(double[] gradient, double[] dz, double[] activation, int[] ones) {
        for (int j = 0; j < hidden; j++) {
            if (activation[j] > 0) {
                double dx = 0;
                for (int row = 0; row < k; row++) {
                    dx += dz[row] * sigma[lastWeight + row * hidden + j];
                }
                gradient[bias + j] += dx;
                for (int one : ones) {
                    gradient[one * hidden + j] += dx;
                }
            }
        }
    }

    private static float[] toFloats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
