package kshot.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import kshot.rank.RankCorrelation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/**
 * How far the codes of architectures are apart, over all pairs.
 *
 * @param similarity mean cosine similarity of two codes whose architectures differ in a decision that counts, in [0, 1]; NaN
 *     without such a pair
 * @param distance mean Euclidean distance of the same, in [0, √2]
 * @param rankCorrelation Spearman's ρ, over all pairs, of that distance with the number of decisions that count and differ
 *     (Hamming); 0 where either is the same for all pairs
 */
record CodeDistances(double similarity, double distance, double rankCorrelation) {
    /** All pairs of more architectures than these are neither needed nor quick. */
    static final int MOST = 1000;

    /**
     * Of some architectures, at least three; of more than {@value #MOST}, evenly spaced ones.
     *
     * @param codes of the architectures, in the same order
     * @param kinds decisions of which kinds count
     */
    static CodeDistances of(
            SearchSpace space, List<Architecture> architectures, List<SimplexCode> codes, List<Decision.Kind> kinds) {
        int[] counting = IntStream.range(0, space.decisions().size())
                .filter(d -> kinds.contains(space.decisions().get(d).kind()))
                .toArray();
        int n = Math.min(architectures.size(), MOST);
        int[] chosen = IntStream.range(0, n)
                .map(i -> (int) ((long) i * architectures.size() / n))
                .toArray();
        double[] hamming = new double[n * (n - 1) / 2];
        double[] euclidean = new double[hamming.length];
        double similarities = 0;
        double distances = 0;
        int different = 0;
        int pair = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                Architecture a = architectures.get(chosen[i]);
                Architecture b = architectures.get(chosen[j]);
                SimplexCode ofA = codes.get(chosen[i]);
                SimplexCode ofB = codes.get(chosen[j]);
                hamming[pair] = IntStream.of(counting)
                        .filter(d -> a.choice(d) != b.choice(d))
                        .count();
                euclidean[pair] = distance(ofA, ofB);
                if (hamming[pair] > 0) {
                    similarities += similarity(ofA, ofB);
                    distances += euclidean[pair];
                    different++;
                }
                pair++;
            }
        }
        return new CodeDistances(
                similarities / different, distances / different, RankCorrelation.spearman(hamming, euclidean));
    }

    private static double distance(SimplexCode a, SimplexCode b) {
        double squares = 0;
        for (int k = 0; k < a.size(); k++) {
            double difference = a.get(k) - b.get(k);
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    private static double similarity(SimplexCode a, SimplexCode b) {
        double product = 0;
        for (int k = 0; k < a.size(); k++) {
            product += (double) a.get(k) * b.get(k);
        }
        return product / Math.sqrt(a.squaredNorm() * b.squaredNorm());
    }

    /** By their names in JSON. */
    Map<String, Double> byName() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("code_similarity", similarity);
        values.put("code_distance", distance);
        values.put("distance_to_hamming", rankCorrelation);
        return values;
    }
}
