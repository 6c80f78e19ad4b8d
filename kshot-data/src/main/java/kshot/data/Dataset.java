package kshot.data;

import kshot.network.FeatureShape;

/**
 * A data set, ready to train on.
 *
 * @param train training images
 * @param test test images, of the same shape and classes
 * @param normalization of the training images
 * @param suggested the augmentation that suits these images
 * @param report what was read
 */
public record Dataset(
        ImageSet train, ImageSet test, Normalization normalization, Augmentation suggested, DatasetReport report) {
    public Dataset {
        if (!train.shape().equals(test.shape()) || !train.classes().equals(test.classes())) {
            throw new IllegalArgumentException("training set of " + train + ", test set of " + test);
        }
    }

    /** Shape that a network takes; the images may be larger, for crops. */
    public FeatureShape inputShape() {
        return report.inputShape();
    }
}
