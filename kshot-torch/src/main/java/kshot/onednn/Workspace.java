package kshot.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * What one pass after the other runs in: a stream, and memory that is kept, because the next pass needs nearly the same. For one
 * thread at a time.
 */
public final class Workspace implements AutoCloseable {
    /** Of a cache line, and of the widest vector. */
    private static final long ALIGNMENT = 64;

    /** Arguments of a kernel; a sum has one for each term. */
    private static final int ARGUMENTS = 64;

    /** A free block is taken for a request of at least this part of it. */
    private static final double LEAST_USE = 0.5;

    private final stream queue;
    private final dnnl_exec_arg_t arguments;
    private final Address address = new Address();
    private final Map<memory.desc, Views> views = new HashMap<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final TreeMap<Long, List<Buffer>> free = new TreeMap<>();
    private int argumentCount;
    private long call;

    /** Without memory yet. */
    public Workspace() {
        try (PointerScope scope = new PointerScope()) {
            queue = OneDnn.own(new stream(OneDnn.ENGINE));
            arguments = OneDnn.own(new dnnl_exec_arg_t(ARGUMENTS));
        }
    }

    /** Memory with the number of those who still need it. */
    public static final class Buffer {
        private final @Nullable BytePointer block;
        private final long address;
        private final long bytes;
        private int holders;

        private Buffer(@Nullable BytePointer block, long address, long bytes) {
            this.block = block;
            this.address = address;
            this.bytes = bytes;
        }

        private static Buffer allocate(long bytes) {
            try (PointerScope scope = new PointerScope()) {
                BytePointer block = OneDnn.own(new BytePointer(bytes + ALIGNMENT));
                return new Buffer(block, (block.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, bytes);
            }
        }

        /** Memory of someone else, who keeps it: never overwritten nor taken back. */
        public static Buffer of(long address) {
            return new Buffer(null, address, 0);
        }

        /** Where it is. */
        public long address() {
            return address;
        }

        /** Counts one more who needs it. */
        public Buffer hold() {
            holders++;
            return this;
        }

        /** Whether it is of a workspace, not someone else's. */
        public boolean isOwn() {
            return block != null;
        }

        /** Whether nobody else needs it: it may be overwritten. */
        public boolean isExclusive() {
            return isOwn() && holders == 1;
        }

        /** Its first numbers, as float32. */
        public float[] floats(int count) {
            float[] values = new float[count];
            try (PointerScope scope = new PointerScope()) {
                new FloatPointer(new Address().of(address)).get(values);
            }
            return values;
        }

        /** Sets so many bytes to 0. */
        public void clear(long count) {
            Pointer.memset(new Address().of(address), 0, count);
        }
    }

    /** The memories of one description that the present call uses. */
    private static final class Views {
        private final List<memory> memories = new ArrayList<>();
        private final List<dnnl_memory> handles = new ArrayList<>();
        private int used;
        private long call;
    }

    /** Memory of at least so many bytes, held once, with any content; none for 0. */
    public Buffer take(long bytes) {
        if (bytes == 0) {
            return Buffer.of(0);
        }
        Map.Entry<Long, List<Buffer>> fitting = free.ceilingEntry(bytes);
        Buffer buffer;
        if (fitting != null && bytes >= LEAST_USE * fitting.getKey()) {
            List<Buffer> list = fitting.getValue();
            buffer = list.remove(list.size() - 1);
            if (list.isEmpty()) {
                free.remove(fitting.getKey());
            }
        } else {
            buffer = Buffer.allocate(bytes);
            buffers.add(buffer);
        }
        buffer.holders = 1;
        return buffer;
    }

    /** One holder needs it no more. */
    public void release(Buffer buffer) {
        buffer.holders--;
        if (buffer.holders == 0 && buffer.isOwn()) {
            free.computeIfAbsent(buffer.bytes, bytes -> new ArrayList<>()).add(buffer);
        }
    }

    /** Takes all memory back, whoever held it. */
    public void reset() {
        free.clear();
        for (Buffer buffer : buffers) {
            buffer.holders = 1;
            release(buffer);
        }
    }

    /** Begins the call of a kernel. */
    Workspace call() {
        argumentCount = 0;
        call++;
        return this;
    }

    /** An argument of the call: its number, what is there, and where. */
    Workspace with(int argument, memory.desc description, long where) {
        arguments.position(argumentCount).arg(argument).memory(at(description, where));
        argumentCount++;
        return this;
    }

    /** Runs a kernel with the arguments. */
    void run(Kernel kernel) {
        if (kernel.scratchpadBytes() == 0) {
            execute(kernel);
            return;
        }
        Buffer scratchpad = take(kernel.scratchpadBytes());
        with(dnnl.DNNL_ARG_SCRATCHPAD, kernel.scratchpad(), scratchpad.address);
        execute(kernel);
        release(scratchpad);
    }

    private void execute(Kernel kernel) {
        int status = dnnl.dnnl_primitive_execute(kernel.handle(), queue.get(), argumentCount, arguments.position(0));
        if (status != 0) {
            throw new IllegalStateException("oneDNN failed with status " + status);
        }
    }

    private dnnl_memory at(memory.desc description, long where) {
        Views of = views.computeIfAbsent(description, d -> new Views());
        if (of.call != call) {
            of.call = call;
            of.used = 0;
        }
        if (of.used == of.memories.size()) {
            try (PointerScope scope = new PointerScope()) {
                memory view = OneDnn.own(new memory(description, OneDnn.ENGINE, address.of(where)));
                of.memories.add(view);
                of.handles.add(view.get());
            }
        }
        of.memories.get(of.used).set_data_handle(address.of(where));
        return of.handles.get(of.used++);
    }

    @Override
    public void close() {
        views.values().forEach(of -> of.memories.forEach(memory::close));
        for (Buffer buffer : buffers) {
            if (buffer.block != null) {
                buffer.block.close();
            }
        }
        arguments.position(0).close();
        queue.close();
    }
}
