package kshot.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    @Test
    void computesMeanAndDeviationOfEachChannel() {
        // Channel 0: 0, 255; channel 1: 51, 153 of 255, that is 0.2, 0.6; channel 2: 100, 100.
        byte[][] images = {TestFiles.bytes(0, 51, 100), TestFiles.bytes(255, 153, 100)};
        ImageSet set = new ImageSet(new FeatureShape(3, 1, 1), List.of("a"), images, new int[] {0, 0});
        Normalization normalization = Normalization.of(set);
        assertThat(normalization.mean().get(0)).isEqualTo(0.5f, within(1e-6f));
        assertThat(normalization.mean().get(1)).isEqualTo(0.4f, within(1e-6f));
        assertThat(normalization.mean().get(2)).isEqualTo(100 / 255f, within(1e-6f));
        assertThat(normalization.std().get(0)).isEqualTo(0.5f, within(1e-6f));
        assertThat(normalization.std().get(1)).isEqualTo(0.2f, within(1e-6f));
        assertThat(normalization.std().get(2)).as("a constant channel").isEqualTo(1 / 255f);
    }

    @Test
    void refusesADeviationOfZero() {
        assertThatThrownBy(() -> new Normalization(List.of(0f), List.of(0f)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
