package kshot.data.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import kshot.network.FeatureShape;

/**
 * Decodes JPEG, PNG, GIF (its first frame) and BMP files, told by their first bytes. Keeps its readers for the next
 * image, which makes small images several times faster; so each thread needs its own.
 *
 * <p>An image is refused by its header, before any memory is taken for it, when it has more than {@value #MAX_PIXELS}
 * pixels. All decoders together hold at most a quarter of the heap in images that are being decoded.
 */
public final class ImageDecoder {
    /** Most pixels of an image. */
    public static final int MAX_PIXELS = 100_000_000;

    /** Most bytes of an image file. */
    public static final int MAX_FILE_BYTES = 64 << 20;

    private static final int BUDGET =
            (int) Math.min(Integer.MAX_VALUE, Math.max(64, Runtime.getRuntime().maxMemory() >> 22));
    private static final Semaphore FREE_MEBIBYTES = new Semaphore(BUDGET);
    private static final int BYTES_PER_PIXEL = 8; // of the decoded image and of its copy as Pixels

    private final Map<String, ImageReader> readers = new HashMap<>();
    private boolean truncated;

    /**
     * Channels (1 for grey, 3 for colour), height and width as the header states them.
     *
     * @throws IOException if the file is no image, broken, or refused
     */
    public FeatureShape shape(InputStream file) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(file)) {
            ImageReader reader = readerFor(in);
            try {
                return shape(reader);
            } finally {
                reader.setInput(null);
            }
        }
    }

    /**
     * The image, upright. Transparent pixels are laid over white; 16-bit samples are scaled to 8 bits.
     *
     * @throws IOException if the file is no image, broken, truncated, or refused
     */
    public Pixels decode(byte[] file) throws IOException {
        try (ImageInputStream in = new ByteArrayImageStream(file)) {
            ImageReader reader = readerFor(in);
            int mebibytes = 0;
            try {
                FeatureShape shape = shape(reader);
                mebibytes = (int) Math.min(BUDGET, ((long) BYTES_PER_PIXEL * shape.height() * shape.width()) >> 20);
                FREE_MEBIBYTES.acquireUninterruptibly(mebibytes);
                Pixels pixels = read(reader);
                return isJpeg(file) ? pixels.oriented(ExifOrientation.of(file)) : pixels;
            } finally {
                FREE_MEBIBYTES.release(mebibytes);
                reader.setInput(null);
            }
        }
    }

    private static boolean isJpeg(byte[] file) {
        return (file[0] & 0xFF) == 0xFF;
    }

    private Pixels read(ImageReader reader) throws IOException {
        truncated = false;
        BufferedImage image = reader.read(0);
        if (truncated) {
            throw new IOException("the file is cut off");
        }
        return Rasters.pixels(image);
    }

    private static FeatureShape shape(ImageReader reader) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
            throw new IOException(width + "x" + height + " pixels; allowed: 1 to " + MAX_PIXELS);
        }
        ImageTypeSpecifier type = reader.getRawImageType(0);
        boolean grey = type != null && Rasters.isGrey(type.getColorModel());
        return new FeatureShape(grey ? 1 : 3, height, width);
    }

    private ImageReader readerFor(ImageInputStream in) throws IOException {
        byte[] start = new byte[4];
        int n = in.read(start);
        in.seek(0);
        String format = n < start.length ? "" : format(start);
        if (format.isEmpty()) {
            throw new IOException("not a JPEG, PNG, GIF or BMP file");
        }
        ImageReader reader = readers.computeIfAbsent(format, this::newReader);
        reader.setInput(in, true, true);
        return reader;
    }

    private ImageReader newReader(String format) {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        // The JPEG reader fills what is missing of the pixels with grey, and only warns. A missing end marker does no
        // harm.
        reader.addIIOReadWarningListener((source, warning) -> truncated |= warning.contains("premature end"));
        return reader;
    }

    private static String format(byte[] start) {
        int first = ((start[0] & 0xFF) << 8) | (start[1] & 0xFF);
        return switch (first) {
            case 0xFFD8 -> "jpeg";
            case 0x8950 -> "png";
            case 0x4749 -> "gif"; // "GI"
            case 0x424D -> "bmp"; // "BM"
            default -> "";
        };
    }
}
