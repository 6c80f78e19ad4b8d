package kshot.simplex;

import java.util.List;

/**
 * The variety of the codes of some architectures, and what a training has done to them.
 *
 * @param relativeEntropy mean entropy of a code relative to its maximum: 1 if all are equal shares, 0 if all are corners
 * @param spread root of the mean square distance of a code from the mean code: 0 if all architectures have one code
 * @param drift root of the mean square distance of a code from where it began
 * @param common share of the drift that is common to all architectures, in [0, 1]: the square of the mean way, by the mean of the
 *     squares; 0 without drift. What is common says nothing of an architecture
 */
public record CodeStatistics(double relativeEntropy, double spread, double drift, double common) {

    /**
     * Returns the statistics of codes.
     *
     * @param start codes of at least one architecture at the start of a training
     * @param now those of the same architectures now, in the same order
     */
    public static CodeStatistics of(List<SimplexCode> start, List<SimplexCode> now) {
        int n = now.size();
        int k = now.get(0).size();
        double[] mean = new double[k];
        double[] meanWay = new double[k];
        double entropy = 0;
        for (int i = 0; i < n; i++) {
            entropy += now.get(i).relativeEntropy() / n;
            for (int j = 0; j < k; j++) {
                mean[j] += (double) now.get(i).get(j) / n;
                meanWay[j] += ((double) now.get(i).get(j) - start.get(i).get(j)) / n;
            }
        }
        double spread = 0;
        double drift = 0;
        double common = 0;
        for (int j = 0; j < k; j++) {
            common += meanWay[j] * meanWay[j];
            for (int i = 0; i < n; i++) {
                spread += Math.pow(now.get(i).get(j) - mean[j], 2) / n;
                drift += Math.pow((double) now.get(i).get(j) - start.get(i).get(j), 2) / n;
            }
        }
        return new CodeStatistics(
                entropy, Math.sqrt(spread), Math.sqrt(drift), drift > 0 ? Math.min(1, common / drift) : 0);
    }
}
