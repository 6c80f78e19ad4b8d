package kshot.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Augmentation.CropFlip;
import kshot.data.Augmentation.RandomResizedCrop;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final Seed SEED = new Seed(7);
    /** Pixel values come out as they are: (value / 255 − 0) / (1 / 255). */
    private static final Normalization AS_IS = new Normalization(List.of(0f), List.of(1 / 255f));

    /**
     * Images of 3×3:
     *
     * <pre>
     * n+1 n+2 n+3
     * n+4 n+5 n+6
     * n+7 n+8 n+9
     * </pre>
     *
     * with n = 10 · index; labels are index mod 3.
     */
    private static ImageSet images(int count) {
        byte[][] images = new byte[count][9];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < 9; p++) {
                images[i][p] = (byte) (10 * i + p + 1);
            }
            labels[i] = i % 3;
        }
        return new ImageSet(new FeatureShape(1, 3, 3), List.of("a", "b", "c"), images, labels);
    }

    private static float[] seen(Crop window, int height, int width) {
        FeatureShape input = new FeatureShape(1, height, width);
        return new BatchAssembler(images(1), input, AS_IS)
                .assemble(new int[] {0}, image -> window)
                .pixels();
    }

    private static void assertPixels(float[] actual, float... expected) {
        assertThat(actual).containsExactly(expected, within(1e-4f));
    }

    @Test
    void windowInsideIsCopied() {
        assertPixels(seen(new Crop(1, 0, 2, 2, false), 2, 2), 4, 5, 7, 8);
        assertPixels(seen(new Crop(1, 0, 2, 2, true), 2, 2), 5, 4, 8, 7);
    }

    @Test
    void windowOverTheBorderIsBlackThere() {
        assertPixels(seen(new Crop(-1, -1, 3, 3, false), 3, 3), 0, 0, 0, 0, 1, 2, 0, 4, 5);
        assertPixels(seen(new Crop(-1, -1, 3, 3, true), 3, 3), 0, 0, 0, 2, 1, 0, 5, 4, 0);
        assertPixels(seen(new Crop(2, 1, 3, 3, false), 3, 3), 8, 9, 0, 0, 0, 0, 0, 0, 0);
        assertPixels(seen(new Crop(2, 1, 3, 3, true), 3, 3), 0, 9, 8, 0, 0, 0, 0, 0, 0);
        assertPixels(seen(new Crop(0, 4, 3, 3, false), 3, 3), new float[9]);
    }

    @Test
    void borderIsBlackBeforeNormalisation() {
        Normalization normalization = new Normalization(List.of(0.5f), List.of(0.25f));
        float[] pixels = new BatchAssembler(images(1), new FeatureShape(1, 3, 3), normalization)
                .assemble(new int[] {0}, image -> new Crop(3, 0, 3, 3, false))
                .pixels();
        assertThat(pixels).containsOnly(-2f); // (0 − 0.5) / 0.25
    }

    @Test
    void windowOfAnotherSizeIsInterpolated() {
        // Two pixels to one: their mean. One pixel to two: itself.
        assertPixels(seen(new Crop(0, 0, 2, 2, false), 1, 1), 3);
        assertPixels(seen(new Crop(2, 1, 1, 1, false), 2, 2), 8, 8, 8, 8);
        // Two to three: centres at −1/6 (held at 0), 1/2, 7/6 (held at 1).
        assertPixels(seen(new Crop(0, 0, 1, 2, false), 1, 3), 1, 1.5f, 2);
        assertPixels(seen(new Crop(0, 0, 1, 2, true), 1, 3), 2, 1.5f, 1);
        assertPixels(seen(new Crop(1, 1, 2, 1, false), 3, 1), 5, 6.5f, 8);
    }

    @Test
    void interpolatedPixelsAreNormalised() {
        Normalization normalization = new Normalization(List.of(0.5f), List.of(0.25f));
        float[] pixels = new BatchAssembler(images(1), new FeatureShape(1, 1, 1), normalization)
                .assemble(new int[] {0}, image -> new Crop(0, 0, 2, 2, false))
                .pixels();
        assertPixels(pixels, (3 / 255f - 0.5f) / 0.25f);
    }

    @Test
    void channelsStayTogether() {
        byte[][] image = {TestFiles.bytes(1, 2, 3, 4, 5, 6)}; // two pixels of three channels
        ImageSet set = new ImageSet(new FeatureShape(3, 1, 2), List.of("a"), image, new int[] {0});
        Normalization normalization = new Normalization(List.of(0f, 0f, 0f), List.of(1 / 255f, 1 / 255f, 2 / 255f));
        BatchAssembler assembler = new BatchAssembler(set, set.shape(), normalization);
        int[] only = {0};
        assertPixels(assembler.assemble(only, i -> new Crop(0, 0, 1, 2, true)).pixels(), 4, 5, 3, 1, 2, 1.5f);
        assertPixels(assembler.assemble(only, i -> new Crop(0, 1, 1, 2, false)).pixels(), 4, 5, 3, 0, 0, 0);
    }

    @Test
    void cropFlipDrawsEveryPlaceEquallyOften() {
        FeatureShape shape = new FeatureShape(1, 3, 3);
        SplittableRandom random = new SplittableRandom(1);
        Map<Crop, Integer> counts = new HashMap<>();
        int draws = 18_000;
        for (int i = 0; i < draws; i++) {
            counts.merge(new CropFlip(1).draw(random, shape, shape), 1, Integer::sum);
        }
        assertThat(counts).hasSize(18); // 3 × 3 places, mirrored or not
        // 1,000 expected; the binomial deviation is 31, so 6 deviations are 185.
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(815, 1185));
        assertThat(counts.keySet())
                .allSatisfy(window -> assertThat(window.top()).isBetween(-1, 1));
    }

    @Test
    void flipCanBeOff() {
        FeatureShape shape = new FeatureShape(1, 3, 3);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            assertThat(new CropFlip(1, false).draw(random, shape, shape).mirrored())
                    .isFalse();
        }
    }

    @Test
    void randomResizedCropStaysInsideOfItsRanges() {
        FeatureShape stored = new FeatureShape(3, 70, 90);
        FeatureShape input = new FeatureShape(3, 60, 60);
        SplittableRandom random = new SplittableRandom(1);
        double meanArea = 0;
        for (int i = 0; i < 10_000; i++) {
            Crop window = new RandomResizedCrop(0.2, 0.6).draw(random, stored, input);
            assertThat(window.top()).isBetween(0, 70 - window.height());
            assertThat(window.left()).isBetween(0, 90 - window.width());
            double area = window.height() * window.width() / (70.0 * 90);
            assertThat(area).isBetween(0.19, 0.62); // rounded to whole pixels
            assertThat(window.width() / (double) window.height()).isBetween(0.72, 1.38);
            meanArea += area / 10_000;
        }
        assertThat(meanArea).isEqualTo(0.4, within(0.01));
    }

    @Test
    void withoutAugmentationTheMiddleIsSeen() {
        TrainingBatches batches =
                new TrainingBatches(images(1), 1, new FeatureShape(1, 1, 1), AS_IS, Augmentation.NONE, SEED);
        assertPixels(batches.at(0).pixels(), 5);
        assertPixels(
                new EvaluationBatches(images(1), 1, new FeatureShape(1, 1, 1), AS_IS)
                        .at(0)
                        .pixels(),
                5);
    }

    private static TrainingBatches training(int images, int batchSize) {
        FeatureShape shape = new FeatureShape(1, 3, 3);
        return new TrainingBatches(images(images), batchSize, shape, AS_IS, new CropFlip(1), SEED);
    }

    @Test
    void batchIsAFunctionOfTheStep() {
        TrainingBatches forwards = training(20, 6);
        TrainingBatches backwards = training(20, 6);
        float[][] pixels = new float[12][];
        for (int step = 0; step < 12; step++) {
            pixels[step] = forwards.at(step).pixels();
        }
        for (int step = 11; step >= 0; step--) {
            assertThat(backwards.at(step).pixels()).isEqualTo(pixels[step]);
        }
        assertThat(pixels[3]).as("the second epoch differs").isNotEqualTo(pixels[0]);
    }

    @Test
    void batchesChangeWithTheSeed() {
        FeatureShape shape = new FeatureShape(1, 3, 3);
        TrainingBatches other = new TrainingBatches(images(20), 6, shape, AS_IS, new CropFlip(1), new Seed(8));
        assertThat(other.at(0).pixels()).isNotEqualTo(training(20, 6).at(0).pixels());
    }

    @Test
    void anEpochShowsEachImageAtMostOnce() {
        TrainingBatches batches =
                new TrainingBatches(images(20), 6, new FeatureShape(1, 3, 3), AS_IS, Augmentation.NONE, SEED);
        assertThat(batches.batchesPerEpoch()).isEqualTo(3);
        for (int epoch = 0; epoch < 3; epoch++) {
            float[] firsts = new float[18];
            for (int b = 0; b < 3; b++) {
                Batch batch = batches.at(3 * epoch + b);
                for (int i = 0; i < 6; i++) {
                    firsts[6 * b + i] = batch.pixels()[9 * i];
                    assertThat(batch.labels()[i]).isEqualTo((long) (batch.pixels()[9 * i] / 10) % 3);
                }
            }
            Arrays.sort(firsts);
            assertThat(firsts).doesNotHaveDuplicates();
        }
    }

    @Test
    void setSmallerThanABatchIsOneBatch() {
        TrainingBatches batches = training(4, 64);
        assertThat(batches.batchesPerEpoch()).isEqualTo(1);
        assertThat(batches.at(5).size()).isEqualTo(4);
    }

    @Test
    void evaluationShowsAllInOrder() {
        EvaluationBatches batches = new EvaluationBatches(images(7), 3, new FeatureShape(1, 3, 3), AS_IS);
        assertThat(batches.count()).isEqualTo(3);
        assertThat(batches.at(1).labels()).containsExactly(0, 1, 2);
        Batch last = batches.at(2);
        assertThat(last.size()).isEqualTo(1);
        assertPixels(last.pixels(), 61, 62, 63, 64, 65, 66, 67, 68, 69);
        assertThatThrownBy(() -> batches.at(3)).hasMessage("batch 3 of 3");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> training(4, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("batch size: 0 is not allowed; allowed: at least 1");
        assertThatThrownBy(() -> new EvaluationBatches(images(1), 1, new FeatureShape(1, 4, 3), AS_IS))
                .hasMessage("images of 1x3x3 normalised in 1 channels for an input of 1x4x3");
        assertThatThrownBy(() -> new RandomResizedCrop(0.5, 1.5)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new CropFlip(-1)).isInstanceOf(InvalidInputException.class);
    }
}
