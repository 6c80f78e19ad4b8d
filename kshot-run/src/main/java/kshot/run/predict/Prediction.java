package kshot.run.predict;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classes of one image file by a model.
 *
 * @param file the path of the file
 * @param probabilities the probability of each class, in the order of the model's classes; the sum is 1
 */
public record Prediction(String file, List<Double> probabilities) {
    public Prediction {
        probabilities = List.copyOf(probabilities);
    }

    /** Returns the prediction of the class scores of a model: their softmax. */
    static Prediction of(String file, float[] logits) {
        double largest = IntStream.range(0, logits.length)
                .mapToDouble(c -> logits[c])
                .max()
                .orElseThrow();
        double[] exp = IntStream.range(0, logits.length)
                .mapToDouble(c -> Math.exp(logits[c] - largest))
                .toArray();
        double sum = IntStream.range(0, exp.length).mapToDouble(c -> exp[c]).sum();
        return new Prediction(
                file, IntStream.range(0, exp.length).mapToObj(c -> exp[c] / sum).toList());
    }

    /** Returns the indices of the classes, the likeliest first; of equal ones the first in the model's order. */
    public List<Integer> ranked() {
        return IntStream.range(0, probabilities.size())
                .boxed()
                .sorted(Comparator.comparingDouble(c -> -probabilities.get(c)))
                .toList();
    }

    /** Returns the index of the likeliest class. */
    public int best() {
        return ranked().get(0);
    }
}
