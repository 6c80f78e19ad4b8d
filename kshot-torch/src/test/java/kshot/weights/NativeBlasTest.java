package kshot.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kshot.tensor.LibTorch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against plain loops in double. */
class NativeBlasTest {
    static {
        LibTorch.load();
    }

    private static double[] random(int count) {
        return new SplittableRandom(count).doubles(count, -1, 1).toArray();
    }

    /** The result stands where no number was before. */
    @ParameterizedTest
    @CsvSource({
        "Float, 1, 1, 1", "Float, 4, 7, 9", "Float, 8, 2304, 2304", "Float, 3, 40000, 50000", "Float, 4, 3, 100000",
        "Double, 1, 1, 1", "Double, 4, 7, 9", "Double, 8, 2304, 2304", "Double, 3, 40000, 50000", "Double, 4, 3, 100000"
    })
    void productsOverwriteWhatWasThere(ScalarType type, int rows, int columns, int pitch) {
        NativeBlas numbers = NativeBlas.of(type);
        double[] matrix = random(rows * pitch);
        double[] left = random(rows);
        double[] right = random(columns);
        double[] product = new double[rows];
        double[] transposed = new double[columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                product[i] += matrix[i * pitch + j] * right[j];
                transposed[j] += matrix[i * pitch + j] * left[i];
            }
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor a = LibTorch.cast(Tensor.create(matrix), type);
            Tensor x = LibTorch.cast(Tensor.create(right), type);
            Tensor ofRows = noNumbers(type, rows);
            numbers.product(rows, columns, pitch, LibTorch.address(a), LibTorch.address(x), LibTorch.address(ofRows));
            Tensor y = LibTorch.cast(Tensor.create(left), type);
            Tensor ofColumns = noNumbers(type, columns);
            numbers.transposedProduct(
                    rows, columns, pitch, LibTorch.address(a), LibTorch.address(y), LibTorch.address(ofColumns));
            assertThat(LibTorch.toDoubles(ofRows)).containsExactly(product, within(1e-7 * columns));
            assertThat(LibTorch.toDoubles(ofColumns)).containsExactly(transposed, within(1e-6));
        }
    }

    private static Tensor noNumbers(ScalarType type, int count) {
        return LibTorch.cast(
                Tensor.create(
                        IntStream.range(0, count).mapToDouble(i -> Double.NaN).toArray()),
                type);
    }

    @Test
    void rowsAreCopiedAndWhatIsBetweenThemStays() {
        try (PointerScope scope = new PointerScope()) {
            Tensor from = Tensor.create(1f, 2f, 3f, 4f, 5f, 6f);
            Tensor to = Tensor.create(0f, 0f, -1f, 0f, 0f, -1f);
            NativeBlas.FLOAT.copyRows(2, 2, LibTorch.address(from), 3, LibTorch.address(to), 3);
            assertThat(LibTorch.toFloats(to)).containsExactly(1, 2, -1, 4, 5, -1);
        }
    }

    @Test
    void addsInThePrecisionOfTheNumbers() {
        try (PointerScope scope = new PointerScope()) {
            double[] singles = {1 << 24, 0};
            NativeBlas.FLOAT.add(LibTorch.address(Tensor.create(1f, 0.5f)), singles);
            assertThat(singles).containsExactly(1 << 24, 0.5);
            double[] doubles = {1 << 24, 0};
            NativeBlas.DOUBLE.add(LibTorch.address(Tensor.create(1.0, 0.5)), doubles);
            assertThat(doubles).containsExactly((1 << 24) + 1, 0.5);
        }
    }
}
