package kshot.data;

import java.util.SplittableRandom;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.network.FeatureShape;

/** How a training image is varied: a rule that draws the {@link Crop} through which it is seen. */
public sealed interface Augmentation {
    /** No variation: the middle of the image. */
    Augmentation NONE = new None();

    /**
     * The window of one image in one epoch.
     *
     * @param random drawn from in a fixed order
     * @param stored shape of the image
     * @param input shape that the network takes, not larger
     */
    Crop draw(SplittableRandom random, FeatureShape stored, FeatureShape input);

    /** See {@link #NONE}. */
    record None() implements Augmentation {
        @Override
        public Crop draw(SplittableRandom random, FeatureShape stored, FeatureShape input) {
            return Crop.centre(stored, input);
        }
    }

    /**
     * A crop at any place of the image surrounded by black, each place equally likely; and mirrored or not with equal
     * probability. As PyTorch's {@code RandomCrop} and {@code RandomHorizontalFlip}, the border is black before
     * normalisation.
     *
     * @param padding width of the border, in pixels, at least 0
     * @param flip whether images may be mirrored
     */
    record CropFlip(int padding, boolean flip) implements Augmentation {
        public CropFlip {
            Range.atLeast(0).require("padding of the crop", padding);
        }

        /** With mirroring. */
        public CropFlip(int padding) {
            this(padding, true);
        }

        @Override
        public Crop draw(SplittableRandom random, FeatureShape stored, FeatureShape input) {
            int top = random.nextInt(stored.height() + 2 * padding - input.height() + 1) - padding;
            int left = random.nextInt(stored.width() + 2 * padding - input.width() + 1) - padding;
            return new Crop(top, left, input.height(), input.width(), flip && random.nextBoolean());
        }
    }

    /**
     * A part of the image of random area, aspect (3:4 to 4:3, uniform in its logarithm) and place, resized to the input;
     * mirrored or not with equal probability. After Szegedy et al., "Going deeper with convolutions" (2015,
     * arXiv:1409.4842), section 6, as PyTorch's {@code RandomResizedCrop}: ten attempts, then the middle.
     *
     * @param minScale smallest area, as a fraction of the image, more than 0
     * @param maxScale largest area, at most 1
     * @param flip whether images may be mirrored
     */
    record RandomResizedCrop(double minScale, double maxScale, boolean flip) implements Augmentation {
        private static final double LOG_ASPECT = Math.log(4.0 / 3);
        private static final int ATTEMPTS = 10;

        public RandomResizedCrop {
            InvalidInputException.require(
                    minScale > 0 && minScale <= maxScale && maxScale <= 1,
                    "scale of the random crop",
                    minScale + " to " + maxScale,
                    "a range inside of 0 to 1, 0 excluded");
        }

        /** With mirroring. */
        public RandomResizedCrop(double minScale, double maxScale) {
            this(minScale, maxScale, true);
        }

        @Override
        public Crop draw(SplittableRandom random, FeatureShape stored, FeatureShape input) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                double area = stored.height() * (double) stored.width() * uniform(random, minScale, maxScale);
                double aspect = Math.exp(uniform(random, -LOG_ASPECT, LOG_ASPECT));
                int width = (int) Math.round(Math.sqrt(area * aspect));
                int height = (int) Math.round(Math.sqrt(area / aspect));
                if (width >= 1 && width <= stored.width() && height >= 1 && height <= stored.height()) {
                    int top = random.nextInt(stored.height() - height + 1);
                    int left = random.nextInt(stored.width() - width + 1);
                    return new Crop(top, left, height, width, flip && random.nextBoolean());
                }
            }
            return Crop.centre(stored, input);
        }

        private static double uniform(SplittableRandom random, double low, double high) {
            return low + (high - low) * random.nextDouble();
        }
    }
}
