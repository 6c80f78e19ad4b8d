package kshot.onednn;

import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;

/** A compiled oneDNN primitive. */
final class Kernel implements AutoCloseable {
    private final primitive compiled;
    private final memory.desc scratchpad;
    private final long scratchpadBytes;
    private final dnnl_primitive handle;

    /** Compiles a primitive. The caller has opened a scope. */
    Kernel(primitive_desc_base description) {
        compiled = OneDnn.own(new primitive(description.get()));
        scratchpad = OneDnn.own(description.scratchpad_desc());
        scratchpadBytes = scratchpad.get_size();
        handle = compiled.get();
    }

    dnnl_primitive handle() {
        return handle;
    }

    memory.desc scratchpad() {
        return scratchpad;
    }

    long scratchpadBytes() {
        return scratchpadBytes;
    }

    @Override
    public void close() {
        compiled.close();
        scratchpad.close();
    }
}
