package kshot.data;

import java.util.SplittableRandom;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.network.FeatureShape;

/** A random variation of training images: a rule that draws the {@link Crop} through which an image is seen. */
public sealed interface Augmentation {
    /** The augmentation that changes nothing: the middle of the image is seen, not mirrored. */
    Augmentation NONE = new None();

    /**
     * Draws the crop of one image in one epoch.
     *
     * @param random the generator; its numbers are drawn in a fixed order
     * @param stored shape of the image
     * @param input shape that the network takes, not larger
     */
    Crop draw(SplittableRandom random, FeatureShape stored, FeatureShape input);

    /** The augmentation {@link #NONE}. */
    record None() implements Augmentation {
        @Override
        public Crop draw(SplittableRandom random, FeatureShape stored, FeatureShape input) {
            return Crop.centre(stored, input);
        }
    }

    /**
     * A crop at a random place of the image with a black border around it. All places are equally likely, and so are
     * mirrored and not mirrored. As in PyTorch's {@code RandomCrop} and {@code RandomHorizontalFlip}, the border is
     * black before normalisation.
     *
     * @param padding width of the border, in pixels, at least 0
     * @param flip whether images may be mirrored
     */
    record CropFlip(int padding, boolean flip) implements Augmentation {
        public CropFlip {
            Range.atLeast(0).require("padding of the crop", padding);
        }

        /** Creates a crop with mirroring. */
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
     * A crop of random area, aspect ratio (3:4 to 4:3, uniform in its logarithm) and place, resized to the input, and
     * mirrored or not with equal probability. It follows Szegedy et al., "Going deeper with convolutions" (2015,
     * arXiv:1409.4842), section 6, as PyTorch's {@code RandomResizedCrop} does: after ten failed attempts the middle is
     * taken.
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

        /** Creates a crop of random size with mirroring. */
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
