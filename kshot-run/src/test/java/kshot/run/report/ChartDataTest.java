package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import kshot.run.store.TrainingPoint;
import kshot.simplex.SimplexCode;
import org.junit.jupiter.api.Test;

class ChartDataTest {
    @Test
    void aLongCurveIsThinnedToMeans() {
        List<TrainingPoint> points = IntStream.range(0, 2 * Curve.MAX_POINTS + 1)
                .mapToObj(i -> new TrainingPoint(
                        "supernet",
                        i,
                        i,
                        i,
                        i == 1 ? Double.NaN : i,
                        0.5,
                        0.1,
                        1,
                        Double.NaN,
                        i == 4 ? 0.25 : Double.NaN))
                .toList();
        Curve curve = Curve.of("a", points);
        assertThat(curve.averaged()).isEqualTo(3);
        assertThat(curve.epoch()).hasSize(334).startsWith(1.0, 4.0, 7.0).endsWith(999.5);
        assertThat(curve.loss()).startsWith(1.0, 4.0);
        assertThat(curve.validationAccuracy()).startsWith(null, 0.25, null);
    }

    @Test
    void aShortCurveStaysAsItIs() {
        List<TrainingPoint> points = List.of(
                new TrainingPoint("supernet", 0, 0.125, 1, Double.POSITIVE_INFINITY, 0.5, 0.1, 1),
                new TrainingPoint("supernet", 1, 0.25, 2, 1.5, 0.5, 0.1, 1));
        Curve curve = Curve.of("a", points);
        assertThat(curve.averaged()).isEqualTo(1);
        assertThat(curve.epoch()).containsExactly(0.125, 0.25);
        assertThat(curve.loss()).containsExactly(null, 1.5);
    }

    @Test
    void codesAreCountedBySupernet() {
        CodeDistribution codes = CodeDistribution.of(List.of(
                SimplexCode.of(0.25f, 0.75f),
                SimplexCode.of(0.25f, 0.75f),
                SimplexCode.of(0.5f, 0.5f),
                SimplexCode.of(0.5f, 0.5f)));
        assertThat(codes.k()).isEqualTo(2);
        assertThat(codes.edges())
                .hasSize(CodeDistribution.BINS + 1)
                .startsWith(0.0)
                .endsWith(0.8);
        assertThat(codes.means()).containsExactly(0.375, 0.625);
        assertThat(codes.deviations()).containsExactly(0.125, 0.125);
        // Bins are 0.02 wide: 0.25 is in the thirteenth, 0.5 in the twenty-sixth, 0.75 in the thirty-eighth.
        assertThat(codes.shares().get(0).get(12)).isEqualTo(0.5);
        assertThat(codes.shares().get(0).get(25)).isEqualTo(0.5);
        assertThat(codes.shares().get(1).get(37)).isEqualTo(0.5);
        // Half of the codes are uniform; of the others H = −¼ log₂ ¼ − ¾ log₂ ¾ = 0.8112781.
        assertThat(codes.relativeEntropy()).isCloseTo((1 + 0.8112781) / 2, within(1e-6));
    }

    @Test
    void aCornerIsInTheLastBin() {
        CodeDistribution codes = CodeDistribution.of(List.of(SimplexCode.of(0, 1)));
        assertThat(codes.shares().get(1)).last().isEqualTo(1.0);
        assertThat(codes.relativeEntropy()).isZero();
    }
}
