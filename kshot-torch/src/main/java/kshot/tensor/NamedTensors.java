package kshot.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Tensors by name, in the order in which a file holds them: those in use, not copies, unless they are made from arrays. */
public final class NamedTensors {
    /** Bytes that one buffer of Java shows at most. */
    private static final long CHUNK = 64 << 20;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** Adds a tensor, which has to outlive these; returns this. */
    public NamedTensors put(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return this;
    }

    /** Adds a copy of an array, as a tensor that lives in the scope of the caller. */
    public NamedTensors put(String name, float... values) {
        return put(name, Tensor.create(values));
    }

    /** Adds others, with a prefix before their names. */
    public NamedTensors putAll(String prefix, NamedTensors others) {
        others.tensors.forEach((name, tensor) -> tensors.put(prefix + name, tensor));
        return this;
    }

    /** Returns the names. */
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    /** Returns the values of one as float32, in the order of its dimensions. */
    public float[] toFloats(String name) {
        return LibTorch.toFloats(get(name));
    }

    /** Returns the tensor of a name. */
    public Tensor get(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /** Replaces all values by those of rank 0, whose tensors have the same sizes. */
    public void broadcast(Collective collective) {
        tensors.values().stream().filter(tensor -> tensor.numel() > 0).forEach(collective::broadcast);
    }

    /** Returns the number of values of each. */
    public long[] sizes() {
        return tensors.values().stream().mapToLong(Tensor::numel).toArray();
    }

    /** Returns a checksum of all values, which must be contiguous: the CRC-32C (RFC 3720, appendix B.4) of their bytes. */
    public long checksum() {
        CRC32C crc = new CRC32C();
        try (PointerScope scope = new PointerScope()) {
            for (Tensor tensor : tensors.values()) {
                BytePointer bytes = new BytePointer(tensor.cpu().data_ptr());
                for (long from = 0; from < tensor.nbytes(); from += CHUNK) {
                    long size = Math.min(CHUNK, tensor.nbytes() - from);
                    crc.update(bytes.getPointer(from).capacity(size).asByteBuffer());
                }
            }
        }
        return crc.getValue();
    }

    /** Returns all tensors by their names, in order. */
    public Map<String, Tensor> asMap() {
        return tensors;
    }
}
