package kshot.onednn;

import kshot.network.FeatureShape;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;

/**
 * A kernel that copies the leading channels of features, into another data type if needed. Further channels of the
 * target stay unchanged.
 */
public final class CopyKernel implements AutoCloseable {
    private final memory.desc source;
    private final memory.desc target;
    private final Kernel kernel;

    CopyKernel(DataType from, FeatureShape shape, DataType to, int channels, long n) {
        try (PointerScope scope = new PointerScope()) {
            FeatureShape common = shape.withChannels(Math.min(shape.channels(), channels));
            source = OneDnn.own(leading(OneDnn.features(from, n, shape), common, n));
            target = OneDnn.own(leading(OneDnn.features(to, n, shape.withChannels(channels)), common, n));
            kernel = Reorders.kernel(source, target);
        }
    }

    private static memory.desc leading(memory.desc whole, FeatureShape part, long n) {
        return whole.submemory_desc(
                new long[] {n, part.channels(), part.height(), part.width()}, new long[] {0, 0, 0, 0});
    }

    /** Copies x to y. */
    public void run(Workspace workspace, long x, long y) {
        Reorders.copy(workspace, kernel, source, x, target, y);
    }

    @Override
    public void close() {
        kernel.close();
        source.close();
        target.close();
    }
}
