package kshot.torch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Node;
import kshot.torch.Weights.RunningStatistics;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Runs networks on libtorch: only their live layers, channels last, each value freed after its last use unless the
 * backward pass needs it. Holds constants that all networks share.
 */
public final class Executor implements AutoCloseable {
    /** Share of a batch in running statistics; the default of PyTorch, which the benchmarks were trained with. */
    private static final double STATISTICS_MOMENTUM = 0.1;

    /** See {@link #isTrusted}. */
    static final int TRUSTED_POINTWISE_CHANNELS = 64;

    /** Numbers in a register of float32. */
    private static final int VECTOR = 16;

    /**
     * Depthwise kernels from this size on, and with a stride, run in float32 even if features are bfloat16: oneDNN has no
     * fast kernel for the gradient of the weights of the former and of the features of the latter, and the slow ones are
     * slower still in bfloat16.
     */
    private static final int WIDENED_DEPTHWISE_KERNEL = 5;

    private final Precision precision;
    private final Map<PoolKey, PoolConstants> poolConstants = new ConcurrentHashMap<>();
    private final Streams streams = new Streams(LibTorch.threads());

    /** An executor whose features are of the given precision. */
    public Executor(Precision precision) {
        this.precision = precision;
    }

    /** What runs passes that don't depend on each other, side by side; networks may be run on all of them. */
    Streams streams() {
        return streams;
    }

    /** The precision of features. */
    public Precision precision() {
        return precision;
    }

    /**
     * Class scores of a batch.
     *
     * @param images N×C×H×W, channels last
     * @return N×classes in the storage type of the weights; the caller's scope owns it
     */
    Tensor forward(Network network, Weights weights, Tensor images) {
        try (PointerScope scope = new PointerScope()) {
            Tensor scores = new Pass(network, weights, images).run();
            return PointerScopes.keep(scores);
        }
    }

    /**
     * A convolution, by the kernel that is right and fast for its shape.
     *
     * @param x N×in×H×W, channels last
     * @param kernel out×in×k×k, or out×1×k×k if depthwise
     * @param bias out, or nothing
     */
    Tensor convolve(Layer.Convolution layer, Tensor x, Tensor kernel, TensorOptional bias) {
        if (!isTrusted(layer, x)) {
            return layer.kernel() == 1
                    ? pointwise(subsample(x, layer.stride()), kernel, bias)
                    : unfolded(layer, x, kernel, bias);
        }
        boolean slow = layer.kernel() >= WIDENED_DEPTHWISE_KERNEL || layer.stride() > 1;
        ScalarType type = layer.depthwise() && slow ? precision.storage() : precision.compute();
        Tensor y = torch.conv2d(
                LibTorch.cast(x, type),
                LibTorch.cast(kernel, type),
                cast(bias, type),
                pair(layer.stride()),
                pair(layer.padding()),
                pair(1),
                layer.depthwise() ? layer.in() : 1);
        return LibTorch.cast(y, precision.compute());
    }

    /**
     * Whether libtorch's own convolution computes this shape right, forward and backward. It does not compute all, see
     * {@code docs/decisions/0003-convolutions.md}: these are the shapes among which a sweep over thousands found none wrong.
     */
    private boolean isTrusted(Layer.Convolution layer, Tensor x) {
        if (precision == Precision.FLOAT64) {
            return true;
        }
        if (layer.depthwise()) {
            return layer.in() > 1;
        }
        if (layer.kernel() == 1) {
            return precision == Precision.FLOAT32
                    && layer.stride() == 1
                    && Math.max(layer.in(), layer.out()) <= TRUSTED_POINTWISE_CHANNELS
                    && layer.out() % VECTOR == 0;
        }
        return layer.in() > 1
                && layer.out() % (precision == Precision.FLOAT32 ? VECTOR : VECTOR / 2) == 0
                && Math.min(x.size(2), x.size(3)) >= layer.kernel();
    }

    /**
     * A 1×1 convolution as a matrix product over all pixels, which channels-last features are laid out for. In bfloat16
     * it is faster than libtorch's convolution; in float32 slower.
     */
    private static Tensor pointwise(Tensor x, Tensor kernel, TensorOptional bias) {
        return torch.linear(x.permute(0, 2, 3, 1), kernel.flatten(1, -1), bias).permute(0, 3, 1, 2);
    }

    /** Every so many-th pixel: a 1×1 convolution with a stride reads no others. */
    private static Tensor subsample(Tensor x, int stride) {
        if (stride == 1) {
            return x;
        }
        LongOptional whole = new LongOptional();
        return channelsLast(x.slice(2, whole, whole, stride).slice(3, whole, whole, stride));
    }

    private static TensorOptional cast(TensorOptional tensor, ScalarType type) {
        return tensor.has_value() ? new TensorOptional(LibTorch.cast(tensor.get(), type)) : tensor;
    }

    /**
     * A dense convolution as a matrix product over all windows; or a depthwise one of a single channel, which is the same. In
     * the storage type: the gradient of a feature is a sum over many windows.
     */
    private Tensor unfolded(Layer.Convolution layer, Tensor x, Tensor kernel, TensorOptional bias) {
        ScalarType type = precision.storage();
        Tensor windows = torch.im2col(
                LibTorch.cast(x, type), pair(layer.kernel()), pair(1), pair(layer.padding()), pair(layer.stride()));
        Tensor y = torch.linear(
                windows.transpose(1, 2), LibTorch.cast(kernel, type).flatten(1, -1), cast(bias, type));
        long height = (x.size(2) + 2L * layer.padding() - layer.kernel()) / layer.stride() + 1;
        return LibTorch.cast(y.transpose(1, 2).view(x.size(0), layer.out(), height, -1), precision.compute());
    }

    @Override
    public void close() {
        streams.close();
        poolConstants.values().forEach(PoolConstants::close);
        poolConstants.clear();
    }

    /** One forward pass; the visitor's cases read values of earlier nodes and yield their own. */
    private final class Pass implements Layer.Visitor<Tensor> {
        private final Network network;
        private final Weights weights;
        private final Tensor images;
        private final Tensor[] values;
        private final int[] readers;
        private final int[] readersLeft;

        Pass(Network network, Weights weights, Tensor images) {
            this.network = network;
            this.weights = weights;
            this.images = images;
            this.values = new Tensor[network.nodes().size()];
            this.readers = new int[network.nodes().size()];
            for (Node node : network.liveNodes()) {
                for (int input : node.inputs()) {
                    readers[input]++;
                }
            }
            this.readersLeft = readers.clone();
        }

        Tensor run() {
            for (Node node : network.liveNodes()) {
                values[node.id()] = node.accept(this);
                node.inputs().forEach(this::release);
            }
            return values[network.output().id()];
        }

        /** Frees a value after its last reader, but for the images; what the backward pass needs, libtorch holds itself. */
        private void release(int id) {
            if (--readersLeft[id] == 0 && id != network.input().id()) {
                values[id].close();
            }
        }

        private Tensor value(Node node, int index) {
            return values[node.inputs().get(index)];
        }

        @Override
        public Tensor input(Layer.Input layer, Node node) {
            return LibTorch.cast(images, precision.compute());
        }

        @Override
        public Tensor convolution(Layer.Convolution layer, Node node) {
            TensorOptional bias = layer.bias()
                    ? new TensorOptional(
                            LibTorch.cast(weights.get(layer.parameters().get(1)), precision.compute()))
                    : new TensorOptional();
            return convolve(layer, value(node, 0), weights.get(layer.weight()), bias);
        }

        @Override
        public Tensor batchNorm(Layer.BatchNorm layer, Node node) {
            RunningStatistics statistics = weights.statistics();
            TensorOptional none = new TensorOptional();
            return torch.batch_norm(
                    value(node, 0),
                    layer.affine() ? new TensorOptional(weights.get(layer.scale())) : none,
                    layer.affine() ? new TensorOptional(weights.get(layer.shift())) : none,
                    statistics == null ? none : new TensorOptional(statistics.mean(layer)),
                    statistics == null ? none : new TensorOptional(statistics.variance(layer)),
                    statistics == null || statistics.updating(),
                    STATISTICS_MOMENTUM,
                    Layer.BatchNorm.EPSILON,
                    false);
        }

        @Override
        public Tensor activation(Layer.Activation layer, Node node) {
            Tensor x = value(node, 0);
            return switch (layer.function()) {
                case RELU -> mayOverwrite(node.inputs().get(0)) ? new Tensor(x.relu_()) : x.relu();
                case RELU6 -> torch.hardtanh(x, new Scalar(0.0), new Scalar(6.0));
                case HSWISH -> torch.hardswish(x);
                case HSIGMOID -> torch.hardsigmoid(x);
                case SIGMOID -> torch.sigmoid(x);
            };
        }

        /** A sum and a normalisation need their result no more for the backward pass, and nobody else reads it. */
        private boolean mayOverwrite(int id) {
            Layer layer = network.nodes().get(id).layer();
            return readers[id] == 1 && (layer instanceof Layer.BatchNorm || layer instanceof Layer.Add);
        }

        @Override
        public Tensor pool(Layer.Pool layer, Node node) {
            Tensor x = value(node, 0);
            if (layer.kind() == Layer.Pool.Kind.MAXIMUM) {
                return torch.max_pool2d(
                        x, pair(layer.kernel()), pair(layer.stride()), pair(layer.padding()), pair(1), false);
            }
            if (layer.stride() == 1 && layer.padding() > 0) {
                return averageByConvolution(x, layer, node.inputShapes().get(0));
            }
            return torch.avg_pool2d(
                    x,
                    pair(layer.kernel()),
                    pair(layer.stride()),
                    pair(layer.padding()),
                    false,
                    false,
                    new LongOptional());
        }

        /**
         * A dense average pool as a depthwise convolution with ones, then divided by the number of pixels in each window:
         * the same mean, several times faster than the pooling kernel.
         */
        private Tensor averageByConvolution(Tensor x, Layer.Pool layer, FeatureShape shape) {
            PoolConstants constants = poolConstants.computeIfAbsent(
                    new PoolKey(shape, layer.kernel(), layer.padding()), key -> new PoolConstants(key, precision));
            Tensor sums = torch.conv2d(
                    x, constants.ones, new TensorOptional(), pair(1), pair(layer.padding()), pair(1), shape.channels());
            return sums.mul(constants.inverseCounts);
        }

        @Override
        public Tensor globalPool(Layer.GlobalPool layer, Node node) {
            return torch.adaptive_avg_pool2d(value(node, 0), 1, 1);
        }

        @Override
        public Tensor linear(Layer.Linear layer, Node node) {
            Tensor bias = weights.get(layer.bias());
            if (node.inputs().isEmpty()) {
                return bias.unsqueeze(0).expand(images.size(0), layer.out());
            }
            Tensor features = LibTorch.cast(value(node, 0), precision.storage()).flatten(1, -1);
            return torch.linear(features, weights.get(layer.weight()), new TensorOptional(bias));
        }

        @Override
        public Tensor add(Layer.Add layer, Node node) {
            Tensor sum = value(node, 0).add(value(node, 1));
            for (int i = 2; i < node.inputs().size(); i++) {
                sum.add_(value(node, i));
            }
            return sum;
        }

        @Override
        public Tensor gate(Layer.Gate layer, Node node) {
            return value(node, 0).mul(value(node, 1));
        }

        @Override
        public Tensor leadingChannels(Layer.LeadingChannels layer, Node node) {
            Tensor x = value(node, 0);
            long missing = layer.channels() - x.size(1);
            return missing > 0 ? torch.constant_pad_nd(x, 0, 0, 0, 0, 0, missing) : x.narrow(1, 0, layer.channels());
        }

        @Override
        public Tensor zero(Layer.Zero layer, Node node) {
            throw new IllegalStateException("zeros are never live");
        }
    }

    private record PoolKey(FeatureShape shape, int kernel, int padding) {}

    private static final class PoolConstants {
        private final Tensor ones;
        private final Tensor inverseCounts;

        /** Counts are of integers up to kernel², exact in every precision; only their inverses are rounded. */
        PoolConstants(PoolKey key, Precision precision) {
            try (PointerScope scope = new PointerScope()) {
                long channels = key.shape.channels();
                Tensor kernel = LibTorch.ones(ScalarType.Float, channels, 1, key.kernel, key.kernel);
                Tensor counts = torch.conv2d(
                        LibTorch.ones(ScalarType.Float, 1, 1, key.shape.height(), key.shape.width()),
                        LibTorch.ones(ScalarType.Float, 1, 1, key.kernel, key.kernel),
                        new TensorOptional(),
                        pair(1),
                        pair(key.padding),
                        pair(1),
                        1);
                ones = PointerScopes.own(channelsLast(LibTorch.cast(kernel, precision.compute())));
                inverseCounts =
                        PointerScopes.own(channelsLast(LibTorch.cast(counts.reciprocal(), precision.compute())));
            }
        }

        void close() {
            ones.close();
            inverseCounts.close();
        }
    }

    static Tensor channelsLast(Tensor images) {
        return images.contiguous(torch.MemoryFormat.ChannelsLast);
    }

    private static long[] pair(long value) {
        return new long[] {value, value};
    }
}
