package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.network.FeatureShape;
import kshot.onnx.Preprocessing.Colours;
import kshot.onnx.Preprocessing.Resize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {
    @Test
    void saysItInWords() {
        assertThat(new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.STRETCH).metadata())
                .isEqualTo(Map.of(
                        "kshot.colours", "grey",
                        "kshot.maximum", "255",
                        "kshot.mean", "0.286",
                        "kshot.deviation", "0.353",
                        "kshot.resize", "stretch"));
    }

    @Test
    void isReadFromItsWords() {
        FeatureShape input = new FeatureShape(3, 48, 48);
        Preprocessing photos =
                new Preprocessing(Colours.RGB, 255, List.of(0.5, 0.25, 0.125), List.of(0.2, 0.2, 0.3), Resize.crop(55));
        assertThat(photos.metadata()).containsEntry("kshot.resize", "crop").containsEntry("kshot.cover", "55");
        assertThat(Preprocessing.of(photos.metadata(), input)).isEqualTo(photos);
        Preprocessing grey = new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.STRETCH);
        assertThat(Preprocessing.of(grey.metadata(), new FeatureShape(1, 28, 28)))
                .isEqualTo(grey);
        assertThat(grey.cover()).isEmpty();
    }

    /** Models of older builds crop without an entry for the square. */
    @Test
    void withoutASquareTheInputIsCovered() {
        Map<String, String> entries = new HashMap<>(
                new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.crop(55)).metadata());
        entries.remove("kshot.cover");
        assertThat(Preprocessing.of(entries, new FeatureShape(1, 48, 48)).cover())
                .hasValue(48);
    }

    @ParameterizedTest
    @CsvSource({
        "kshot.colours, cmyk, 'kshot.colours of the model: cmyk is not allowed; allowed: grey, rgb'",
        "kshot.resize, pad, 'kshot.resize of the model: pad is not allowed; allowed: stretch, crop'",
        "kshot.mean, none, 'kshot.mean of the model: none is not allowed; allowed: numbers with commas between'",
        "kshot.cover, 27, 'kshot.cover of the model: 27 is not allowed; allowed: at least 28, a side of its input'",
        "kshot.mean, , 'the model does not say how images enter it: it has no entry kshot.mean'"
    })
    void refusesOtherWords(String key, String value, String message) {
        Map<String, String> entries = new HashMap<>(
                new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.STRETCH).metadata());
        if (value == null) {
            entries.remove(key);
        } else {
            entries.put(key, value);
        }
        assertThatThrownBy(() -> Preprocessing.of(entries, new FeatureShape(1, 28, 28)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void refusesNumbersThatDontFit() {
        assertThatThrownBy(() -> new Preprocessing(Colours.RGB, 255, List.of(0.5), List.of(1.0), Resize.crop(8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "mean of the pixels: [0.5] is not allowed; allowed: one finite number for each channel of rgb");
        assertThatThrownBy(() -> new Preprocessing(Colours.GREY, 255, List.of(0.5), List.of(0.0), Resize.crop(8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("one positive number");
        assertThatThrownBy(
                        () -> new Preprocessing(Colours.GREY, 255, List.of(Double.NaN), List.of(1.0), Resize.crop(8)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Preprocessing(Colours.GREY, 0, List.of(0.5), List.of(1.0), Resize.crop(8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("largest pixel value: 0");
    }
}
