package kshot.run.report;

import java.util.List;
import java.util.stream.IntStream;
import kshot.simplex.SimplexCode;

/**
 * The distribution of the codes λ of architectures: for each supernet k a histogram of λ_k, as in Figure 8 of the paper
 * (arXiv 2106.06442).
 *
 * @param k number of supernets
 * @param edges the borders of the bins, one more than bins, from 0
 * @param shares for each supernet and bin the share of architectures in it, summing to 1 over the bins
 * @param means mean λ_k
 * @param deviations standard deviation of λ_k
 * @param relativeEntropy mean entropy of a code relative to its maximum: 1 if all are uniform, 0 if all are corners
 */
public record CodeDistribution(
        int k,
        List<Double> edges,
        List<List<Double>> shares,
        List<Double> means,
        List<Double> deviations,
        double relativeEntropy) {
    static final int BINS = 40;

    public CodeDistribution {
        edges = List.copyOf(edges);
        shares = shares.stream().map(List::copyOf).toList();
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
    }

    /** Returns the distribution of the codes of at least one architecture. */
    public static CodeDistribution of(List<SimplexCode> codes) {
        int k = codes.get(0).size();
        double top = upperEdge(codes);
        return new CodeDistribution(
                k,
                IntStream.rangeClosed(0, BINS).mapToObj(i -> top * i / BINS).toList(),
                IntStream.range(0, k).mapToObj(i -> shares(codes, i, top)).toList(),
                IntStream.range(0, k).mapToObj(i -> mean(codes, i)).toList(),
                IntStream.range(0, k).mapToObj(i -> deviation(codes, i)).toList(),
                codes.stream()
                        .mapToDouble(SimplexCode::relativeEntropy)
                        .average()
                        .orElseThrow());
    }

    /** Returns the largest entry, rounded up to a tenth: codes near 1/K would else all fall into one bin. */
    private static double upperEdge(List<SimplexCode> codes) {
        double largest = codes.stream()
                .flatMapToDouble(code -> IntStream.range(0, code.size()).mapToDouble(code::get))
                .max()
                .orElseThrow();
        return Math.min(1, Math.ceil(largest * 10) / 10);
    }

    private static List<Double> shares(List<SimplexCode> codes, int k, double top) {
        double[] shares = new double[BINS];
        for (SimplexCode code : codes) {
            int bin = (int) (code.get(k) / top * BINS);
            shares[Math.min(bin, BINS - 1)] += 1.0 / codes.size();
        }
        return IntStream.range(0, BINS).mapToObj(i -> shares[i]).toList();
    }

    private static double mean(List<SimplexCode> codes, int k) {
        return codes.stream().mapToDouble(code -> code.get(k)).average().orElseThrow();
    }

    private static double deviation(List<SimplexCode> codes, int k) {
        double mean = mean(codes, k);
        return Math.sqrt(codes.stream()
                .mapToDouble(code -> (code.get(k) - mean) * (code.get(k) - mean))
                .average()
                .orElseThrow());
    }
}
