package kshot.execute;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A rule by which the class probabilities p_i of independent networks become one: section D of the paper's supplement. */
public enum Ensemble {
    /**
     * The class of the network that is surest of its own: for each class the largest of the p_i. These do not sum to 1, and
     * are divided by their sum where a probability is asked for.
     */
    MAXIMUM {
        @Override
        Tensor combine(Tensor a, Tensor b) {
            return torch.maximum(a, b);
        }
    },
    /** The mean of the p_i. */
    AVERAGE {
        @Override
        Tensor combine(Tensor a, Tensor b) {
            return torch.logaddexp(a, b);
        }
    };

    /** Combines two log-probabilities; the result is right but for a constant. */
    abstract Tensor combine(Tensor a, Tensor b);

    /**
     * Returns the class scores of the ensemble: their softmax are its probabilities.
     *
     * @param scores of each network; at least one
     * @return those of a network alone as they are
     */
    public final Scores scores(List<Scores> scores) {
        return scores.size() == 1
                ? scores.get(0)
                : scores.stream()
                        .map(one -> torch.log_softmax(one.values(), 1))
                        .reduce(this::combine)
                        .map(Scores::new)
                        .orElseThrow();
    }
}
