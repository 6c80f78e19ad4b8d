package kshot.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;

/** Reorders: kernels that copy from one memory layout into another. */
final class Reorders {
    private Reorders() {}

    static Kernel kernel(memory.desc from, memory.desc to) {
        return new Kernel(
                new reorder.primitive_desc(OneDnn.ENGINE, from, OneDnn.ENGINE, to, OneDnn.SCRATCHPAD_OF_CALLER, false));
    }

    static void copy(Workspace workspace, Kernel kernel, memory.desc from, long source, memory.desc to, long target) {
        workspace
                .call()
                .with(dnnl.DNNL_ARG_FROM, from, source)
                .with(dnnl.DNNL_ARG_TO, to, target)
                .run(kernel);
    }
}
