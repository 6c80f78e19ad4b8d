package kshot.onednn;

import kshot.network.FeatureShape;

/** Features of one shape in float32 for a while, where oneDNN has no good kernel for the numbers they are kept in. */
final class Widening implements AutoCloseable {
    private final CopyKernel toFloat32;
    private final CopyKernel fromFloat32;
    private final long bytes;

    Widening(Numbers numbers, FeatureShape shape, long n) {
        toFloat32 = new CopyKernel(numbers, shape, Numbers.FLOAT32, shape.channels(), n);
        fromFloat32 = new CopyKernel(Numbers.FLOAT32, shape, numbers, shape.channels(), n);
        bytes = n * shape.elements() * Numbers.FLOAT32.bytes();
    }

    /** Memory for features in float32, held once. */
    Workspace.Buffer take(Workspace workspace) {
        return workspace.take(bytes);
    }

    /** A copy in float32, held once. */
    Workspace.Buffer widen(Workspace workspace, long x) {
        Workspace.Buffer wide = take(workspace);
        toFloat32.run(workspace, x, wide.address());
        return wide;
    }

    /** Copies back, and releases what was in float32. */
    void narrow(Workspace workspace, Workspace.Buffer wide, long y) {
        fromFloat32.run(workspace, wide.address(), y);
        workspace.release(wide);
    }

    @Override
    public void close() {
        toFloat32.close();
        fromFloat32.close();
    }
}
