package kshot.torch;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LayoutOptional;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Starting libtorch, and the few tensor calls that its Java binding makes wordy. */
public final class LibTorch {
    private LibTorch() {}

    /**
     * Loads the natives and sets the number of threads. The last digits of results depend on it, so it belongs to the
     * settings of a run.
     */
    public static void start(int threads) {
        torch.set_num_threads(threads);
    }

    /** Threads a kernel may use. */
    public static int threads() {
        return torch.get_num_threads();
    }

    /** What libtorch says of its build and of this machine's instruction set. */
    public static String describe() {
        return torch.show_config().getString();
    }

    static Tensor zeros(ScalarType type, long... shape) {
        return torch.zeros(
                shape, new ScalarTypeOptional(type), new LayoutOptional(), new DeviceOptional(), new BoolOptional());
    }

    static Tensor ones(ScalarType type, long... shape) {
        return zeros(type, shape).add_(new Scalar(1.0));
    }

    static Tensor ofFloats(ScalarType type, float... values) {
        return cast(Tensor.create(values), type);
    }

    static Tensor cast(Tensor tensor, ScalarType type) {
        return tensor.scalar_type() == type
                ? tensor
                : tensor.to(new TensorOptions(type), false, false, new MemoryFormatOptional());
    }

    /** The values, as float32, in the order of the tensor's logical dimensions. */
    static float[] toFloats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        cast(tensor, ScalarType.Float).contiguous().data_ptr_float().get(values);
        return values;
    }

    static double[] toDoubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        cast(tensor, ScalarType.Double).contiguous().data_ptr_double().get(values);
        return values;
    }

    static Tensor concatenate(Iterable<Tensor> parts) {
        TensorVector vector = new TensorVector();
        for (Tensor part : parts) {
            vector.push_back(part);
        }
        return vector.size() == 1 ? vector.get(0) : torch.cat(vector, 0);
    }

    /** The Euclidean norm. */
    static double norm(Tensor tensor) {
        return torch.linalg_vector_norm(
                        tensor, new Scalar(2.0), new LongArrayRefOptional(), false, new ScalarTypeOptional())
                .item()
                .toDouble();
    }
}
