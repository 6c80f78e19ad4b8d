package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.onnx.Preprocessing.Colours;
import kshot.onnx.Preprocessing.Resize;
import org.junit.jupiter.api.Test;

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
    void refusesNumbersThatDontFit() {
        assertThatThrownBy(() -> new Preprocessing(Colours.RGB, 255, List.of(0.5), List.of(1.0), Resize.CROP))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "mean of the pixels: [0.5] is not allowed; allowed: one finite number for each channel of rgb");
        assertThatThrownBy(() -> new Preprocessing(Colours.GREY, 255, List.of(0.5), List.of(0.0), Resize.CROP))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("one positive number");
        assertThatThrownBy(() -> new Preprocessing(Colours.GREY, 255, List.of(Double.NaN), List.of(1.0), Resize.CROP))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Preprocessing(Colours.GREY, 0, List.of(0.5), List.of(1.0), Resize.CROP))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("largest pixel value: 0");
    }
}
