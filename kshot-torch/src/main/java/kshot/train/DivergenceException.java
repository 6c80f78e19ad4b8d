package kshot.train;

import java.util.Locale;

/** A training whose loss or gradient is no finite number any more. Its message names both, the step and the rate. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DivergenceException(double loss, double norm, long step, double learningRate, String where) {
        super(String.format(
                Locale.ROOT,
                "loss %s and gradient of norm %s in step %d at learning rate %s%s",
                loss,
                norm,
                step,
                learningRate,
                where));
    }
}
