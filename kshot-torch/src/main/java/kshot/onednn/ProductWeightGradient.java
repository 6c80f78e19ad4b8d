package kshot.onednn;

import java.util.ArrayList;
import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;

/**
 * The gradient of the weights of a dense convolution without a stride, computed as the gradient of a linear layer in
 * float32:
 *
 * <pre>
 * ∂L/∂W = (∂L/∂y)ᵀ X
 * </pre>
 *
 * <p>A row of X holds the pixels in the window of one pixel of y, with zeros beyond the border of the map. X is copied
 * tap by tap and is k² times as large as the features, so this is for small maps. Where the window is larger than the
 * map, oneDNN 3.11 computes a product for each image, which is slower, and its bfloat16 result is uninitialised memory
 * (docs/decisions/0003-convolutions.md).
 */
final class ProductWeightGradient implements WeightGradient {
    private final Float32Conversion ofFeatures;
    private final Float32Conversion ofResult;
    private final LinearKernels linear;
    private final long seenBytes;
    private final long unwantedBytes;
    private final List<Tap> taps = new ArrayList<>();

    ProductWeightGradient(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        FeatureShape output = layer.outputShape(List.of(input));
        boolean wide = numbers != DataType.FLOAT32;
        ofFeatures = wide ? Float32Conversion.of(numbers, input, n) : Float32Conversion.NONE;
        ofResult = wide ? Float32Conversion.of(numbers, output, n) : Float32Conversion.NONE;
        int seen = layer.kernel() * layer.kernel() * layer.in();
        long pixels = n * output.height() * output.width();
        linear = new LinearKernels(seen, layer.out(), pixels);
        seenBytes = pixels * seen * Float.BYTES;
        unwantedBytes = layer.bias() ? 0 : layer.out() * (long) Float.BYTES;
        try (PointerScope scope = new PointerScope()) {
            memory.desc all = OneDnn.features(DataType.FLOAT32, n, output.withChannels(seen));
            for (int i = 0; i < layer.kernel(); i++) {
                Span vertical = Span.of(i, layer.padding(), input.height(), output.height());
                for (int j = 0; j < layer.kernel(); j++) {
                    Span horizontal = Span.of(j, layer.padding(), input.width(), output.width());
                    if (vertical.count > 0 && horizontal.count > 0) {
                        int channel = (i * layer.kernel() + j) * layer.in();
                        taps.add(new Tap(n, input, vertical, horizontal, all, channel));
                    }
                }
            }
        }
    }

    /**
     * The results along one axis for which a tap lies inside the map.
     *
     * @param first the first such result
     * @param count the number of such results; 0 or less if there are none
     * @param pixel the pixel under the tap for the first of them
     */
    private record Span(int first, int count, int pixel) {
        static Span of(int tap, int padding, int pixels, int results) {
            int shift = tap - padding;
            int first = Math.max(0, -shift);
            return new Span(first, Math.min(results, pixels - shift) - first, first + shift);
        }
    }

    /** A copy of the pixels under one tap from the features into the tap's columns. */
    private static final class Tap implements AutoCloseable {
        private final long bytes;
        private final memory.desc from;
        private final memory.desc to;
        private final Kernel copy;

        Tap(long n, FeatureShape input, Span vertical, Span horizontal, memory.desc all, int channel) {
            long channels = input.channels();
            long row = input.width() * channels;
            long[] part = {n, channels, vertical.count, horizontal.count};
            bytes = (vertical.pixel * row + horizontal.pixel * channels) * Float.BYTES;
            from = OneDnn.own(
                    OneDnn.features(DataType.FLOAT32, n, input).submemory_desc(part, new long[] {0, 0, 0, 0}));
            to = OneDnn.own(all.submemory_desc(part, new long[] {0, channel, vertical.first, horizontal.first}));
            copy = Reorders.kernel(from, to);
        }

        @Override
        public void close() {
            from.close();
            to.close();
            copy.close();
        }
    }

    /** Returns whether this way is faster than oneDNN's kernel, or right where that kernel is wrong. */
    static boolean isBetter(Layer.Convolution layer, FeatureShape input) {
        return layer.stride() == 1 && !layer.depthwise() && ConvolutionForm.exceedsMap(layer, input);
    }

    @Override
    public void run(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer features = ofFeatures.widen(workspace, x);
        Workspace.Buffer from = ofResult.widen(workspace, dy);
        Workspace.Buffer seen = workspace.take(seenBytes);
        seen.clear(seenBytes);
        for (Tap tap : taps) {
            Reorders.copy(workspace, tap.copy, tap.from, features.address() + tap.bytes, tap.to, seen.address());
        }
        workspace.release(features);
        // A linear layer has a bias, whose gradient a convolution may not want.
        Workspace.Buffer unwanted = workspace.take(unwantedBytes);
        linear.gradients(
                workspace, seen.address(), from.address(), dWeights, unwantedBytes > 0 ? unwanted.address() : dBias);
        workspace.release(unwanted);
        workspace.release(seen);
        workspace.release(from);
    }

    @Override
    public void close() {
        taps.forEach(Tap::close);
        linear.close();
        ofFeatures.close();
        ofResult.close();
    }
}
