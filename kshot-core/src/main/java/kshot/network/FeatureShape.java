package kshot.network;

/**
 * Shape of the features of one image.
 *
 * @param channels at least 1
 * @param height at least 1, in pixels
 * @param width at least 1, in pixels
 */
public record FeatureShape(int channels, int height, int width) {
    public FeatureShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "feature shape " + channels + "x" + height + "x" + width + ": every extent has to be at least 1");
        }
    }

    /** Returns a map of the same size with another number of channels. */
    public FeatureShape withChannels(int newChannels) {
        return new FeatureShape(newChannels, height, width);
    }

    /**
     * The map after a sliding window: {@code floor((extent + 2 padding - kernel) / stride) + 1} in both directions.
     */
    public FeatureShape slide(int newChannels, int kernel, int stride, int padding) {
        return new FeatureShape(
                newChannels, extent(height, kernel, stride, padding), extent(width, kernel, stride, padding));
    }

    private static int extent(int extent, int kernel, int stride, int padding) {
        int room = extent + 2 * padding - kernel;
        if (room < 0) {
            throw new IllegalArgumentException(
                    "a window of " + kernel + " pixels does not fit into " + extent + " pixels padded by " + padding);
        }
        return room / stride + 1;
    }

    /** Values in the features of one image. */
    public long elements() {
        return (long) channels * height * width;
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
