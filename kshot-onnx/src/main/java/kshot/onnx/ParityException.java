package kshot.onnx;

import java.util.Locale;

/** The exception thrown when two programs that should compute the same logits do not. */
public final class ParityException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ParityException(Parity parity, double tolerance) {
        super(String.format(
                Locale.ROOT,
                "the logits differ by %.3g where %.3g (%.3g of the largest logit, %.4g) is allowed;"
                        + " %d of %d images get another class, whose expected logit is lower by up to %.3g",
                parity.maxDifference(),
                tolerance * parity.scale(),
                tolerance,
                parity.scale(),
                parity.disagreements(),
                parity.images(),
                parity.margin()));
    }
}
