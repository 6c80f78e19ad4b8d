package kshot.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** Tensors by name, in the order in which a file holds them: those in use, not copies, unless they are made from arrays. */
public final class NamedTensors {
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

    /** Returns all tensors by their names, in order. */
    public Map<String, Tensor> asMap() {
        return tensors;
    }
}
