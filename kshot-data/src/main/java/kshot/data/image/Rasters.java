package kshot.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import kshot.network.FeatureShape;

/**
 * A reader of the samples of a decoded image as they stand in the file. {@code BufferedImage.getRGB} would convert grey
 * values between two brightness curves, and so change them.
 */
final class Rasters {
    private static final int LARGEST_SAMPLE = 16;

    private Rasters() {}

    /** Returns whether all colours are grey, with or without alpha. */
    static boolean isGrey(ColorModel model) {
        if (!(model instanceof IndexColorModel palette)) {
            return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        }
        for (int i = 0; i < palette.getMapSize(); i++) {
            if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
                return false;
            }
        }
        return true;
    }

    static Pixels pixels(BufferedImage image) throws IOException {
        image.coerceData(false); // colours that are multiplied by alpha are divided by it
        Raster raster = image.getRaster();
        ColorModel model = image.getColorModel();
        FeatureShape shape = new FeatureShape(isGrey(model) ? 1 : 3, image.getHeight(), image.getWidth());
        byte[] values = new byte[Math.toIntExact(shape.elements())];
        if (model instanceof IndexColorModel palette) {
            copyPalette(raster, palette, shape, values);
        } else if (raster.getNumBands() != shape.channels() + (model.hasAlpha() ? 1 : 0)) {
            throw new IOException(raster.getNumBands() + " channels; allowed: grey or RGB, with or without alpha");
        } else if (raster.getNumBands() == shape.channels()
                && raster.getTransferType() == DataBuffer.TYPE_BYTE
                && raster.getSampleModel() instanceof ComponentSampleModel) {
            copyBytes(raster, shape, values);
        } else {
            copySamples(raster, shape, values);
        }
        return new Pixels(shape, values);
    }

    /** Copies the samples in the usual case: 8 bits without alpha, directly from the array. */
    private static void copyBytes(Raster raster, FeatureShape shape, byte[] values) {
        ComponentSampleModel model = (ComponentSampleModel) raster.getSampleModel();
        DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
        int channels = shape.channels();
        int middle = (channels - 1) / 2;
        int last = channels - 1;
        // The same array three times in nearly every image; a loop over the channels would take twice as long.
        byte[] reds = buffer.getData(model.getBankIndices()[0]);
        byte[] greens = buffer.getData(model.getBankIndices()[middle]);
        byte[] blues = buffer.getData(model.getBankIndices()[last]);
        int red = model.getBandOffsets()[0];
        int green = model.getBandOffsets()[middle];
        int blue = model.getBandOffsets()[last];
        int stride = model.getPixelStride();
        for (int y = 0; y < shape.height(); y++) {
            int from = y * model.getScanlineStride();
            int end = (y + 1) * shape.width() * channels;
            for (int to = end - shape.width() * channels; to < end; to += channels, from += stride) {
                values[to] = reds[from + red];
                values[to + middle] = greens[from + green];
                values[to + last] = blues[from + blue];
            }
        }
    }

    private static void copyPalette(Raster raster, IndexColorModel palette, FeatureShape shape, byte[] values) {
        int channels = shape.channels();
        byte[] colours = new byte[palette.getMapSize() * channels];
        for (int i = 0; i < palette.getMapSize(); i++) {
            int[] rgb = {palette.getRed(i), palette.getGreen(i), palette.getBlue(i)};
            for (int c = 0; c < channels; c++) {
                colours[i * channels + c] = overWhite(rgb[c], palette.getAlpha(i), 255);
            }
        }
        int[] line = new int[shape.width()];
        for (int y = 0; y < shape.height(); y++) {
            raster.getSamples(0, y, shape.width(), 1, 0, line);
            for (int x = 0; x < line.length; x++) {
                System.arraycopy(colours, line[x] * channels, values, (y * shape.width() + x) * channels, channels);
            }
        }
    }

    /** Copies samples of any depth, with or without alpha. */
    private static void copySamples(Raster raster, FeatureShape shape, byte[] values) throws IOException {
        int bands = raster.getNumBands();
        int channels = shape.channels();
        int[] line = new int[shape.width() * bands];
        int[] largest = new int[bands];
        for (int b = 0; b < bands; b++) {
            int bits = raster.getSampleModel().getSampleSize(b);
            if (bits > LARGEST_SAMPLE || raster.getTransferType() == DataBuffer.TYPE_SHORT) {
                throw new IOException("samples of " + bits + " bits; allowed: up to " + LARGEST_SAMPLE + ", unsigned");
            }
            largest[b] = (1 << bits) - 1;
        }
        for (int y = 0; y < shape.height(); y++) {
            raster.getPixels(0, y, shape.width(), 1, line);
            for (int x = 0; x < shape.width(); x++) {
                int from = x * bands;
                int to = (y * shape.width() + x) * channels;
                for (int c = 0; c < channels; c++) {
                    int value = to8Bits(line[from + c], largest[c]);
                    values[to + c] = bands == channels
                            ? (byte) value
                            : overWhite(value, line[from + channels], largest[channels]);
                }
            }
        }
    }

    private static int to8Bits(int sample, int largest) {
        return (int) ((255L * sample + largest / 2) / largest);
    }

    private static byte overWhite(int value, int alpha, int opaque) {
        return (byte) (255 + Math.round((value - 255) * (float) alpha / opaque));
    }
}
