package kshot.data;

import kshot.common.Seed;
import kshot.network.FeatureShape;

/**
 * A data set, ready to train on.
 *
 * @param train training images
 * @param test test images, of the same shape and classes
 * @param normalization the mean and standard deviation of the training images
 * @param suggested the augmentation that suits these images
 * @param report a description of what was read
 */
public record Dataset(
        ImageSet train, ImageSet test, Normalization normalization, Augmentation suggested, DatasetReport report) {
    public Dataset {
        if (!train.shape().equals(test.shape()) || !train.classes().equals(test.classes())) {
            throw new IllegalArgumentException("training set of " + train + ", test set of " + test);
        }
    }

    /** Returns the shape of a network's input. The images may be larger, which leaves room for crops. */
    public FeatureShape inputShape() {
        return report.inputShape();
    }

    /** Returns batches of training images, varied as suits them. */
    public TrainingBatches trainingBatches(ImageSet images, int batchSize, Seed seed) {
        return new TrainingBatches(images, batchSize, inputShape(), normalization, suggested, seed);
    }

    /** Returns batches of images that are evaluated, not varied. */
    public EvaluationBatches evaluationBatches(ImageSet images, int batchSize) {
        return new EvaluationBatches(images, batchSize, inputShape(), normalization);
    }
}
