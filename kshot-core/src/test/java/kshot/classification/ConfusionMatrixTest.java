package kshot.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.classification.ConfusionMatrix.Confusion;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    /** A matrix of three classes: of class 0 three of four are right, of class 1 one of two; class 2 has no image. */
    private static final ConfusionMatrix MATRIX =
            ConfusionMatrix.of(3, List.of(0, 0, 0, 0, 1, 1), List.of(0, 0, 0, 1, 1, 2));

    @Test
    void countsImages() {
        assertThat(MATRIX.counts()).containsExactly(List.of(3, 1, 0), List.of(0, 1, 1), List.of(0, 0, 0));
        assertThat(MATRIX.images(0)).isEqualTo(4);
    }

    @Test
    void measuresClasses() {
        assertThat(MATRIX.recall(0)).isEqualTo(0.75);
        assertThat(MATRIX.precision(0)).isEqualTo(1);
        assertThat(MATRIX.recall(1)).isEqualTo(0.5);
        assertThat(MATRIX.precision(1)).isEqualTo(0.5);
        assertThat(MATRIX.recall(2)).isNaN();
        assertThat(MATRIX.precision(2)).isZero();
        assertThat(MATRIX.accuracy()).isCloseTo(4 / 6.0, within(1e-15));
        assertThat(MATRIX.balancedAccuracy()).as("(3/4 + 1/2) / 2").isEqualTo(0.625);
    }

    @Test
    void namesTheMostFrequentMistakes() {
        ConfusionMatrix matrix = new ConfusionMatrix(List.of(List.of(5, 1, 2), List.of(4, 5, 0), List.of(0, 0, 5)));
        assertThat(matrix.confusions(2)).containsExactly(new Confusion(1, 0, 4), new Confusion(0, 2, 2));
        assertThat(matrix.confusions(9)).hasSize(3);
    }

    @Test
    void refusesWhatIsNoMatrix() {
        assertThatThrownBy(() -> new ConfusionMatrix(List.of(List.of(1, 2)))).hasMessageContaining("square");
        assertThatThrownBy(() -> new ConfusionMatrix(List.of(List.of(-1)))).hasMessageContaining("counts from 0");
    }
}
