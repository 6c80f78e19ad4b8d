package kshot.data;

import kshot.network.FeatureShape;

/**
 * A batch of images, ready for a network. The arrays belong to the caller that asked for the batch.
 *
 * @param size number of images N, at least 1
 * @param shape channels, height and width of each image
 * @param pixels normalised, N × height × width × channels (channels last)
 * @param labels index of the class of each image
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on to a tensor as they are; batches are never compared.
public record Batch(int size, FeatureShape shape, float[] pixels, long[] labels) {
    public Batch {
        if (size < 1 || pixels.length != size * shape.elements() || labels.length != size) {
            throw new IllegalArgumentException("batch of " + size + " images of " + shape + " with " + pixels.length
                    + " values and " + labels.length + " labels");
        }
    }

    /**
     * Returns the batch with each image mixed with the one at the same place from the end; the labels stay.
     *
     * @param share of the image itself, in [0, 1]; the other has the rest
     */
    public Batch mixed(double share) {
        int values = Math.toIntExact(shape.elements());
        float own = (float) share;
        float[] result = new float[pixels.length];
        for (int image = 0; image < size; image++) {
            int first = image * values;
            int second = (size - 1 - image) * values;
            for (int i = 0; i < values; i++) {
                result[first + i] = own * pixels[first + i] + (1 - own) * pixels[second + i];
            }
        }
        return new Batch(size, shape, result, labels);
    }

    /** Returns the pixels with the channels first, N × channels × height × width, as exported models take them. */
    public float[] channelsFirst() {
        int channels = shape.channels();
        int area = shape.height() * shape.width();
        float[] result = new float[pixels.length];
        for (int image = 0; image < size; image++) {
            for (int p = 0; p < area; p++) {
                for (int c = 0; c < channels; c++) {
                    result[(image * channels + c) * area + p] = pixels[(image * area + p) * channels + c];
                }
            }
        }
        return result;
    }
}
