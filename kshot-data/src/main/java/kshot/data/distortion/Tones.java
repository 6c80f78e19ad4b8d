package kshot.data.distortion;

import java.util.function.DoubleUnaryOperator;
import kshot.network.FeatureShape;

/** Changes of the values of an image, as Pillow's ImageEnhance and ImageOps define them. */
final class Tones {
    private static final int VALUES = 256;
    private static final int LARGEST = 255;
    private static final int RGB = 3;

    private Tones() {}

    /** Returns the image with each value mapped alike. */
    static byte[] mapped(byte[] image, DoubleUnaryOperator map) {
        byte[] table = new byte[VALUES];
        for (int value = 0; value < VALUES; value++) {
            table[value] = clipped(map.applyAsDouble(value));
        }
        byte[] result = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            result[i] = table[image[i] & 0xFF];
        }
        return result;
    }

    /** Returns the mean of the brightness of all pixels. */
    static double meanBrightness(byte[] image, FeatureShape shape) {
        int pixels = shape.height() * shape.width();
        double sum = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            sum += brightness(image, pixel, shape.channels());
        }
        return sum / pixels;
    }

    private static double brightness(byte[] image, int pixel, int channels) {
        int first = pixel * channels;
        return channels == RGB
                ? 0.299 * (image[first] & 0xFF) + 0.587 * (image[first + 1] & 0xFF) + 0.114 * (image[first + 2] & 0xFF)
                : image[first] & 0xFF;
    }

    /** Returns the image with colours that are farther from grey by a factor. */
    static byte[] saturated(byte[] image, FeatureShape shape, double factor) {
        if (shape.channels() != RGB) {
            return image;
        }
        byte[] result = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            double grey = brightness(image, i / RGB, RGB);
            result[i] = clipped(grey + ((image[i] & 0xFF) - grey) * factor);
        }
        return result;
    }

    /**
     * Returns the image with values that are farther by a factor from those of the smoothed image: a pixel weighs 5, each of its eight
     * neighbours 1. The border stays.
     */
    static byte[] sharpened(byte[] image, FeatureShape shape, double factor) {
        int channels = shape.channels();
        int row = shape.width() * channels;
        byte[] result = image.clone();
        for (int y = 1; y < shape.height() - 1; y++) {
            for (int i = y * row + channels; i < (y + 1) * row - channels; i++) {
                int sum = 4 * (image[i] & 0xFF);
                for (int line = i - row; line <= i + row; line += row) {
                    sum += (image[line - channels] & 0xFF) + (image[line] & 0xFF) + (image[line + channels] & 0xFF);
                }
                double smooth = sum / 13.0;
                result[i] = clipped(smooth + ((image[i] & 0xFF) - smooth) * factor);
            }
        }
        return result;
    }

    /** Returns the image with the values of each channel stretched to 0 to 255; a channel of one value stays. */
    static byte[] stretched(byte[] image, int channels) {
        byte[] result = image.clone();
        for (int c = 0; c < channels; c++) {
            int least = LARGEST;
            int largest = 0;
            for (int i = c; i < image.length; i += channels) {
                least = Math.min(least, image[i] & 0xFF);
                largest = Math.max(largest, image[i] & 0xFF);
            }
            for (int i = c; i < image.length && largest > least; i += channels) {
                result[i] = clipped(LARGEST * ((image[i] & 0xFF) - least) / (double) (largest - least));
            }
        }
        return result;
    }

    /** Returns the image with each value of a channel replaced by the share of the channel's smaller values; one of one value stays. */
    static byte[] equalized(byte[] image, int channels) {
        byte[] result = image.clone();
        int pixels = image.length / channels;
        for (int c = 0; c < channels; c++) {
            int[] counts = new int[VALUES];
            int largest = 0;
            for (int i = c; i < image.length; i += channels) {
                counts[image[i] & 0xFF]++;
                largest = Math.max(largest, image[i] & 0xFF);
            }
            int step = (pixels - counts[largest]) / LARGEST;
            if (step == 0) {
                continue;
            }
            int[] table = new int[VALUES];
            int below = step / 2;
            for (int value = 0; value < VALUES; value++) {
                table[value] = Math.min(LARGEST, below / step);
                below += counts[value];
            }
            for (int i = c; i < image.length; i += channels) {
                result[i] = (byte) table[image[i] & 0xFF];
            }
        }
        return result;
    }

    private static byte clipped(double value) {
        return (byte) Math.max(0, Math.min(LARGEST, Math.round(value)));
    }
}
