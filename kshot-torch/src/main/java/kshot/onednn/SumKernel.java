package kshot.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kshot.network.FeatureShape;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory_desc_vector;
import org.bytedeco.dnnl.sum;
import org.bytedeco.javacpp.PointerScope;

/** The kernel of a sum of several features of one shape. */
public final class SumKernel implements AutoCloseable {
    private final memory.desc features;
    private final Kernel kernel;

    SumKernel(int terms, DataType numbers, long n, FeatureShape shape) {
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.features(numbers, n, shape));
            float[] ones = new float[terms];
            Arrays.fill(ones, 1);
            memory.desc[] each = Stream.generate(() -> features).limit(terms).toArray(memory.desc[]::new);
            kernel = new Kernel(new sum.primitive_desc(
                    OneDnn.ENGINE, features, ones, new memory_desc_vector(each), OneDnn.SCRATCHPAD_OF_CALLER, false));
        }
    }

    /** Computes the sum of the terms into y, which may be the first term. */
    public void run(Workspace workspace, List<Long> terms, long y) {
        workspace.call();
        for (int i = 0; i < terms.size(); i++) {
            workspace.with(dnnl.DNNL_ARG_MULTIPLE_SRC + i, features, terms.get(i));
        }
        workspace.with(dnnl.DNNL_ARG_DST, features, y).run(kernel);
    }

    @Override
    public void close() {
        kernel.close();
        features.close();
    }
}
