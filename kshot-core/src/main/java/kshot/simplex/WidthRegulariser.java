package kshot.simplex;

import java.util.ArrayList;
import java.util.List;
import kshot.common.Range;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/**
 * The regulariser r_c, Eq. (16), which makes the codes of different channel widths more distinct. The paper states its
 * purpose, its temperature and that it has no parameters; the formula is this project's reconstruction:
 *
 * <pre>
 * r_c = (1/m) Σ_i log(1 + Σ_{j≠i} w_ij exp((s_ij − 1) / τ))
 * </pre>
 *
 * <p>where s_ij is the cosine similarity of the codes λ_i and λ_j, and w_ij in [0, 1] the mean, over the width
 * decisions, of |width_i − width_j| relative to the largest possible. It is 0 when all widths agree and in a space
 * without width decisions, and large when equal codes meet different widths.
 */
public final class WidthRegulariser {
    /** The temperature τ of the paper. */
    public static final double DEFAULT_TEMPERATURE = 0.3;

    private record Width(int decision, List<Integer> channels, double range) {}

    private final List<Width> widths;
    private final double temperature;

    /**
     * Creates the regulariser of a space.
     *
     * @param temperature the temperature τ, above 0
     */
    public WidthRegulariser(SearchSpace space, double temperature) {
        Range.moreThan(0).require("temperature of the regulariser", temperature);
        this.widths = widthsOf(space.decisions());
        this.temperature = temperature;
    }

    /** Returns the width decisions that leave a choice: with one option no difference is possible. */
    private static List<Width> widthsOf(List<Decision> decisions) {
        List<Width> widths = new ArrayList<>();
        for (int i = 0; i < decisions.size(); i++) {
            List<Integer> channels = decisions.get(i).widths();
            if (channels.size() > 1) {
                widths.add(new Width(i, channels, channels.get(channels.size() - 1) - channels.get(0)));
            }
        }
        return widths;
    }

    /**
     * Returns r_c.
     *
     * @param codes the m codes λ_i
     * @param architectures the architecture of each code
     */
    public double value(List<SimplexCode> codes, List<Architecture> architectures) {
        return value(toDoubles(codes, architectures), distances(architectures));
    }

    /**
     * Returns ∂r_c/∂λ_i, where the entries of a code are taken as independent.
     *
     * @return the gradient, m×K
     */
    public float[][] gradient(List<SimplexCode> codes, List<Architecture> architectures) {
        double[][] gradient = gradient(toDoubles(codes, architectures), distances(architectures));
        float[][] rounded = new float[gradient.length][];
        for (int i = 0; i < gradient.length; i++) {
            rounded[i] = new float[gradient[i].length];
            for (int k = 0; k < gradient[i].length; k++) {
                rounded[i][k] = (float) gradient[i][k];
            }
        }
        return rounded;
    }

    /** Returns w_ij, m×m. */
    double[][] distances(List<Architecture> architectures) {
        int m = architectures.size();
        double[][] w = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < i; j++) {
                w[i][j] = distance(architectures.get(i), architectures.get(j));
                w[j][i] = w[i][j];
            }
        }
        return w;
    }

    private double distance(Architecture a, Architecture b) {
        double sum = 0;
        for (Width width : widths) {
            int difference =
                    width.channels.get(a.choice(width.decision)) - width.channels.get(b.choice(width.decision));
            sum += Math.abs(difference) / width.range;
        }
        return widths.isEmpty() ? 0 : sum / widths.size();
    }

    double value(double[][] codes, double[][] w) {
        double sum = 0;
        for (double total : totals(pull(codes, w))) {
            sum += Math.log(total);
        }
        return codes.length == 0 ? 0 : sum / codes.length;
    }

    /**
     * Returns the gradient. With e_ij = w_ij exp((s_ij − 1) / τ) and E_i = 1 + Σ_j e_ij, the pair (i, j) stands in the
     * terms of both its members: ∂r_c/∂s_ij = e_ij (1/E_i + 1/E_j) / (m τ), and ∂s_ij/∂λ_i = (λ_j/|λ_j| − s_ij
     * λ_i/|λ_i|) / |λ_i|.
     */
    double[][] gradient(double[][] codes, double[][] w) {
        int m = codes.length;
        double[][] e = pull(codes, w);
        double[] totals = totals(e);
        double[][] gradient = new double[m][];
        for (int i = 0; i < m; i++) {
            gradient[i] = new double[codes[i].length];
            for (int j = 0; j < m; j++) {
                double ds = e[i][j] * (1 / totals[i] + 1 / totals[j]) / (m * temperature);
                if (ds != 0) {
                    addSimilarity(gradient[i], ds, codes[i], codes[j]);
                }
            }
        }
        return gradient;
    }

    private static void addSimilarity(double[] gradient, double ds, double[] a, double[] b) {
        double normA = Math.sqrt(dot(a, a));
        double normB = Math.sqrt(dot(b, b));
        double s = similarity(a, b);
        for (int k = 0; k < a.length; k++) {
            gradient[k] += ds * (b[k] / normB - s * a[k] / normA) / normA;
        }
    }

    /** Returns e_ij; it is 0 on the diagonal, where w_ij is 0. */
    private double[][] pull(double[][] codes, double[][] w) {
        int m = codes.length;
        double[][] e = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                e[i][j] = w[i][j] * Math.exp((similarity(codes[i], codes[j]) - 1) / temperature);
            }
        }
        return e;
    }

    private static double[] totals(double[][] e) {
        double[] totals = new double[e.length];
        for (int i = 0; i < e.length; i++) {
            totals[i] = 1;
            for (double value : e[i]) {
                totals[i] += value;
            }
        }
        return totals;
    }

    private static double similarity(double[] a, double[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static double[][] toDoubles(List<SimplexCode> codes, List<Architecture> architectures) {
        if (codes.size() != architectures.size()) {
            throw new IllegalArgumentException(codes.size() + " codes for " + architectures.size() + " architectures");
        }
        double[][] rows = new double[codes.size()][];
        for (int i = 0; i < rows.length; i++) {
            SimplexCode code = codes.get(i);
            rows[i] = new double[code.size()];
            for (int k = 0; k < code.size(); k++) {
                rows[i][k] = code.get(k);
            }
        }
        return rows;
    }
}
