package kshot.weights;

import kshot.onednn.Address;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Operations on numbers in native memory by their addresses, without tensors. A network of a space with widths has a hundred slices
 * of weights: by tensors, each takes several calls, and these take longer than the work.
 */
enum NativeBlas {
    /** float32. */
    FLOAT(Float.BYTES) {
        @Override
        void gemv(int transpose, int rows, int columns, int pitch, long a, long x, long y) {
            openblas_nolapack.cblas_sgemv(
                    openblas_nolapack.CblasRowMajor,
                    transpose,
                    rows,
                    columns,
                    1,
                    floats(a),
                    pitch,
                    floats(x),
                    1,
                    0,
                    floats(y),
                    1);
        }

        @Override
        void add(long from, double[] to) {
            float[] values = new float[to.length];
            floats(from).get(values);
            for (int i = 0; i < to.length; i++) {
                to[i] = (float) (to[i] + values[i]);
            }
        }
    },
    /** float64. */
    DOUBLE(Double.BYTES) {
        @Override
        void gemv(int transpose, int rows, int columns, int pitch, long a, long x, long y) {
            openblas_nolapack.cblas_dgemv(
                    openblas_nolapack.CblasRowMajor,
                    transpose,
                    rows,
                    columns,
                    1,
                    doubles(a),
                    pitch,
                    doubles(x),
                    1,
                    0,
                    doubles(y),
                    1);
        }

        @Override
        void add(long from, double[] to) {
            double[] values = new double[to.length];
            doubles(from).get(values);
            for (int i = 0; i < to.length; i++) {
                to[i] += values[i];
            }
        }
    };

    private final long bytes;

    NativeBlas(long bytes) {
        this.bytes = bytes;
    }

    static NativeBlas of(ScalarType type) {
        return switch (type) {
            case Float -> FLOAT;
            case Double -> DOUBLE;
            default -> throw new IllegalArgumentException("weights are not kept in " + type);
        };
    }

    /** Bytes of so many. */
    long bytes(long count) {
        return count * bytes;
    }

    /** y = A x, or Aᵀ x, as OpenBLAS has it. */
    abstract void gemv(int transpose, int rows, int columns, int pitch, long a, long x, long y);

    /** Adds numbers to others, which are rounded as these are. */
    abstract void add(long from, double[] to);

    /**
     * y = A x.
     *
     * @param pitch from one row of A to the next
     */
    void product(long rows, long columns, long pitch, long a, long x, long y) {
        multiply(openblas_nolapack.CblasNoTrans, rows, columns, pitch, a, x, y);
    }

    /** y = Aᵀ x; see {@link #product}. */
    void transposedProduct(long rows, long columns, long pitch, long a, long x, long y) {
        multiply(openblas_nolapack.CblasTrans, rows, columns, pitch, a, x, y);
    }

    private void multiply(int transpose, long rows, long columns, long pitch, long a, long x, long y) {
        gemv(transpose, Math.toIntExact(rows), Math.toIntExact(columns), Math.toIntExact(pitch), a, x, y);
    }

    /**
     * Copies the leading numbers of rows.
     *
     * @param fromPitch from one row to the next
     * @param toPitch the same where they go
     */
    void copyRows(long rows, long width, long from, long fromPitch, long to, long toPitch) {
        Address source = new Address();
        Address target = new Address();
        for (long i = 0; i < rows; i++) {
            Pointer.memcpy(target.of(to + bytes(i * toPitch)), source.of(from + bytes(i * fromPitch)), bytes(width));
        }
    }

    private static FloatPointer floats(long where) {
        return new FloatPointer(new Address().of(where));
    }

    private static DoublePointer doubles(long where) {
        return new DoublePointer(new Address().of(where));
    }
}
