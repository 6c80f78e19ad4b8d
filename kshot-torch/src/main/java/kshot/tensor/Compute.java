package kshot.tensor;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LayoutOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The device and the numbers in which networks run. All tensors that hold weights, images, labels or gradients are made here; they live
 * in the scope of the caller.
 *
 * @param device that holds the tensors
 * @param precision of features and weights
 */
public record Compute(Device device, Precision precision) {

    /** Returns a precision on the processor. */
    public static Compute of(Precision precision) {
        return new Compute(Device.PROCESSOR, precision);
    }

    /** Returns zeros in the type of stored weights. */
    public Tensor zeros(long... shape) {
        return zeros(precision.storage(), place(), shape);
    }

    /** Returns values that are still to be written, in the type of stored weights. */
    public Tensor empty(long... shape) {
        TensorOptions options = new TensorOptions(precision.storage());
        return torch.empty(shape, device.isProcessor() ? options : options.device(place()), new MemoryFormatOptional());
    }

    /** Returns a vector in the type of stored weights. */
    public Tensor vector(float... values) {
        return move(Tensor.create(values), precision.storage());
    }

    /** Returns a tensor of some shape, row by row, in the type of features. */
    public Tensor features(float[] values, long... shape) {
        Tensor floats = zeros(ScalarType.Float, new DeviceOptional(), shape);
        floats.data_ptr_float().put(values);
        return move(floats, precision.features());
    }

    /** Returns a vector of zeros in float64, for what is counted. */
    public Tensor counters(long count) {
        return zeros(ScalarType.Double, place(), count);
    }

    /** Returns a vector of class indices. */
    public Tensor labels(long... classes) {
        return move(Tensor.create(classes), ScalarType.Long);
    }

    private static Tensor zeros(ScalarType type, DeviceOptional place, long... shape) {
        return torch.zeros(shape, new ScalarTypeOptional(type), new LayoutOptional(), place, new BoolOptional());
    }

    /** Copies a tensor of the processor, unless it is what is wanted already. */
    private Tensor move(Tensor tensor, ScalarType type) {
        return device.isProcessor()
                ? LibTorch.cast(tensor, type)
                : tensor.to(new TensorOptions(type).device(place()), false, false, new MemoryFormatOptional());
    }

    /** Returns the device as libtorch wants it; without one it takes the processor. */
    private DeviceOptional place() {
        return device.isProcessor()
                ? new DeviceOptional()
                : new DeviceOptional(new org.bytedeco.pytorch.Device(device.name()));
    }
}
