package kshot.data.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import kshot.data.files.FileEntry;
import kshot.network.FeatureShape;

/**
 * A decoder of JPEG, PNG, GIF (first frame) and BMP files, which are recognised by their first bytes. It keeps its
 * readers for the next image, which makes small images several times faster; so each thread needs its own decoder.
 *
 * <p>An image that is too large, or needs more than a quarter of the heap, is refused by its header, before memory is
 * taken for it. All decoders together hold no more than that quarter, and encoded files no more than an eighth of the
 * heap.
 */
public final class ImageDecoder {
    /** The largest number of pixels of an image. */
    public static final int MAX_PIXELS = 100_000_000;

    /** The longest side of an image, in pixels: the most that JPEG and GIF can state. */
    public static final int MAX_SIDE = 65_535;

    /** The largest image file, in bytes. */
    public static final int MAX_FILE_BYTES = 64 << 20;

    private static final MemoryBudget PIXELS = new MemoryBudget(1 / 4.0);
    private static final MemoryBudget FILES = new MemoryBudget(1 / 8.0);

    /**
     * The memory for each pixel: the decoded image, in the worst case four samples of 16 bits, and its copy as
     * {@link Pixels}.
     */
    private static final int BYTES_PER_PIXEL = 12;

    private static final String NO_IMAGE = "not a JPEG, PNG, GIF or BMP file";
    private static final int BMP_HEADER = 34;
    private static final int BMP_COMPRESSION = 30;
    private static final int BMP_JPEG = 4;
    private static final int BMP_PNG = 5;

    private final Map<String, ImageReader> readers = new HashMap<>();
    private boolean truncated;

    /**
     * Returns the channels (1 for grey, 3 for colour), height and width that the header states.
     *
     * @throws IOException if the file is no image, broken, or refused
     */
    public FeatureShape shape(FileEntry file) throws IOException {
        try (MemoryBudget.Taken taken = FILES.take(file.size(), "the file");
                InputStream stream = file.open(MAX_FILE_BYTES);
                ImageInputStream in = new MemoryCacheImageInputStream(stream)) {
            return with(in, ImageDecoder::shape);
        }
    }

    /**
     * Decodes an image and turns it upright. Transparent pixels are laid over white; 16-bit samples are scaled to 8
     * bits.
     *
     * @throws IOException if the file is no image, broken, truncated, or refused
     */
    public Pixels decode(FileEntry file) throws IOException {
        try (MemoryBudget.Taken taken = FILES.take(2 * file.size(), "the file")) { // which grows while it is read
            return decode(file.read(MAX_FILE_BYTES));
        }
    }

    /** Decodes a file in memory, as {@link #decode(FileEntry)} does. */
    Pixels decode(byte[] file) throws IOException {
        try (ImageInputStream in = new ByteArrayImageStream(file)) {
            return with(in, reader -> {
                FeatureShape shape = shape(reader);
                long pixels = (long) shape.height() * shape.width();
                String what = shape.width() + "x" + shape.height() + " pixels";
                try (MemoryBudget.Taken taken = PIXELS.take(BYTES_PER_PIXEL * pixels, what)) {
                    if (!isJpeg(file)) {
                        return read(reader);
                    }
                    JpegScans.check(file, pixels);
                    return read(reader).oriented(ExifOrientation.of(file));
                }
            });
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(ImageReader reader) throws IOException;
    }

    /** Applies a function to the reader of a file. If it fails, the reader is not used again. */
    private <T> T with(ImageInputStream in, Use<T> use) throws IOException {
        String format = format(in);
        ImageReader reader = readers.containsKey(format) ? readers.remove(format) : newReader(format);
        try {
            reader.setInput(in, true, true);
            T result = use.of(reader);
            reader.setInput(null);
            readers.put(format, reader);
            return result;
        } catch (RuntimeException e) {
            // ImageIO answers a broken file with whatever exception it runs into.
            throw new IOException("damaged " + format.toUpperCase(Locale.ROOT) + " file: " + e, e);
        } finally {
            if (!readers.containsKey(format)) {
                reader.dispose();
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
        boolean fits = Math.min(width, height) >= 1 && Math.max(width, height) <= MAX_SIDE;
        if (!fits || (long) width * height > MAX_PIXELS) {
            throw new IOException(width + "x" + height + " pixels; allowed: sides of 1 to " + MAX_SIDE + ", and up to "
                    + MAX_PIXELS + " pixels");
        }
        ImageTypeSpecifier type = reader.getRawImageType(0);
        boolean grey = type != null && Rasters.isGrey(type.getColorModel());
        return new FeatureShape(grey ? 1 : 3, height, width);
    }

    private ImageReader newReader(String format) {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        // The JPEG reader fills what is missing of the pixels with grey, and only warns. A missing end marker does no
        // harm.
        reader.addIIOReadWarningListener((source, warning) -> truncated |= warning.contains("premature end"));
        return reader;
    }

    private static String format(ImageInputStream in) throws IOException {
        byte[] start = new byte[BMP_HEADER];
        int length = in.read(start);
        in.seek(0);
        if (length < 2) {
            throw new IOException(NO_IMAGE);
        }
        int first = ((start[0] & 0xFF) << 8) | (start[1] & 0xFF);
        return switch (first) {
            case 0xFFD8 -> "jpeg";
            case 0x8950 -> "png";
            case 0x4749 -> "gif"; // "GI"
            case 0x424D -> bmp(start, length); // "BM"
            default -> throw new IOException(NO_IMAGE);
        };
    }

    /** Checks a BMP file. JPEG and PNG files inside a BMP are meant for printers, and would bypass the checks here. */
    private static String bmp(byte[] start, int length) throws IOException {
        int compression = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(BMP_COMPRESSION);
        if (length == BMP_HEADER && (compression == BMP_JPEG || compression == BMP_PNG)) {
            throw new IOException("a BMP file that holds a JPEG or PNG file is not read");
        }
        return "bmp";
    }
}
