package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParityTest {
    @Test
    void countsDifferencesAndDisagreements() {
        float[][] expected = {{1, 2, 3}, {4, -8, 0}, {0, 0, 0}};
        float[][] actual = {{1, 2.5f, 3}, {4, -8, 4.25f}, {0, 0, 0}};
        assertThat(Parity.compare(expected, actual)).isEqualTo(new Parity(3, 4.25, 8, 1, 4));
    }

    @Test
    void toleranceIsRelativeToTheLargestLogitAndAtLeastAbsolute() {
        Parity large = Parity.compare(new float[][] {{1000, 0}}, new float[][] {{1000.0625f, 0}});
        assertThat(large.requireWithin(1e-4)).isSameAs(large);
        Parity small = Parity.compare(new float[][] {{0.001f, 0}}, new float[][] {{0.00105f, 0}});
        assertThatCode(() -> small.requireWithin(1e-4)).doesNotThrowAnyException();
        Parity off = Parity.compare(new float[][] {{0.5f, 0.25f}}, new float[][] {{0.25f, 0.5f}});
        assertThatThrownBy(() -> off.requireWithin(1e-4))
                .isInstanceOf(ParityException.class)
                .hasMessage(
                        "the logits differ by 0.250 where 0.000100 (0.000100 of the largest logit, 1.000) is allowed;"
                                + " 1 of 1 images get another class, whose expected logit is lower by up to 0.250");
    }

    /** Both logits move by 0.75 · 10⁻⁴, past each other. Where the two were 10⁻⁴ apart or less, that is rounding. */
    @Test
    void anotherClassIsAFailureWhereTheExpectedLogitsAreFurtherApartThanTheTolerance() {
        float[][] close = {{0.5f, 0.49992f}};
        float[][] apart = {{0.5f, 0.49988f}};
        Parity nearlyEqual = Parity.compare(close, new float[][] {{0.499925f, 0.499995f}});
        assertThat(nearlyEqual.disagreements()).isEqualTo(1);
        assertThat(nearlyEqual.requireWithin(1e-4)).isSameAs(nearlyEqual);
        Parity different = Parity.compare(apart, new float[][] {{0.499925f, 0.499955f}});
        assertThat(different.maxDifference()).isLessThan(1e-4);
        assertThatThrownBy(() -> different.requireWithin(1e-4)).isInstanceOf(ParityException.class);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void failsOnWhatIsNotANumberWhereverItStands(float bad) {
        float[][] good = {{1, 2}, {3, 4}};
        for (int place = 0; place < 4; place++) {
            float[][] broken = {{1, 2}, {3, 4}};
            broken[place / 2][place % 2] = bad;
            assertThatThrownBy(() -> Parity.compare(good, broken).requireWithin(1e9))
                    .isInstanceOf(ParityException.class);
            assertThatThrownBy(() -> Parity.compare(broken, good).requireWithin(1e9))
                    .isInstanceOf(ParityException.class);
            assertThatThrownBy(() -> Parity.compare(broken, broken).requireWithin(1e9))
                    .isInstanceOf(ParityException.class);
        }
    }

    @Test
    void refusesToCompareWhatIsNotComparable() {
        assertThatThrownBy(() -> Parity.compare(new float[0][], new float[0][]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Parity.compare(new float[2][3], new float[1][3]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Parity.compare(new float[2][3], new float[2][4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("image 0: 4 logits can't be compared with 3");
    }
}
