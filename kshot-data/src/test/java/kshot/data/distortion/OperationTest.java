package kshot.data.distortion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationTest {
    private static final FeatureShape COLOURS = new FeatureShape(3, 30, 40);
    private static final FeatureShape GREY = new FeatureShape(1, 3, 3);
    private static final byte[] NINE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    /** The fixture is of pillow.py, beside it. Pillow cuts fractions off where this rounds, and rounds the mean of a contrast. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BRIGHTNESS 0.5",
                "CONTRAST -0.5",
                "COLOR 0.5",
                "SHARPNESS 0.5",
                "POSTERIZE 0.5",
                "SOLARIZE 0.5",
                "AUTO_CONTRAST 0",
                "EQUALIZE 0"
            })
    void agreesWithPillow(String what) throws IOException {
        Map<String, byte[]> pillow = pillow();
        int space = what.indexOf(' ');
        Operation operation = Operation.valueOf(what.substring(0, space));
        byte[] image = Objects.requireNonNull(pillow.get("image"));
        byte[] expected = Objects.requireNonNull(pillow.get(what));
        byte[] actual = operation.apply(image, COLOURS, Double.parseDouble(what.substring(space + 1)));
        assertThat(expected).isNotEqualTo(image);
        for (int i = 0; i < image.length; i++) {
            assertThat(actual[i] & 0xFF).as("value %s", i).isCloseTo(expected[i] & 0xFF, within(1));
        }
    }

    @Test
    void moves() {
        FeatureShape ten = new FeatureShape(1, 1, 10);
        byte[] row = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        assertThat(Operation.TRANSLATE_X.apply(row, ten, 1)).containsExactly(4, 5, 6, 7, 8, 9, 10, 0, 0, 0);
        assertThat(Operation.TRANSLATE_X.apply(row, ten, -0.32)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(Operation.TRANSLATE_Y.apply(NINE, GREY, 1)).containsExactly(4, 5, 6, 7, 8, 9, 0, 0, 0);
    }

    @Test
    void turnsAndShears() {
        assertThat(new Affine(0, 1, -1, 0, 0, 0).resample(NINE, GREY)).containsExactly(7, 4, 1, 8, 5, 2, 9, 6, 3);
        // By half a pixel to the left above the centre, to the right below it.
        assertThat(new Affine(1, 0.5, 0, 1, 0, 0).resample(new byte[] {2, 4, 6, 4, 5, 6, 2, 4, 6}, GREY))
                .containsExactly(1, 3, 5, 4, 5, 6, 3, 5, 3);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void leavesTheArgumentAsItIs(Operation operation) throws IOException {
        byte[] image = Objects.requireNonNull(pillow().get("image"));
        byte[] before = image.clone();
        for (double strength : new double[] {-1, -0.3, 0.7, 1}) {
            assertThat(operation.apply(image, COLOURS, strength)).hasSameSizeAs(image);
        }
        assertThat(image).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"AUTO_CONTRAST", "EQUALIZE"})
    void noStrengthChangesNothing(Operation operation) throws IOException {
        byte[] image = Objects.requireNonNull(pillow().get("image"));
        assertThat(operation.apply(image, COLOURS, 0)).isEqualTo(image);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void takesAnImageOfOneValue(Operation operation) {
        byte[] flat = {9};
        assertThat(operation.apply(flat, new FeatureShape(1, 1, 1), 0)).isEqualTo(flat);
    }

    private static Map<String, byte[]> pillow() throws IOException {
        try (InputStream stream = OperationTest.class.getResourceAsStream("pillow.txt")) {
            String text = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .collect(Collectors.toMap(
                            line -> line.substring(0, line.lastIndexOf(' ')),
                            line -> HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1))));
        }
    }
}
