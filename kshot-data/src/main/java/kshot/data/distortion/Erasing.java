package kshot.data.distortion;

import java.util.Arrays;
import java.util.SplittableRandom;
import kshot.common.Range;
import kshot.network.FeatureShape;

/**
 * A rule by which a rectangle of an image is erased: random erasing (Zhong et al. 2020, doi:10.1609/aaai.v34i07.7000). Its area is 2 to 33 % of
 * the image, its aspect ratio 0.3 to 3.3, uniform in its logarithm; it becomes the mean colour of the training images.
 *
 * @param probability with which an image is erased in part, in [0, 1]
 */
public record Erasing(double probability) {
    /** No erasing. */
    public static final Erasing NONE = new Erasing(0);

    private static final double LEAST_AREA = 0.02;
    private static final double LARGEST_AREA = 0.33;
    private static final double LOG_ASPECT = Math.log(3.3);
    private static final int ATTEMPTS = 10;

    public Erasing {
        Range.atLeast(0).atMost(1).require("probability of erasing", probability);
    }

    /**
     * Erases a part of an image, or none. After ten rectangles that are too long for the image none is erased.
     *
     * @param pixels of several images, each height × width × channels, normalised so that 0 is the mean
     * @param offset of the first number of the image
     */
    public void apply(float[] pixels, int offset, FeatureShape shape, SplittableRandom random) {
        if (random.nextDouble() >= probability) {
            return;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = shape.height()
                    * (double) shape.width()
                    * (LEAST_AREA + (LARGEST_AREA - LEAST_AREA) * random.nextDouble());
            double aspect = Math.exp(LOG_ASPECT * (2 * random.nextDouble() - 1));
            int height = (int) Math.round(Math.sqrt(area * aspect));
            int width = (int) Math.round(Math.sqrt(area / aspect));
            if (height >= 1 && height < shape.height() && width >= 1 && width < shape.width()) {
                int top = random.nextInt(shape.height() - height + 1);
                int left = random.nextInt(shape.width() - width + 1);
                for (int y = top; y < top + height; y++) {
                    int from = offset + (y * shape.width() + left) * shape.channels();
                    Arrays.fill(pixels, from, from + width * shape.channels(), 0);
                }
                return;
            }
        }
    }
}
