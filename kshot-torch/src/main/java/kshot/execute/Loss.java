package kshot.execute;

import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The cross-entropy, and what is counted of class scores. */
public final class Loss {
    /** The label that libtorch's loss leaves out; no class has it. */
    private static final long NO_LABEL = -100;

    private static final long MEAN = 1;

    private Loss() {}

    /**
     * Returns the mean cross-entropy of a batch with label smoothing (Szegedy et al. 2016, doi:10.1109/CVPR.2016.308).
     *
     * @param scores N×classes
     * @param targets N class indices, or N×classes shares of the classes
     * @param smoothing share of the uniform distribution in the targets, in [0, 1)
     */
    public static Tensor crossEntropy(Tensor scores, Tensor targets, double smoothing) {
        return torch.cross_entropy_loss(scores, targets, new TensorOptional(), MEAN, NO_LABEL, smoothing);
    }

    /**
     * Returns the gradient of {@link #crossEntropy} in the scores.
     *
     * @return N×classes
     */
    public static Tensor gradient(Tensor scores, Tensor targets, double smoothing) {
        Tensor leaf = scores.detach();
        leaf.requires_grad_(true);
        crossEntropy(leaf, targets, smoothing).backward();
        return leaf.grad();
    }

    /** The number of images, of correct ones among them, and the summed log-likelihood. */
    public record Count(long images, long correct, double logLikelihood) {
        /** The count of no images. */
        public static final Count NONE = new Count(0, 0, 0);

        /** Returns what the numbers of a {@link CountTensor} say. */
        public static Count of(double... numbers) {
            return new Count(Math.round(numbers[0]), Math.round(numbers[1]), numbers[2]);
        }

        /** Returns the count of all images together. */
        public static Count sum(Stream<Count> counts) {
            return counts.reduce(NONE, Count::plus);
        }

        /** Returns the count of both together. */
        public Count plus(Count other) {
            return new Count(images + other.images, correct + other.correct, logLikelihood + other.logLikelihood);
        }

        /** Returns the share of images whose highest score is that of their class. */
        public double accuracy() {
            return (double) correct / images;
        }

        /** Returns the mean log-likelihood of an image. */
        public double meanLogLikelihood() {
            return logLikelihood / images;
        }
    }
}
