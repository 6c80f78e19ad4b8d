package kshot.onednn;

import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The oneDNN description of a convolution of n images, and of its kernels that need weights in a memory layout of their
 * own.
 */
final class ConvolutionForm implements AutoCloseable {
    final DataType numbers;
    final boolean bias;
    final memory.desc features;
    final memory.desc result;
    final memory.desc biases;
    final Float32Conversion ofFeatures;
    final Float32Conversion ofResult;
    final long[] strides;
    final long[] padding;
    private final long[] dimensions;
    private final memory.desc stored;

    ConvolutionForm(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        this(layer, numbers, n, input, false);
    }

    /**
     * Creates the description for features of a data type.
     *
     * @param wide whether the kernels compute in float32; features and result must then be converted
     */
    ConvolutionForm(Layer.Convolution layer, DataType kept, long n, FeatureShape input, boolean wide) {
        this.numbers = wide ? DataType.FLOAT32 : kept;
        this.bias = layer.bias();
        this.strides = new long[] {layer.stride(), layer.stride()};
        this.padding = new long[] {layer.padding(), layer.padding()};
        long k = layer.kernel();
        this.dimensions =
                layer.depthwise() ? new long[] {layer.out(), 1, 1, k, k} : new long[] {layer.out(), layer.in(), k, k};
        FeatureShape output = input.slide(layer.out(), layer.kernel(), layer.stride(), layer.padding());
        this.ofFeatures = wide ? Float32Conversion.of(kept, input, n) : Float32Conversion.NONE;
        this.ofResult = wide ? Float32Conversion.of(kept, output, n) : Float32Conversion.NONE;
        try (PointerScope scope = new PointerScope()) {
            features = OneDnn.own(OneDnn.features(numbers, n, input));
            result = OneDnn.own(OneDnn.features(numbers, n, output));
            biases = OneDnn.own(bias ? OneDnn.vector(layer.out()) : new memory.desc());
            stored = OneDnn.own(new memory.desc(
                    dimensions,
                    memory.data_type.f32,
                    layer.depthwise() ? memory.format_tag.goihw : memory.format_tag.ohwi));
        }
    }

    /** Returns whether the window is larger than the map. For such convolutions oneDNN is slow or wrong. */
    static boolean exceedsMap(Layer.Convolution layer, FeatureShape input) {
        return layer.kernel() > Math.min(input.height(), input.width());
    }

    /** Returns a description of the weights that leaves the layout to oneDNN. */
    memory.desc weights(DataType of) {
        return new memory.desc(dimensions, of.type(), memory.format_tag.any);
    }

    convolution_forward.primitive_desc forward(prop_kind kind) {
        return new convolution_forward.primitive_desc(
                OneDnn.ENGINE,
                kind,
                algorithm.convolution_direct,
                features,
                weights(numbers),
                biases,
                result,
                strides,
                padding,
                padding,
                OneDnn.SCRATCHPAD_OF_CALLER,
                false);
    }

    /** Returns a kernel that reads weights, with the layout it needs. */
    Packed reads(Kernel kernel, memory.desc wanted) {
        memory.desc weights = OneDnn.own(wanted);
        return new Packed(
                kernel, weights, weights.get_size(), weights.equals(stored) ? null : Reorders.kernel(stored, weights));
    }

    /** Returns a kernel that writes the gradient of weights, with the layout it needs. */
    Packed writes(Kernel kernel, memory.desc wanted) {
        memory.desc weights = OneDnn.own(wanted);
        return new Packed(
                kernel, weights, weights.get_size(), weights.equals(stored) ? null : Reorders.kernel(weights, stored));
    }

    /**
     * A kernel and the layout of its weights.
     *
     * @param kernel the kernel
     * @param weights the layout of the weights
     * @param bytes the size of the weights in that layout
     * @param pack the kernel that copies from or to the stored layout; null if the two are the same
     */
    record Packed(
            Kernel kernel,
            memory.desc weights,
            long bytes,
            @Nullable Kernel pack) implements AutoCloseable {
        @Override
        public void close() {
            kernel.close();
            weights.close();
            if (pack != null) {
                pack.close();
            }
        }
    }

    /** A function that uses an address. */
    interface Use {
        void at(long address);
    }

    /** Runs a kernel that reads weights, after copying them from the stored layout if needed. */
    void read(Workspace workspace, Packed packed, long weights, Use use) {
        if (packed.pack == null) {
            use.at(weights);
            return;
        }
        Workspace.Buffer buffer = workspace.take(packed.bytes);
        Reorders.copy(workspace, packed.pack, stored, weights, packed.weights, buffer.address());
        use.at(buffer.address());
        workspace.release(buffer);
    }

    /** Runs a kernel that writes weights, and copies them to the stored layout if needed. */
    void write(Workspace workspace, Packed packed, long weights, Use use) {
        if (packed.pack == null) {
            use.at(weights);
            return;
        }
        Workspace.Buffer buffer = workspace.take(packed.bytes);
        use.at(buffer.address());
        Reorders.copy(workspace, packed.pack, packed.weights, buffer.address(), stored, weights);
        workspace.release(buffer);
    }

    @Override
    public void close() {
        features.close();
        result.close();
        biases.close();
        stored.close();
        ofFeatures.close();
        ofResult.close();
    }
}
