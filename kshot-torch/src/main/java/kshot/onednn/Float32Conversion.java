package kshot.onednn;

import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/** Features of one shape in float32 for a while, where oneDNN has no good kernel for the numbers they are kept in. */
public final class Float32Conversion implements AutoCloseable {
    /** For kernels that are good in the numbers at hand: nothing is copied. */
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

    /** x in float32: a copy, held once, or x itself. */
    public Workspace.Buffer widen(Workspace workspace, long x) {
        if (toFloat32 == null) {
            return Workspace.Buffer.of(x);
        }
        Workspace.Buffer wide = workspace.take(bytes);
        toFloat32.run(workspace, x, wide.address());
        return wide;
    }

    /** Where to write float32 that is wanted at y: memory to {@link #narrow}, held once, or y itself. */
    Workspace.Buffer place(Workspace workspace, long y) {
        return toFloat32 == null ? Workspace.Buffer.of(y) : workspace.take(bytes);
    }

    /** Brings float32 to y, unless it is there, and releases it. */
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
