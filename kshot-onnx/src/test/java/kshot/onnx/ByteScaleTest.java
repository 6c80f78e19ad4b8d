package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteScaleTest {
    @Test
    void coversTheRangeAndZero() {
        assertThat(ByteScale.of(new ValueRange(-1, 3))).isEqualTo(new ByteScale(4f / 255, 64));
        assertThat(ByteScale.of(new ValueRange(1, 2.5f)).zeroPoint()).isZero();
        assertThat(ByteScale.of(new ValueRange(-3, -1))).isEqualTo(new ByteScale(3f / 255, 255));
    }

    /** A runtime leaves out a cut at 6 only if no byte stands for more. */
    @Test
    void doesNotGoBeyondARangeFromZero() {
        for (float largest : new float[] {6, 1, 0.1f, 2.55f, 1e-3f, 123.456f}) {
            ByteScale scale = ByteScale.of(new ValueRange(0, largest));
            assertThat(scale.scale() * 255).isLessThanOrEqualTo(largest).isGreaterThan(0.99999f * largest);
        }
    }

    @Test
    void takesZerosAlone() {
        assertThat(ByteScale.of(new ValueRange(0, 0))).isEqualTo(new ByteScale(1, 0));
    }

    @Test
    void rangesJoin() {
        assertThat(ValueRange.of(new float[] {2, -1, 3}).and(new ValueRange(0, 5)))
                .isEqualTo(new ValueRange(-1, 5));
        assertThatThrownBy(() -> new ValueRange(1, Float.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
