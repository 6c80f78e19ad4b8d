package kshot.onednn;

import org.bytedeco.dnnl.memory;

/** The data type of features. */
public enum DataType {
    /** A float of 32 bits. */
    FLOAT32(memory.data_type.f32, Float.BYTES),
    /** A bfloat16 of 16 bits, 8 of them significant. */
    BFLOAT16(memory.data_type.bf16, Short.BYTES);

    private final memory.data_type type;
    private final int bytes;

    DataType(memory.data_type type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    memory.data_type type() {
        return type;
    }

    /** Returns the size of one number in bytes. */
    public int bytes() {
        return bytes;
    }
}
