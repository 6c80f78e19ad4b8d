package kshot.data.distortion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;

class ErasingTest {
    private static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);
    private static final int IMAGES = 4000;

    /** Areas are uniform from 2 to 33 %: their mean is 17.5 %, but for the long ones of them that do not fit. */
    @Test
    void erasesOneRectangleOfTheSecondImageAlone() {
        SplittableRandom random = new SplittableRandom(1);
        int size = (int) SHAPE.elements();
        double sum = 0;
        int erased = 0;
        for (int image = 0; image < IMAGES; image++) {
            float[] pixels = new float[3 * size];
            Arrays.fill(pixels, 1);
            new Erasing(0.5).apply(pixels, size, SHAPE, random);
            for (int i = 0; i < size; i++) {
                assertThat(pixels[i] + pixels[2 * size + i]).isEqualTo(2);
            }
            int zeros = rectangle(Arrays.copyOfRange(pixels, size, 2 * size));
            if (zeros > 0) {
                erased++;
                double share = (double) zeros / size;
                assertThat(share).isBetween(0.012, 0.36);
                sum += share;
            }
        }
        // Half of the images; the standard error is 0.008.
        assertThat((double) erased / IMAGES).isCloseTo(0.5, within(0.03));
        assertThat(sum / erased).isCloseTo(0.17, within(0.015));
    }

    /** Returns the numbers that are 0, after a check that they are a rectangle of whole pixels. */
    private static int rectangle(float[] image) {
        int top = 32;
        int left = 32;
        int bottom = -1;
        int right = -1;
        int zeros = 0;
        for (int i = 0; i < image.length; i++) {
            if (image[i] == 0) {
                zeros++;
                top = Math.min(top, i / 96);
                bottom = Math.max(bottom, i / 96);
                left = Math.min(left, i / 3 % 32);
                right = Math.max(right, i / 3 % 32);
            }
        }
        assertThat(zeros).isEqualTo(zeros == 0 ? 0 : 3 * (bottom - top + 1) * (right - left + 1));
        return zeros;
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> new Erasing(1.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("probability of erasing: 1.5 is not allowed; allowed: from 0 to 1");
    }

    @Test
    void trivialAugmentDrawsEachOperation() {
        byte[] image = new byte[(int) SHAPE.elements()];
        new SplittableRandom(3).nextBytes(image);
        assertThat(Distortion.NONE.of(image, SHAPE, new SplittableRandom(1))).isSameAs(image);
        long same = IntStream.range(0, 1400)
                .mapToObj(SplittableRandom::new)
                .filter(random -> Distortion.TRIVIAL_AUGMENT.of(image, SHAPE, random) == image)
                .count();
        // One of fourteen is the identity; the standard deviation of the count is 9.6.
        assertThat(same).isBetween(60L, 140L);
        assertThat(Distortion.TRIVIAL_AUGMENT.of(image, SHAPE, new SplittableRandom(7)))
                .isEqualTo(Distortion.TRIVIAL_AUGMENT.of(image, SHAPE, new SplittableRandom(7)));
    }
}
