package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.execute.ConvolutionSweep.Shape;
import kshot.tensor.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions against float64: some that a oneDNN has computed wrong, some whose weights have rules of
 * their own, and the first of the sweep. */
class ConvolutionSweepTest {
    static Stream<Shape> known() {
        return Stream.of(
                new Shape(48, 40, 1, 1, false, 7, 256, Precision.FLOAT32),
                new Shape(256, 1280, 1, 1, false, 4, 8, Precision.FLOAT32),
                new Shape(8, 24, 1, 2, false, 8, 4, Precision.FLOAT32),
                new Shape(56, 240, 7, 1, false, 1, 128, Precision.FLOAT32),
                new Shape(240, 36, 7, 1, false, 2, 64, Precision.FLOAT32),
                new Shape(1, 120, 7, 1, false, 4, 64, Precision.FLOAT32),
                new Shape(1, 1, 3, 1, true, 14, 256, Precision.FLOAT32),
                new Shape(2, 72, 1, 2, false, 32, 2, Precision.FLOAT32),
                new Shape(6, 8, 1, 2, false, 14, 32, Precision.FLOAT32),
                new Shape(100, 100, 5, 2, true, 7, 16, Precision.FLOAT32),
                new Shape(72, 72, 7, 1, true, 2, 16, Precision.FLOAT32),
                new Shape(1, 120, 3, 1, false, 8, 128, Precision.BFLOAT16),
                new Shape(160, 160, 3, 2, false, 1, 32, Precision.BFLOAT16),
                new Shape(72, 5, 7, 1, false, 32, 2, Precision.BFLOAT16),
                new Shape(160, 1, 3, 1, false, 14, 32, Precision.BFLOAT16));
    }

    static Stream<Shape> random() {
        return IntStream.range(0, 200).mapToObj(i -> Shape.random(new Seed(1).generator("shape", i)));
    }

    @ParameterizedTest
    @MethodSource({"known", "random"})
    void resultAndGradientsAgreeWithFloat64(Shape shape) {
        assumeThat(shape.isRunnable())
                .as("kernels for " + shape.precision() + " on this processor")
                .isTrue();
        assertThat(ConvolutionSweep.errors(shape))
                .satisfies(errors -> assertThat(errors.largest()).isLessThanOrEqualTo(shape.tolerance()));
    }
}
