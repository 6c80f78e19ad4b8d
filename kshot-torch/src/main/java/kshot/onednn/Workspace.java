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
 * A stream and the memory in which passes run, one after the other. The memory is kept, because the next pass needs
 * nearly the same. A workspace is for one thread at a time.
 */
public final class Workspace implements AutoCloseable {
    /** The alignment of blocks in bytes: that of a cache line and of the widest vector. */
    private static final long ALIGNMENT = 64;

    /** The largest number of arguments of a kernel; a sum has one for each term. */
    private static final int ARGUMENTS = 64;

    /** The least part of a free block that a request must use to get it. */
    private static final double LEAST_USE = 0.5;

    private final stream queue;
    private final dnnl_exec_arg_t arguments;
    private final Address address = new Address();
    private final Map<memory.desc, Views> views = new HashMap<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final TreeMap<Long, List<Buffer>> free = new TreeMap<>();
    private int argumentCount;
    private long call;

    /** Creates a workspace without memory. */
    public Workspace() {
        try (PointerScope scope = new PointerScope()) {
            queue = OneDnn.own(new stream(OneDnn.ENGINE));
            arguments = OneDnn.own(new dnnl_exec_arg_t(ARGUMENTS));
        }
    }

    /** A block of memory with the number of its holders. */
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

        /** Returns a buffer over memory that belongs to another owner: it is never overwritten nor taken back. */
        public static Buffer of(long address) {
            return new Buffer(null, address, 0);
        }

        /** Returns the address of the first byte. */
        public long address() {
            return address;
        }

        /** Adds a holder. */
        public Buffer hold() {
            holders++;
            return this;
        }

        /** Returns whether the memory belongs to a workspace, and not to another owner. */
        public boolean isOwn() {
            return block != null;
        }

        /** Returns whether there is only one holder, who may overwrite the memory. */
        public boolean isExclusive() {
            return isOwn() && holders == 1;
        }

        /** Returns the first numbers, read as float32. */
        public float[] floats(int count) {
            float[] values = new float[count];
            try (PointerScope scope = new PointerScope()) {
                new FloatPointer(new Address().of(address)).get(values);
            }
            return values;
        }

        /** Sets a number of bytes to 0. */
        public void clear(long count) {
            Pointer.memset(new Address().of(address), 0, count);
        }
    }

    /** The oneDNN memory objects of one description that the present call uses. */
    private static final class Views {
        private final List<memory> memories = new ArrayList<>();
        private final List<dnnl_memory> handles = new ArrayList<>();
        private int used;
        private long call;
    }

    /** Returns memory of at least a number of bytes with one holder and undefined content; no memory for 0. */
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

    /** Removes a holder. Memory without holders can be taken again. */
    public void release(Buffer buffer) {
        buffer.holders--;
        if (buffer.holders == 0 && buffer.isOwn()) {
            free.computeIfAbsent(buffer.bytes, bytes -> new ArrayList<>()).add(buffer);
        }
    }

    /** Takes all memory back, whatever holders it has. */
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

    /** Adds an argument to the call: its number, description and address. */
    Workspace with(int argument, memory.desc description, long where) {
        arguments.position(argumentCount).arg(argument).memory(at(description, where));
        argumentCount++;
        return this;
    }

    /** Runs a kernel with the arguments of the call. */
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
