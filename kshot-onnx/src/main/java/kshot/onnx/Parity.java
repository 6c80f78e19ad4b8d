package kshot.onnx;

import kshot.classification.BestClass;

/**
 * The agreement of two programs that run the same network on the logits of the same images.
 *
 * @param images the number of images, at least 1
 * @param maxDifference the largest difference of two logits; not finite if any logit is not finite
 * @param scale the largest expected logit, in absolute value, and at least 1; tolerances are relative to it
 * @param disagreements the number of images for which the two programs choose different classes
 * @param margin largest amount, over these images, by which the expected logit of the expected class exceeds the expected
 *     logit of the class chosen instead; 0 without disagreements
 */
public record Parity(int images, double maxDifference, double scale, int disagreements, double margin) {

    /**
     * Compares two arrays of logits, images×classes.
     *
     * @param expected the logits of the reference program
     * @param actual the logits of the program under test
     * @throws IllegalArgumentException if the two have different shapes, or are empty
     */
    public static Parity compare(float[][] expected, float[][] actual) {
        if (expected.length == 0 || expected.length != actual.length) {
            throw new IllegalArgumentException(
                    "logits of " + actual.length + " images can't be compared with those of " + expected.length);
        }
        double maxDifference = 0;
        double scale = 1;
        int disagreements = 0;
        double margin = 0;
        for (int image = 0; image < expected.length; image++) {
            float[] a = expected[image];
            float[] b = actual[image];
            if (a.length == 0 || a.length != b.length) {
                throw new IllegalArgumentException(
                        "image " + image + ": " + b.length + " logits can't be compared with " + a.length);
            }
            for (int c = 0; c < a.length; c++) {
                // Math.max hands a NaN on.
                maxDifference = Math.max(maxDifference, Math.abs((double) a[c] - b[c]));
                scale = Math.max(scale, Math.abs(a[c]));
            }
            int chosen = BestClass.of(b);
            if (chosen != BestClass.of(a)) {
                disagreements++;
                margin = Math.max(margin, (double) a[BestClass.of(a)] - a[chosen]);
            }
        }
        return new Parity(expected.length, maxDifference, scale, disagreements, margin);
    }

    /**
     * Throws unless {@code maxDifference} and {@code margin} are at most {@code tolerance * scale}. Two classes whose expected
     * logits are that close may well change places, so that a disagreement alone is no failure.
     *
     * @return this
     * @throws ParityException if one of the two is more, or if any logit is not finite
     */
    public Parity requireWithin(double tolerance) {
        // An infinite logit makes the scale infinite too.
        if (!Double.isFinite(maxDifference) || Math.max(maxDifference, margin) > tolerance * scale) {
            throw new ParityException(this, tolerance);
        }
        return this;
    }
}
