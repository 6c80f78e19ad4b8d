package kshot.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.search.model.Aggregate;

/**
 * The scores of an architecture: numbers by name, in the order in which they were added. By each of them the larger of two
 * numbers is the better one.
 *
 * @param byName the numbers; each is finite
 */
public record Scores(Map<String, Double> byName) {
    /** Name of an accuracy: a share of images that are classified right, in [0, 1]. The score of the paper. */
    public static final String ACCURACY = "accuracy";

    /** Name of a mean log-likelihood: that of the true classes, at most 0. */
    public static final String LOG_LIKELIHOOD = "log_likelihood";

    /** Name of the multiply-adds of an image. */
    public static final String FLOPS = "flops";

    /** Name of the multiply-adds of an image in layers on a path from the images to the class scores. */
    public static final String LIVE_FLOPS = "live_flops";

    /** Name of the number of learnable numbers. */
    public static final String PARAMETERS = "params";

    /** Name of the sum of the logarithms of widths. */
    public static final String LOG_WIDTHS = "log_widths";

    /** Name of the {@linkplain kshot.network.Paths#kernelExtent kernel extent}. */
    public static final String KERNEL_EXTENT = "kernel_extent";

    /** Name of the length of the {@linkplain kshot.network.Paths#shortest shortest path}, negated. */
    public static final String SHORTEST_PATH = "shortest_path";

    /** Name of the {@linkplain Aggregate aggregate} of several scores. */
    public static final String AGGREGATE = "aggregate";

    /** Name of the Jacobian covariance of untrained networks. */
    public static final String JACOBIAN_COVARIANCE = "jacov";

    /** Name of the accuracy of a network that was trained alone, on images that did not train it. */
    public static final String STANDALONE_ACCURACY = "standalone_accuracy";

    /** Name of the mean log-likelihood of a network that was trained alone, on images that did not train it. */
    public static final String STANDALONE_LOG_LIKELIHOOD = "standalone_log_likelihood";

    public Scores {
        Map<String, Double> copy = new LinkedHashMap<>(byName);
        copy.forEach((name, score) -> {
            if (!Double.isFinite(score)) {
                throw new IllegalArgumentException("score '" + name + "': " + score + " is not finite");
            }
        });
        byName = Collections.unmodifiableMap(copy);
    }

    /** Returns scores of one name. */
    public static Scores of(String name, double score) {
        return new Scores(Map.of(name, score));
    }

    /** Returns these scores and one more, which replaces a score of its name. */
    public Scores with(String name, double score) {
        Map<String, Double> more = new LinkedHashMap<>(byName);
        more.put(name, score);
        return new Scores(more);
    }

    /** Returns these scores and others, which replace those of their names. */
    public Scores and(Scores others) {
        Map<String, Double> more = new LinkedHashMap<>(byName);
        more.putAll(others.byName);
        return new Scores(more);
    }

    /**
     * Returns the score of a name.
     *
     * @throws InvalidInputException naming the scores that there are, if this is none of them
     */
    public double get(String name) {
        Double score = byName.get(name);
        if (score == null) {
            throw InvalidInputException.of("score", "'" + name + "'", String.join(", ", byName.keySet()));
        }
        return score;
    }

    /** Returns the score of a name; NaN if there is none. */
    public double getOrNaN(String name) {
        return byName.getOrDefault(name, Double.NaN);
    }

    /**
     * Returns the mean of each score.
     *
     * @param all at least one, of the same names
     */
    static Scores mean(List<Scores> all) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (String name : all.get(0).byName.keySet()) {
            means.put(
                    name,
                    all.stream()
                            .mapToDouble(scores -> scores.get(name))
                            .average()
                            .orElseThrow());
        }
        return new Scores(means);
    }
}
