package kshot.onednn;

import kshot.network.FeatureShape;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/** The oneDNN library: its start, and its descriptions of memory. */
final class OneDnn {
    /** The engine of the processor. */
    static final engine ENGINE;

    /**
     * The attribute of kernels that take their scratchpad from a {@link Workspace}, so that several threads may run one
     * at once.
     */
    static final primitive_attr SCRATCHPAD_OF_CALLER;

    static {
        Loader.load(dnnl.class);
        try (PointerScope scope = new PointerScope()) {
            ENGINE = own(new engine(engine.kind.cpu, 0));
            SCRATCHPAD_OF_CALLER = own(new primitive_attr());
            SCRATCHPAD_OF_CALLER.set_scratchpad_mode(scratchpad_mode.user);
        }
    }

    private OneDnn() {}

    /** Detaches a value from the innermost scope: it lives as long as the kernel that holds it. */
    static <P extends Pointer> P own(P value) {
        value.retainReference();
        PointerScope.getInnerScope().detach(value);
        return value;
    }

    /** Returns the description of features of n images, channels last. */
    static memory.desc features(DataType numbers, long n, FeatureShape shape) {
        return new memory.desc(
                new long[] {n, shape.channels(), shape.height(), shape.width()},
                numbers.type(),
                memory.format_tag.nhwc);
    }

    /** Returns the description of a float32 matrix, row by row. */
    static memory.desc matrix(long rows, long columns) {
        return new memory.desc(new long[] {rows, columns}, memory.data_type.f32, memory.format_tag.ab);
    }

    /** Returns the description of a float32 vector. */
    static memory.desc vector(long length) {
        return new memory.desc(new long[] {length}, memory.data_type.f32, memory.format_tag.a);
    }
}
