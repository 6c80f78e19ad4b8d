package kshot.torch;

import java.util.Locale;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** A training whose loss or gradient is no finite number any more. Its message names both, the step and the rate. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DivergenceException(String message) {
        super(message);
    }

    /**
     * Throws unless loss and gradient are finite. Looking at both keeps the weights finite: a finite loss may have a
     * gradient that is not.
     *
     * @param where the end of the message, made only when it is needed
     */
    static void check(Loss.Count count, Tensor gradient, long step, double learningRate, Supplier<String> where) {
        double loss = -count.meanLogLikelihood();
        double norm = LibTorch.norm(gradient);
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new DivergenceException(String.format(
                    Locale.ROOT,
                    "loss %s and gradient of norm %s in step %d at learning rate %s%s",
                    loss,
                    norm,
                    step,
                    learningRate,
                    where.get()));
        }
    }
}
