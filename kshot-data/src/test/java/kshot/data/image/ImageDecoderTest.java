package kshot.data.image;

import static kshot.data.TestFiles.bytes;
import static kshot.data.TestFiles.colour;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.filled;
import static kshot.data.TestFiles.grey;
import static kshot.data.TestFiles.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import kshot.data.files.FileEntry;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    /** Where a bitmap's header has the number of bytes of its pixels. */
    private static final int BMP_IMAGE_SIZE = 34;

    private final ImageDecoder decoder = new ImageDecoder();

    private static FileEntry entry(byte[] file) {
        return new FileEntry("image", file.length, () -> new ByteArrayInputStream(file));
    }

    private int[] firstPixel(byte[] file) throws IOException {
        Pixels pixels = decoder.decode(file);
        assertThat(decoder.shape(entry(file))).isEqualTo(pixels.shape());
        return values(pixels.values(), pixels.shape().channels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif"})
    void losslessFormatsKeepTheirValues(String format) throws IOException {
        assertThat(firstPixel(encoded(colour(3, 2, 0x102030), format))).containsExactly(0x10, 0x20, 0x30);
    }

    @Test
    void rowsAndColumnsAreInOrder() throws IOException {
        BufferedImage image = colour(3, 2, 0);
        image.setRGB(2, 0, 0x0000FF);
        image.setRGB(0, 1, 0xFF0000);
        Pixels pixels = decoder.decode(encoded(image, "png"));
        assertThat(pixels.shape()).isEqualTo(new FeatureShape(3, 2, 3));
        assertThat(values(pixels.values(), 18))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void greyKeepsItsValues() throws IOException {
        // BufferedImage.getRGB would give 188 for 128 in some of these.
        assertThat(firstPixel(encoded(grey(2, 2, 128), "png"))).containsExactly(128);
        assertThat(firstPixel(encoded(grey(2, 2, 128), "jpg"))).containsExactly(128);
        assertThat(firstPixel(encoded(grey(2, 2, 128), "bmp"))).containsExactly(128);
    }

    @Test
    void jpegIsNear() throws IOException {
        int[] pixel = firstPixel(encoded(colour(16, 16, 0xC08040), "jpg"));
        int[] expected = {0xC0, 0x80, 0x40};
        for (int c = 0; c < 3; c++) {
            assertThat(pixel[c]).isBetween(expected[c] - 4, expected[c] + 4);
        }
    }

    @Test
    void sixteenBitsAreScaled() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 128 * 257);
        assertThat(firstPixel(encoded(image, "png"))).containsExactly(128);

        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
        WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, new int[] {65535, 257, 0});
        assertThat(firstPixel(encoded(new BufferedImage(model, raster, false, null), "png")))
                .containsExactly(255, 1, 0);
    }

    @Test
    void transparentPixelsAreLaidOverWhite() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR);
        image.getRaster().setPixel(0, 0, new int[] {100, 0, 255, 51}); // a fifth of it: 255 − (255 − 100) / 5
        assertThat(firstPixel(encoded(image, "png"))).containsExactly(224, 204, 255);

        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY),
                true,
                false,
                Transparency.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, new int[] {100, 51});
        assertThat(firstPixel(encoded(new BufferedImage(model, raster, false, null), "png")))
                .containsExactly(224);
    }

    @Test
    void palettesAreLookedUp() throws IOException {
        byte[] reds = bytes(10, 200);
        byte[] greens = bytes(20, 100);
        byte[] blues = bytes(30, 50);
        IndexColorModel palette = new IndexColorModel(8, 2, reds, greens, blues, 0);
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        image.getRaster().setSample(0, 0, 0, 1);
        Pixels pixels = decoder.decode(encoded(image, "png"));
        assertThat(values(pixels.values(), 6))
                .as("the second is transparent")
                .containsExactly(200, 100, 50, 255, 255, 255);
    }

    @Test
    void oneBitIsGrey() throws IOException {
        BufferedImage image = filled(new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY), 0xFFFFFF);
        image.setRGB(0, 0, 0);
        Pixels pixels = decoder.decode(encoded(image, "png"));
        assertThat(pixels.shape().channels()).isEqualTo(1);
        assertThat(values(pixels.values(), 2)).containsExactly(0, 255);
    }

    @Test
    void exifOrientationIsHonoured() throws IOException {
        BufferedImage image = colour(32, 16, 0);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                image.setRGB(x, y, 0xFFFFFF); // the left half is white
            }
        }
        for (boolean bigEndian : new boolean[] {true, false}) {
            Pixels turned = decoder.decode(withOrientation(encoded(image, "jpg"), 6, bigEndian));
            assertThat(turned.shape()).isEqualTo(new FeatureShape(3, 32, 16));
            // A quarter turn clockwise brings the left to the top.
            assertThat(turned.values()[0] & 0xFF).isGreaterThan(250);
            assertThat(turned.values()[turned.values().length - 1] & 0xFF).isLessThan(5);
        }
    }

    /** Puts an APP1 segment with an orientation tag after the start of a JPEG. */
    private static byte[] withOrientation(byte[] jpeg, int orientation, boolean bigEndian) throws IOException {
        int[] header = bigEndian
                ? new int[] {
                    'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0
                }
                : new int[] {
                    'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0
                };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(bytes(0xFF, 0xE1, 0, header.length + 8, 'E', 'x', 'i', 'f', 0, 0));
        out.write(bytes(header));
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    @Test
    void brokenExifIsUpright() {
        assertThat(ExifOrientation.of(
                        ImageFormat.JPEG, bytes(0xFF, 0xD8, 0xFF, 0xE1, 0, 10, 'E', 'x', 'i', 'f', 0, 0, 'I')))
                .isEqualTo(1);
        assertThat(ExifOrientation.of(ImageFormat.JPEG, bytes(0xFF, 0xD8))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void cutOffFilesAreErrors(String format) throws IOException {
        BufferedImage image = colour(64, 64, 0);
        for (int i = 0; i < 64 * 64; i++) {
            image.setRGB(i % 64, i / 64, i * 7919);
        }
        byte[] file = encoded(image, format);
        assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(file, file.length / 2)))
                .isInstanceOf(IOException.class);
        assertThat(firstPixel(encoded(colour(1, 1, 0x102030), "png"))).containsExactly(0x10, 0x20, 0x30);
    }

    @Test
    void aJpegWithoutItsEndMarkerIsWhole() throws IOException {
        byte[] file = encoded(grey(8, 8, 128), "jpg");
        assertThat(firstPixel(Arrays.copyOf(file, file.length - 2))).containsExactly(128);
    }

    @Test
    void otherFilesAreErrors() {
        assertThatThrownBy(() -> decoder.decode(bytes('h', 'e', 'l', 'l', 'o')))
                .hasMessage("not a JPEG, PNG, GIF, BMP, WebP, TIFF or PNM file");
        assertThatThrownBy(() -> decoder.decode(bytes())).hasMessage("an empty file");
    }

    /** A file whose header states other extents. */
    private static byte[] stating(String format, int width, int height) throws IOException {
        byte[] file = encoded(format.equals("jpg") ? grey(1, 1, 0) : colour(1, 1, 0), format);
        ByteBuffer header = ByteBuffer.wrap(file);
        switch (format) {
            case "png" -> header.putInt(16, width).putInt(20, height);
            case "bmp" ->
                header.order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height);
            case "jpg" -> {
                int frame = indexOf(file, 0xFF, 0xC0);
                header.putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
            }
            default -> {
                int descriptor = indexOf(file, ',', 0);
                header.order(ByteOrder.LITTLE_ENDIAN)
                        .putShort(descriptor + 5, (short) width)
                        .putShort(descriptor + 7, (short) height);
            }
        }
        return file;
    }

    private static int indexOf(byte[] file, int first, int second) {
        return IntStream.range(0, file.length - 1)
                .filter(i -> (file[i] & 0xFF) == first && (file[i + 1] & 0xFF) == second)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "png, 100000, 100000",
        "jpg, 65500, 65500",
        "gif, 65535, 65535",
        "png, 65536, 1", // more than JPEG and GIF can state, and its few lines would be long
        "png, 10001, 10000"
    })
    void absurdDimensionsAreRefusedByTheHeader(String format, int width, int height) throws IOException {
        byte[] file = stating(format, width, height);
        String message = width + "x" + height + " pixels; allowed: sides of 1 to 65535, and up to 100000000 pixels";
        assertThatThrownBy(() -> decoder.decode(file))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> decoder.shape(entry(file)))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    /** Some releases of Java refuse a bitmap's size themselves, in words of their own. */
    @Test
    void anAbsurdBitmapIsRefused() throws IOException {
        byte[] file = stating("bmp", 20_000, 20_000);
        assertThatThrownBy(() -> decoder.decode(file)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> decoder.shape(entry(file))).isInstanceOf(IOException.class);
    }

    @Test
    void aSizeBelowZeroIsAnErrorAndTheNextImageIsRead() throws IOException {
        BufferedImage palette = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
        byte[] file = runLengthEncoded(palette);
        assertThat(firstPixel(file)).hasSize(3);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(BMP_IMAGE_SIZE, -1);
        assertThatThrownBy(() -> decoder.decode(file)).isInstanceOf(IOException.class);
        assertThat(firstPixel(encoded(colour(3, 2, 0x102030), "bmp"))).containsExactly(0x10, 0x20, 0x30);
    }

    private static byte[] runLengthEncoded(BufferedImage image) throws IOException {
        return written(image, "bmp", options -> {
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            options.setCompressionType("BI_RLE8");
        });
    }

    private static byte[] written(BufferedImage image, String format, Consumer<ImageWriteParam> change)
            throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam options = writer.getDefaultWriteParam();
        change.accept(options);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5}) // JPEG, PNG
    void aBmpThatHoldsAnotherFileIsRefused(int compression) throws IOException {
        byte[] file = encoded(colour(1, 1, 0), "bmp");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(30, compression);
        assertThatThrownBy(() -> decoder.shape(entry(file)))
                .hasMessage("a BMP file that holds a JPEG or PNG file is not read");
    }

    /** The last scan of a progressive JPEG, some fifty bytes, {@code times} more. */
    private static byte[] withScans(byte[] jpeg, int times) throws IOException {
        int start = 0;
        for (int i = 0; i + 1 < jpeg.length; i++) {
            boolean table = (jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == 0xC4;
            start = table ? i : start;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < times; i++) {
            out.write(jpeg, start, jpeg.length - 2 - start);
        }
        out.write(jpeg, jpeg.length - 2, 2);
        return out.toByteArray();
    }

    @Test
    void scansOfAJpegAreBounded() throws IOException {
        byte[] small = written(grey(16, 16, 7), "jpg", o -> o.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
        assertThat(firstPixel(withScans(small, 900))).containsExactly(7);
        byte[] many = withScans(small, 1000);
        assertThatThrownBy(() -> decoder.decode(many))
                .hasMessage(
                        "1006 scans of 256 pixels; allowed: up to 1000 scans, and 2000000000 pixels in all of them");
        byte[] large = written(grey(3000, 2000, 7), "jpg", o -> o.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
        byte[] hours = withScans(large, 330); // of 6,000,000 pixels: 336 scans have 2,016,000,000
        assertThatThrownBy(() -> decoder.decode(hours)).hasMessageStartingWith("336 scans of 6000000 pixels; allowed:");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ImageDecoderTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lossless.webp", "lossy.webp", "alpha.webp", "lzw.tiff", "deflate.tiff", "colour.ppm", "cmyk.jpg"
            })
    void readsWhatPillowWrites(String name) throws IOException {
        Pixels image = decoder.decode(resource(name));
        assertThat(image.shape()).isEqualTo(new FeatureShape(3, 8, 16));
        boolean exact = !name.equals("lossy.webp") && !name.equals("cmyk.jpg");
        int[] right = name.equals("alpha.webp") ? new int[] {255, 255, 255} : new int[] {20, 120, 240};
        assertPixel(image, 0, exact ? 0 : 5, 200, 40, 80);
        assertPixel(image, 15, exact ? 0 : 5, right);
    }

    private static void assertPixel(Pixels image, int index, int tolerance, int... expected) {
        for (int c = 0; c < expected.length; c++) {
            assertThat(image.values()[index * expected.length + c] & 0xFF).isCloseTo(expected[c], within(tolerance));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey.tiff", "grey16.tiff", "grey.pgm"})
    void greyOfOtherFormatsStaysGrey(String name) throws IOException {
        Pixels image = decoder.decode(resource(name));
        assertThat(image.shape()).isEqualTo(new FeatureShape(1, 8, 16));
        assertPixel(image, 0, 0, 200);
        assertPixel(image, 15, 0, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"turned.webp", "turned.png", "turned.tiff"})
    void otherFormatsAreTurnedUprightToo(String name) throws IOException {
        Pixels image = decoder.decode(resource(name));
        assertThat(image.shape()).isEqualTo(new FeatureShape(3, 16, 8));
        assertPixel(image, 0, 0, 200, 40, 80); // a quarter turn clockwise brings the left to the top
        assertPixel(image, 16 * 8 - 1, 0, 20, 120, 240);
    }

    @Test
    void samplesThatAreNoBytesAreRefused() throws IOException {
        byte[] file = resource("float.tiff");
        assertThatThrownBy(() -> decoder.decode(file)).hasMessage("samples of 32 bits; allowed: up to 16, unsigned");
    }

    @Test
    void formatsThatAreNotReadSayWhatToDo() {
        assertThatThrownBy(() -> decoder.decode("\0\0\0\u0018ftypheic....".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage("a HEIC, AVIF or video file: convert it to JPEG or PNG");
        assertThatThrownBy(() -> decoder.decode("<svg xmlns=\"x\"/>".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage("SVG, HTML or XML text, not a JPEG, PNG, GIF, BMP, WebP, TIFF or PNM file");
    }

    @Test
    void aWebpFrameLargerThanItsPictureIsRefused() throws IOException {
        byte[] file = resource("turned.webp"); // RIFF header, canvas, then the frame at 30 with its size at 39
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(39, 0x0FFFFFFF);
        assertThatThrownBy(() -> decoder.decode(file))
                .hasMessage("damaged WEBP file: a frame of 16384x16384 pixels in a picture of 16x8");
        byte[] cut = resource("turned.webp");
        ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putInt(34, 1 << 30);
        assertThatThrownBy(() -> decoder.decode(cut)).hasMessage("the file is cut off");
    }
}
