package kshot.data.image;

import static kshot.data.TestFiles.bytes;
import static kshot.data.TestFiles.colour;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.filled;
import static kshot.data.TestFiles.grey;
import static kshot.data.TestFiles.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Arrays;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private final ImageDecoder decoder = new ImageDecoder();

    private int[] firstPixel(byte[] file) throws IOException {
        Pixels pixels = decoder.decode(file);
        assertThat(decoder.shape(new ByteArrayInputStream(file))).isEqualTo(pixels.shape());
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
        assertThat(ExifOrientation.of(bytes(0xFF, 0xD8, 0xFF, 0xE1, 0, 10, 'E', 'x', 'i', 'f', 0, 0, 'I')))
                .isEqualTo(1);
        assertThat(ExifOrientation.of(bytes(0xFF, 0xD8))).isEqualTo(1);
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
                .isInstanceOf(Exception.class);
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
                .hasMessage("not a JPEG, PNG, GIF or BMP file");
        assertThatThrownBy(() -> decoder.decode(bytes())).hasMessage("not a JPEG, PNG, GIF or BMP file");
    }

    @Test
    void absurdDimensionsAreRefusedByTheHeader() throws IOException {
        byte[] png = encoded(colour(1, 1, 0), "png");
        // Width and height stand at 16 and 20, four bytes each: 65,536 × 65,536.
        png[17] = 1;
        png[19] = 0;
        png[21] = 1;
        png[23] = 0;
        assertThatThrownBy(() -> decoder.decode(png)).hasMessage("65536x65536 pixels; allowed: 1 to 100000000");
        assertThatThrownBy(() -> decoder.shape(new ByteArrayInputStream(png)))
                .hasMessage("65536x65536 pixels; allowed: 1 to 100000000");
    }
}
