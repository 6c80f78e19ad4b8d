package kshot.onednn;

import java.util.ArrayList;
import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.PointerScope;

/**
 * The gradient of the weights of a depthwise convolution, computed one tile of 3×3 taps at a time.
 *
 * <p>oneDNN 3.11 has one good kernel for it, for windows of 3×3. For other windows, and where the window is larger than
 * the map, it takes many times as long (docs/performance.md); in bfloat16 also where there is a stride. But the sum is
 * the same for all taps: with x̂ the map with zeros around it,
 *
 * <pre>
 * ∂L/∂w(c, i, j) = Σ ∂L/∂y(n, c, h, w) · x̂(n, c, sh + i, sw + j)
 * </pre>
 *
 * <p>and tap (t + i, u + j) of x̂ is tap (i, j) of x̂ shifted by (t, u), which is the same memory from another address
 * on. The pixels at the end of a shifted row belong to the next row; they are multiplied by the zeros around ∂L/∂y. So
 * x and ∂L/∂y are copied once each, in float32 and in the layout that the kernel needs, and the kernel runs once for
 * each tile.
 */
final class TiledWeightGradient implements WeightGradient {
    private final Padded map;
    private final Padded result;
    private final memory.desc biases;
    private final memory.desc weights;
    private final memory.desc stored;
    private final Kernel kernel;
    private final List<Tile> tiles = new ArrayList<>();
    private final boolean bias;
    private final boolean coversAllTaps;

    TiledWeightGradient(Layer.Convolution layer, DataType numbers, long n, FeatureShape input) {
        int k = layer.kernel();
        TapTiles rows = TapTiles.of(k, layer.stride(), layer.padding(), input.height());
        TapTiles columns = TapTiles.of(k, layer.stride(), layer.padding(), input.width());
        bias = layer.bias();
        coversAllTaps = rows.count() == k && columns.count() == k;
        FeatureShape output = layer.outputShape(List.of(input));
        long[] window = {layer.out(), 1, 1, TapTiles.SIZE, TapTiles.SIZE};
        try (PointerScope scope = new PointerScope()) {
            stored = OneDnn.own(new memory.desc(
                    new long[] {layer.out(), 1, 1, k, k}, memory.data_type.f32, memory.format_tag.goihw));
            biases = OneDnn.own(bias ? OneDnn.vector(layer.out()) : new memory.desc());
            convolution_backward_weights.primitive_desc description = description(
                    any(n, layer.out(), rows.padded(), columns.padded()),
                    any(window),
                    any(n, layer.out(), rows.results(), columns.results()),
                    layer.stride());
            kernel = new Kernel(description);
            weights = OneDnn.own(description.diff_weights_desc());
            map = new Padded(
                    OneDnn.features(numbers, n, input),
                    new long[] {n, input.channels(), rows.copied(), columns.copied()},
                    description.src_desc(),
                    rows.margin(),
                    columns.margin());
            result = new Padded(
                    OneDnn.features(numbers, n, output),
                    new long[] {n, output.channels(), output.height(), output.width()},
                    description.diff_dst_desc(),
                    0,
                    0);
            for (int row : rows.starts()) {
                for (int column : columns.starts()) {
                    tiles.add(new Tile(
                            map.bytesTo(row, column), weights, OneDnn.own(stored.submemory_desc(window, new long[] {
                                0, 0, 0, rows.first() + row, columns.first() + column
                            }))));
                }
            }
        }
    }

    /** Returns whether this way is faster than oneDNN's own kernels. */
    static boolean isFaster(Layer.Convolution layer, DataType numbers, FeatureShape input) {
        boolean ofThree = layer.kernel() == TapTiles.SIZE
                && !ConvolutionForm.exceedsMap(layer, input)
                && (numbers == DataType.FLOAT32 || layer.stride() == 1);
        return layer.depthwise() && layer.kernel() >= TapTiles.SIZE && !ofThree;
    }

    private static memory.desc any(long... dimensions) {
        return new memory.desc(dimensions, memory.data_type.f32, memory.format_tag.any);
    }

    private convolution_backward_weights.primitive_desc description(
            memory.desc x, memory.desc w, memory.desc y, int stride) {
        long[] strides = {stride, stride};
        long[] none = {0, 0};
        convolution_forward.primitive_desc forward = new convolution_forward.primitive_desc(
                OneDnn.ENGINE,
                prop_kind.forward_training,
                algorithm.convolution_direct,
                x,
                w,
                biases,
                y,
                strides,
                none,
                none,
                OneDnn.SCRATCHPAD_OF_CALLER,
                false);
        return new convolution_backward_weights.primitive_desc(
                OneDnn.ENGINE,
                algorithm.convolution_direct,
                x,
                w,
                biases,
                y,
                strides,
                none,
                none,
                forward,
                OneDnn.SCRATCHPAD_OF_CALLER,
                false);
    }

    /** A copy of features with zeros around them, in the layout that the kernel needs. */
    private static final class Padded implements AutoCloseable {
        private final memory.desc source;
        private final memory.desc whole;
        private final memory.desc inside;
        private final Kernel copy;
        private final long rowBytes;
        private final long columnBytes;

        /**
         * Creates the copy's description.
         *
         * @param part the sizes of the part of the features that is copied, from their first pixel on
         * @param wanted the layout that the kernel needs
         * @param rows the number of rows of zeros before the first row
         * @param columns the number of columns of zeros before the first column
         */
        Padded(memory.desc features, long[] part, memory.desc wanted, int rows, int columns) {
            source = OneDnn.own(features.submemory_desc(part, new long[] {0, 0, 0, 0}));
            whole = OneDnn.own(wanted);
            inside = OneDnn.own(whole.submemory_desc(part, new long[] {0, 0, rows, columns}));
            copy = Reorders.kernel(source, inside);
            rowBytes = whole.get_strides().get(2) * Float.BYTES;
            columnBytes = whole.get_strides().get(3) * Float.BYTES;
        }

        /** Returns the distance in bytes from the first pixel to another. */
        long bytesTo(int row, int column) {
            return row * rowBytes + column * columnBytes;
        }

        /** Returns a copy with one holder and a number of zero bytes behind it. */
        Workspace.Buffer of(Workspace workspace, long features, long behind) {
            long bytes = whole.get_size() + behind;
            Workspace.Buffer buffer = workspace.take(bytes);
            buffer.clear(bytes);
            Reorders.copy(workspace, copy, source, features, inside, buffer.address());
            return buffer;
        }

        @Override
        public void close() {
            source.close();
            whole.close();
            inside.close();
            copy.close();
        }
    }

    /** A tile: the offset of its map, and the place of its taps in the gradient. */
    private static final class Tile implements AutoCloseable {
        private final long bytes;
        private final memory.desc place;
        private final Kernel copy;

        Tile(long bytes, memory.desc weights, memory.desc place) {
            this.bytes = bytes;
            this.place = place;
            this.copy = Reorders.kernel(weights, place);
        }

        @Override
        public void close() {
            place.close();
            copy.close();
        }
    }

    @Override
    public void run(Workspace workspace, long x, long dy, long dWeights, long dBias) {
        Workspace.Buffer seen = map.of(workspace, x, tiles.get(tiles.size() - 1).bytes);
        Workspace.Buffer from = result.of(workspace, dy, 0);
        Workspace.Buffer taps = workspace.take(weights.get_size());
        if (!coversAllTaps) {
            Workspace.Buffer.of(dWeights).clear(stored.get_size());
        }
        for (Tile tile : tiles) {
            workspace
                    .call()
                    .with(dnnl.DNNL_ARG_SRC, map.whole, seen.address() + tile.bytes)
                    .with(dnnl.DNNL_ARG_DIFF_DST, result.whole, from.address())
                    .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, weights, taps.address());
            if (bias) {
                workspace.with(dnnl.DNNL_ARG_DIFF_BIAS, biases, dBias);
            }
            workspace.run(kernel);
            Reorders.copy(workspace, tile.copy, weights, taps.address(), tile.place, dWeights);
        }
        workspace.release(seen);
        workspace.release(from);
        workspace.release(taps);
    }

    @Override
    public void close() {
        tiles.forEach(Tile::close);
        kernel.close();
        map.close();
        result.close();
        biases.close();
        weights.close();
        stored.close();
    }
}
