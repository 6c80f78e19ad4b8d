package kshot.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import kshot.data.files.FileEntry;
import kshot.network.FeatureShape;

/**
 * A decoder of image files in the formats of {@link ImageFormat}, which are recognised by their first bytes. It keeps its
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

    private static final int BYTES_PER_PIXEL_OF_PLUGIN = 24; // which may hold planes of their own

    private static final int PRINT_COLOURS = 4; // cyan, magenta, yellow, black
    private static final String JDK_READERS = "com.sun.";

    /**
     * A reader of ImageIO.
     *
     * @param format the format that it reads
     * @param ofJdk whether it is the JDK's own
     */
    private record Kind(ImageFormat format, boolean ofJdk) {}

    private final Map<Kind, ImageReader> readers = new HashMap<>();
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
            return with(in, usual(format(in)), ImageDecoder::shape);
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
            ImageFormat format = format(in);
            // The JDK's reader knows nothing of the four colours of printers.
            boolean forPrint = format == ImageFormat.JPEG && JpegScans.components(file) == PRINT_COLOURS;
            return decode(file, in, forPrint ? new Kind(format, false) : usual(format));
        }
    }

    private Pixels decode(byte[] file, ImageInputStream in, Kind kind) throws IOException {
        return with(in, kind, reader -> {
            FeatureShape shape = shape(reader);
            long pixels = (long) shape.height() * shape.width();
            long bytes = pixels * (kind.ofJdk() ? BYTES_PER_PIXEL : BYTES_PER_PIXEL_OF_PLUGIN);
            try (MemoryBudget.Taken taken = PIXELS.take(bytes, shape.width() + "x" + shape.height() + " pixels")) {
                switch (kind.format()) {
                    case JPEG -> JpegScans.check(file, pixels);
                    case WEBP -> WebpChunks.check(file, shape.width(), shape.height());
                    case PNG, GIF, BMP, TIFF, PNM -> {} // nothing that their readers don't check
                }
                return read(reader, kind).oriented(ExifOrientation.of(kind.format(), file));
            }
        });
    }

    private static Kind usual(ImageFormat format) {
        return new Kind(format, format.isOfJdk());
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(ImageReader reader) throws IOException;
    }

    /** Applies a function to the reader of a file. If it fails, the reader is not used again. */
    private <T> T with(ImageInputStream in, Kind kind, Use<T> use) throws IOException {
        ImageReader kept = readers.remove(kind);
        ImageReader reader = kept == null ? newReader(kind) : kept;
        try {
            reader.setInput(in, true, true);
            T result = use.of(reader);
            reader.setInput(null);
            readers.put(kind, reader);
            return result;
        } catch (RuntimeException e) {
            // ImageIO answers a broken file with whatever exception it runs into.
            throw new IOException("damaged " + kind.format() + " file: " + e, e);
        } finally {
            if (!readers.containsKey(kind)) {
                reader.dispose();
            }
        }
    }

    private Pixels read(ImageReader reader, Kind kind) throws IOException {
        truncated = false;
        ImageReadParam parameters = reader.getDefaultReadParam();
        if (!kind.ofJdk() && kind.format() == ImageFormat.JPEG) {
            // Of the colours that the reader offers, those of a screen.
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            while (types.hasNext() && parameters.getDestinationType() == null) {
                ImageTypeSpecifier type = types.next();
                if (type.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_RGB) {
                    parameters.setDestinationType(type);
                }
            }
        }
        BufferedImage image = reader.read(0, parameters);
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

    private ImageReader newReader(Kind kind) {
        Iterator<ImageReader> all =
                ImageIO.getImageReadersByFormatName(kind.format().reader());
        ImageReader reader = all.next();
        while (reader.getClass().getName().startsWith(JDK_READERS) != kind.ofJdk()) {
            reader = all.next();
        }
        // The JPEG reader fills what is missing of the pixels with grey, and only warns. A missing end marker does no
        // harm.
        reader.addIIOReadWarningListener((source, warning) -> truncated |= warning.contains("premature end"));
        return reader;
    }

    private static ImageFormat format(ImageInputStream in) throws IOException {
        byte[] start = new byte[ImageFormat.START];
        int length = Math.max(0, in.read(start));
        in.seek(0);
        return ImageFormat.of(Arrays.copyOf(start, length));
    }
}
