package kshot.onednn;

import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * A conversion of features of one shape to float32 and back, for layers for which oneDNN has no good kernel in the type
 * of the features.
 */
public final class Float32Conversion implements AutoCloseable {
    /** The conversion that copies nothing, for layers with good kernels in the type of the features. */
    static final Float32Conversion NONE = new Float32Conversion(null, null, 0);

    private final @Nullable CopyKernel toFloat32;
    private final @Nullable CopyKernel fromFloat32;
    private final long bytes;

    private Float32Conversion(@Nullable CopyKernel toFloat32, @Nullable CopyKernel fromFloat32, long bytes) {
        this.toFloat32 = toFloat32;
        this.fromFloat32 = fromFloat32;
        this.bytes = bytes;
    }

    static Float32Conversion of(DataType numbers, FeatureShape shape, long n) {
        return new Float32Conversion(
                new CopyKernel(numbers, shape, DataType.FLOAT32, shape.channels(), n),
                new CopyKernel(DataType.FLOAT32, shape, numbers, shape.channels(), n),
                n * shape.elements() * DataType.FLOAT32.bytes());
    }

    /** Returns x in float32: a copy with one holder, or x itself if nothing is converted. */
    public Workspace.Buffer widen(Workspace workspace, long x) {
        if (toFloat32 == null) {
            return Workspace.Buffer.of(x);
        }
        Workspace.Buffer wide = workspace.take(bytes);
        toFloat32.run(workspace, x, wide.address());
        return wide;
    }

    /**
     * Returns the place for a float32 result that is wanted at y: memory with one holder, to be passed to
     * {@link #narrow}, or y itself if nothing is converted.
     */
    Workspace.Buffer place(Workspace workspace, long y) {
        return toFloat32 == null ? Workspace.Buffer.of(y) : workspace.take(bytes);
    }

    /** Converts a float32 result to y, unless it is there already, and releases its memory. */
    public void narrow(Workspace workspace, Workspace.Buffer wide, long y) {
        if (fromFloat32 != null) {
            fromFloat32.run(workspace, wide.address(), y);
        }
        workspace.release(wide);
    }

    @Override
    public void close() {
        if (toFloat32 != null && fromFloat32 != null) {
            toFloat32.close();
            fromFloat32.close();
        }
    }
}
