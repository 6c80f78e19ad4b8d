package kshot.simplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class WidthRegulariserTest {
    private static final ToySpace SPACE = new ToySpace(2);
    private static final WidthRegulariser REGULARISER =
            new WidthRegulariser(SPACE, WidthRegulariser.DEFAULT_TEMPERATURE);
    private static final Architecture NARROW = Architecture.of(0, 0, 0, 0);
    private static final Architecture MIDDLE = Architecture.of(0, 0, 0, 1);
    private static final Architecture WIDE = Architecture.of(0, 2, 0, 2);
    private static final SimplexCode EVEN = SimplexCode.of(0.5f, 0.5f);

    @Test
    void isZeroWhenWidthsAgree() {
        Architecture otherOperations = Architecture.of(1, 0, 1, 0);
        List<Architecture> architectures = List.of(NARROW, otherOperations, NARROW);
        List<SimplexCode> codes = List.of(EVEN, SimplexCode.of(0.1f, 0.9f), EVEN);
        assertThat(REGULARISER.value(codes, architectures)).isZero();
        assertThat(REGULARISER.gradient(codes, architectures)).isDeepEqualTo(new float[3][2]);
    }

    @Test
    void isZeroInASpaceWithoutWidths() {
        NasBench201 space = NasBench201.cifar10();
        WidthRegulariser regulariser = new WidthRegulariser(space, 0.3);
        SplittableRandom random = new SplittableRandom(1);
        List<Architecture> architectures = List.of(space.sample(random), space.sample(random));
        assertThat(regulariser.value(List.of(EVEN, EVEN), architectures)).isZero();
    }

    /** Widths 4 and 16 in both layers: w = 1; equal codes: s = 1; so log(1 + 1). */
    @Test
    void equalCodesOfTheMostDifferentWidthsByHand() {
        assertThat(REGULARISER.value(List.of(EVEN, EVEN), List.of(NARROW, WIDE)))
                .isCloseTo(Math.log(2), within(1e-12));
    }

    /** Corners: s = 0. Widths (4, 4) and (4, 8): w = (0 + 4/12) / 2 = 1/6. */
    @Test
    void distinctCodesByHand() {
        List<SimplexCode> corners = List.of(SimplexCode.of(1, 0), SimplexCode.of(0, 1));
        assertThat(REGULARISER.value(corners, List.of(NARROW, MIDDLE)))
                .isCloseTo(Math.log(1 + Math.exp(-1 / 0.3) / 6), within(1e-12));
    }

    @Test
    void growsWhenEqualCodesMeetMoreDifferentWidths() {
        double near = REGULARISER.value(List.of(EVEN, EVEN), List.of(NARROW, MIDDLE));
        double far = REGULARISER.value(List.of(EVEN, EVEN), List.of(NARROW, WIDE));
        assertThat(near).isPositive().isLessThan(far);
    }

    @Test
    void gradientAgreesWithFiniteDifferences() {
        SplittableRandom random = new Seed(3).generator("test");
        List<Architecture> architectures =
                IntStream.range(0, 6).mapToObj(i -> SPACE.sample(random)).toList();
        double[][] w = REGULARISER.distances(architectures);
        double[][] codes = new double[6][];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = random.doubles(4, 0.05, 1).toArray();
        }
        double[][] gradient = REGULARISER.gradient(codes, w);
        for (int i = 0; i < codes.length; i++) {
            for (int k = 0; k < codes[i].length; k++) {
                double value = codes[i][k];
                codes[i][k] = value + 1e-5;
                double up = REGULARISER.value(codes, w);
                codes[i][k] = value - 1e-5;
                double down = REGULARISER.value(codes, w);
                codes[i][k] = value;
                double expected = (up - down) / 2e-5;
                assertThat(gradient[i][k]).isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-9));
            }
        }
    }
}
