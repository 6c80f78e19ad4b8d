package kshot.data.distortion;

import java.util.SplittableRandom;
import kshot.network.FeatureShape;

/** A rule by which the pixels of training images are distorted, before a part of the image is seen. */
public enum Distortion {
    /** None: the pixels stay as they are. */
    NONE {
        @Override
        public byte[] of(byte[] image, FeatureShape shape, SplittableRandom random) {
            return image;
        }
    },
    /**
     * TrivialAugment (Müller and Hutter 2021, doi:10.1109/ICCV48922.2021.00081): one of fourteen operations, such as rotation, shear,
     * contrast and equalization, each as likely as the others, with a strength that is uniform in its range.
     */
    TRIVIAL_AUGMENT {
        @Override
        public byte[] of(byte[] image, FeatureShape shape, SplittableRandom random) {
            Operation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
            return operation.apply(image, shape, 2 * random.nextDouble() - 1);
        }
    };

    private static final Operation[] OPERATIONS = Operation.values();

    /**
     * Returns an image, distorted at random; the argument stays as it is.
     *
     * @param image height × width × channels
     * @param random the generator
     */
    public abstract byte[] of(byte[] image, FeatureShape shape, SplittableRandom random);
}
