package kshot.data.image;

import static kshot.data.TestFiles.bytes;
import static kshot.data.TestFiles.values;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelsTest {
    private static Pixels grey(int height, int width, int... values) {
        return new Pixels(new FeatureShape(1, height, width), bytes(values));
    }

    private static int[] all(Pixels pixels) {
        return values(pixels.values(), pixels.values().length);
    }

    @Test
    void planesBecomeInterleaved() {
        Pixels pixels = Pixels.ofPlanes(new FeatureShape(3, 1, 2), bytes(99, 1, 2, 3, 4, 5, 6), 1);
        assertThat(all(pixels)).containsExactly(1, 3, 5, 2, 4, 6);
    }

    @Test
    void colourBecomesLuma() {
        // 0.299 · 255 = 76.2, 0.587 · 255 = 149.7, 0.114 · 255 = 29.1
        Pixels colours = new Pixels(
                new FeatureShape(3, 1, 5), bytes(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 77, 77, 77));
        assertThat(all(colours.withChannels(1))).containsExactly(76, 150, 29, 255, 77);
    }

    @Test
    void greyBecomesThreeChannels() {
        assertThat(all(grey(1, 2, 7, 250).withChannels(3))).containsExactly(7, 7, 7, 250, 250, 250);
    }

    /** The stored rows 1 2 / 3 4 / 5 6, turned as EXIF 2.32 explains each value: 6 is a quarter turn clockwise. */
    @ParameterizedTest
    @CsvSource({
        "1, 1 2 3 4 5 6", "2, 2 1 4 3 6 5", "3, 6 5 4 3 2 1", "4, 5 6 3 4 1 2",
        "5, 1 3 5 2 4 6", "6, 5 3 1 6 4 2", "7, 6 4 2 5 3 1", "8, 2 4 6 1 3 5"
    })
    void orientationIsUndone(int orientation, String expected) {
        Pixels turned = grey(3, 2, 1, 2, 3, 4, 5, 6).oriented(orientation);
        assertThat(turned.shape()).isEqualTo(new FeatureShape(1, orientation < 5 ? 3 : 2, orientation < 5 ? 2 : 3));
        assertThat(String.join(
                        " ",
                        Arrays.stream(all(turned)).mapToObj(String::valueOf).toList()))
                .isEqualTo(expected);
    }

    @Test
    void halvingTakesATriangleOfPixels() {
        // The first output pixel has its centre at 1 and reaches from −1 to 3: weights 3/4, 3/4, 1/4 of pixels 0, 1, 2,
        // divided by their sum: (3 · 0 + 3 · 70 + 140) / 7 = 50; the second (70 + 3 · 140 + 3 · 210) / 7 = 160.
        assertThat(all(grey(1, 4, 0, 70, 140, 210).resized(1, 2))).containsExactly(50, 160);
        assertThat(all(grey(4, 1, 0, 70, 140, 210).resized(2, 1))).containsExactly(50, 160);
    }

    @Test
    void doublingInterpolates() {
        // Centres at 1/4, 3/4, 5/4, 7/4 of pixels with centres at 1/2 and 3/2.
        assertThat(all(grey(1, 2, 0, 100).resized(1, 4))).containsExactly(0, 25, 75, 100);
    }

    @Test
    void aConstantImageStaysConstant() {
        Pixels image = new Pixels(new FeatureShape(3, 37, 53), new byte[3 * 37 * 53]);
        Arrays.fill(image.values(), (byte) 201);
        assertThat(all(image.resized(11, 90))).containsOnly(201);
        assertThat(all(image.centreSquare(64))).containsOnly(201);
    }

    @Test
    void centreSquareCutsTheLongSide() {
        Pixels wide = grey(2, 6, 9, 9, 1, 2, 9, 9, 9, 9, 3, 4, 9, 9);
        assertThat(all(wide.centreSquare(2))).containsExactly(1, 2, 3, 4);
        Pixels tall = grey(4, 2, 9, 9, 1, 2, 3, 4, 9, 9);
        assertThat(all(tall.centreSquare(2))).containsExactly(1, 2, 3, 4);
    }

    @Test
    void eachColourIsResizedByItself() {
        Pixels two = new Pixels(new FeatureShape(3, 1, 2), bytes(0, 100, 200, 100, 200, 0));
        assertThat(all(two.resized(1, 1))).containsExactly(50, 150, 100);
    }
}
