package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import kshot.data.Batch;
import kshot.network.FeatureShape;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LossTest {
    private static final Compute COMPUTE = Compute.of(Precision.FLOAT32);
    private static final int CLASSES = 3;

    private static final Batch BATCH =
            new Batch(2, new FeatureShape(1, 1, 2), new float[] {0, 8, 4, -4}, new long[] {2, 0});

    @Test
    void imagesAndTargetsAreMixedInPairs() {
        try (PointerScope scope = new PointerScope()) {
            ImageTensors mixed = ImageTensors.mixed(BATCH, 0.75, CLASSES, COMPUTE);
            assertThat(floats(mixed.images())).containsExactly(1, 5, 3, -1);
            assertThat(floats(mixed.targets())).containsExactly(0.25f, 0, 0.75f, 0.75f, 0, 0.25f);
            assertThat(mixed.labels().data_ptr_long().get(0)).isEqualTo(2);
            assertThat(mixed.labels().data_ptr_long().get(1)).isZero();
        }
    }

    /** The loss is linear in its targets: λ CE(y) + (1 − λ) CE(y'), as mixup defines it. */
    @Test
    void theGradientOfMixedTargetsIsTheMixtureOfTheGradients() {
        try (PointerScope scope = new PointerScope()) {
            Tensor scores = COMPUTE.vector(0.5f, -1, 2, 0, 3, -0.5f).reshape(2, CLASSES);
            float[] first = floats(Loss.gradient(scores, COMPUTE.labels(2, 0), 0.1));
            float[] second = floats(Loss.gradient(scores, COMPUTE.labels(0, 2), 0.1));
            ImageTensors mixed = ImageTensors.mixed(BATCH, 0.75, CLASSES, COMPUTE);
            float[] actual = floats(Loss.gradient(scores, mixed.targets(), 0.1));
            for (int i = 0; i < actual.length; i++) {
                assertThat(actual[i]).isCloseTo(0.75f * first[i] + 0.25f * second[i], within(1e-6f));
            }
            // The first score of the first image by hand: softmax 0.17529 less targets of (0.9 · 0.25 + 0.1 / 3), over
            // 2 images.
            assertThat(actual[0]).isCloseTo((0.175290f - 0.258333f) / 2, within(1e-5f));
        }
    }

    private static float[] floats(Tensor tensor) {
        float[] values = new float[(int) tensor.numel()];
        tensor.contiguous().data_ptr_float().get(values);
        return values;
    }
}
