package kshot.data.image;

import java.util.Arrays;
import kshot.network.FeatureShape;

/**
 * An 8-bit image: {@code values[(y·width + x)·channels + c]}, with one channel (grey) or three (red, green, blue).
 * Operations return a new image, or this one if nothing changes; none modifies the values.
 */
public final class Pixels {
    private final FeatureShape shape;
    private final byte[] values;

    /** Creates an image of the given values, which are not copied. */
    public Pixels(FeatureShape shape, byte[] values) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(values.length + " values for an image of " + shape);
        }
        this.shape = shape;
        this.values = values;
    }

    /** Returns the channels, height and width. */
    public FeatureShape shape() {
        return shape;
    }

    /** Returns the values, height × width × channels. They must not be modified. */
    public byte[] values() {
        return values;
    }

    /**
     * Creates an image from values that come one channel after the other,
     * {@code planes[offset + (c·height + y)·width + x]}.
     */
    public static Pixels ofPlanes(FeatureShape shape, byte[] planes, int offset) {
        int channels = shape.channels();
        int area = shape.height() * shape.width();
        byte[] values = new byte[channels * area];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < area; i++) {
                values[i * channels + c] = planes[offset + c * area + i];
            }
        }
        return new Pixels(shape, values);
    }

    /**
     * Returns the image with one channel or with three. Grey becomes three equal channels; colour becomes its luma by
     * ITU-R BT.601, {@code 0.299 R + 0.587 G + 0.114 B}, in 16-bit fixed point and rounded.
     */
    public Pixels withChannels(int channels) {
        if (channels == shape.channels()) {
            return this;
        }
        int area = shape.height() * shape.width();
        byte[] converted = new byte[area * channels];
        if (channels == 3) {
            for (int i = 0; i < area; i++) {
                Arrays.fill(converted, 3 * i, 3 * i + 3, values[i]);
            }
        } else {
            for (int i = 0; i < area; i++) {
                int luma = 19595 * (values[3 * i] & 0xFF)
                        + 38470 * (values[3 * i + 1] & 0xFF)
                        + 7471 * (values[3 * i + 2] & 0xFF);
                converted[i] = (byte) ((luma + 0x8000) >> 16);
            }
        }
        return new Pixels(shape.withChannels(channels), converted);
    }

    /**
     * Returns the image turned upright.
     *
     * @param orientation the orientation as in EXIF, 1 (upright) to 8; other values count as 1
     */
    public Pixels oriented(int orientation) {
        if (orientation < 2 || orientation > 8) {
            return this;
        }
        boolean transposed = orientation >= 5;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        int channels = shape.channels();
        FeatureShape turned = transposed
                ? new FeatureShape(channels, /* height= */ shape.width(), /* width= */ shape.height())
                : shape;
        byte[] target = new byte[values.length];
        for (int y = 0; y < turned.height(); y++) {
            for (int x = 0; x < turned.width(); x++) {
                int fromY = transposed ? x : y;
                int fromX = transposed ? y : x;
                fromY = fromBottom ? shape.height() - 1 - fromY : fromY;
                fromX = fromRight ? shape.width() - 1 - fromX : fromX;
                System.arraycopy(
                        values,
                        (fromY * shape.width() + fromX) * channels,
                        target,
                        (y * turned.width() + x) * channels,
                        channels);
            }
        }
        return new Pixels(turned, target);
    }

    /** Returns the whole image in another size, which may change its aspect ratio; see {@link Resampling}. */
    public Pixels resized(int height, int width) {
        if (height == shape.height() && width == shape.width()) {
            return this;
        }
        Resampling columns = Resampling.of(0, shape.width(), shape.width(), width);
        Resampling rows = Resampling.of(0, shape.height(), shape.height(), height);
        return Resampling.apply(this, rows, columns);
    }

    /** Returns the largest square in the middle in the given size: the short side is resized, the long side cropped. */
    public Pixels centreSquare(int side) {
        int square = Math.min(shape.height(), shape.width());
        if (square == side && shape.height() == shape.width()) {
            return this;
        }
        double left = (shape.width() - square) / 2.0;
        double top = (shape.height() - square) / 2.0;
        Resampling columns = Resampling.of(left, left + square, shape.width(), side);
        Resampling rows = Resampling.of(top, top + square, shape.height(), side);
        return Resampling.apply(this, rows, columns);
    }
}
