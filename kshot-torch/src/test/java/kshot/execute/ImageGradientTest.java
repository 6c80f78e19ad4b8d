package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ImageGradientTest {
    private static double[] eigenvalues(int rows, double... values) {
        try (PointerScope scope = new PointerScope()) {
            return new ImageGradient(Tensor.create(values).view(rows, values.length / rows)).correlationEigenvalues();
        }
    }

    /** Two rows of correlation r have the eigenvalues 1 − r and 1 + r; here r is −1/2, whatever the means and scales. */
    @Test
    void ofTwoRowsTheyAreOneMinusAndPlusTheCorrelation() {
        assertThat(eigenvalues(2, 1, 0, -1, 0, -1, 1)).containsExactly(new double[] {0.5, 1.5}, within(1e-12));
        assertThat(eigenvalues(2, 11, 10, 9, 4, -6, 14)).containsExactly(new double[] {0.5, 1.5}, within(1e-12));
    }

    /** Equal rows: 0 and 2. */
    @Test
    void ofRowsThatAreMultiplesAllButOneAreZero() {
        assertThat(eigenvalues(2, 1, 2, 4, 2, 4, 8)).containsExactly(new double[] {0, 2}, within(1e-12));
    }

    @Test
    void aConstantRowCorrelatesWithNone() {
        assertThat(eigenvalues(2, 3, 3, 3, 1, 2, 4)).containsExactly(new double[] {0, 1}, within(1e-12));
        assertThat(eigenvalues(2, new double[6])).containsExactly(0, 0);
    }
}
