package kshot.study;

import java.util.Collections;
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
 * The similarity and the distance of the codes of architectures, over all pairs.
 *
 * @param similarity mean cosine similarity of two codes whose architectures differ in a decision that counts, in [0, 1]; NaN
 *     without such a pair
 * @param distance mean Euclidean distance of the same, in [0, √2]
 * @param rankCorrelation Spearman's ρ, over all pairs, of that distance with the number of decisions that count and differ
 *     (Hamming); 0 where either is the same for all pairs
 */
record CodeDistances(double similarity, double distance, double rankCorrelation) {
    /** The most architectures whose pairs are all looked at: those of more are neither needed nor quick. */
    static final int MOST = 1000;

    private static final String SIMILARITY = "code_similarity";
    private static final String DISTANCE = "code_distance";
    private static final String RANK_CORRELATION = "distance_to_hamming";

    /** Headings of columns, by the names in JSON. */
    static final Map<String, String> HEADINGS = headings();

    private static Map<String, String> headings() {
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put(SIMILARITY, "cosine similarity");
        headings.put(DISTANCE, "Euclidean distance");
        headings.put(RANK_CORRELATION, "ρ of distance and Hamming distance");
        return Collections.unmodifiableMap(headings);
    }

    /**
     * Returns the distances of some architectures, at least three; of more than {@value #MOST}, of evenly spaced ones.
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

    /** Returns the three numbers by their names in JSON. */
    Map<String, Double> byName() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(SIMILARITY, similarity);
        values.put(DISTANCE, distance);
        values.put(RANK_CORRELATION, rankCorrelation);
        return values;
    }
}
