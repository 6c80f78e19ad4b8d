package kshot.execute;

import kshot.execute.TensorWeights.RunningStatistics;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.NativeScope;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs networks by libtorch's own layers and its automatic differentiation, on every device and in every precision: the way where
 * {@link OneDnnExecutor} has no kernels, and what it is checked against.
 */
public final class LibTorchExecutor extends Executor {
    /** Makes an executor that computes where and in the numbers that are given. */
    public LibTorchExecutor(Compute compute) {
        super(compute);
    }

    @Override
    public Tensor forward(Network network, NetworkWeights weights, Tensor images) {
        try (NoGradGuard guard = new NoGradGuard()) {
            return differentiable(network, new AutogradWeights(weights), images);
        }
    }

    @Override
    public Pass train(Network network, NetworkWeights weights, Tensor images) {
        AutogradWeights leaves = new AutogradWeights(weights);
        Tensor scores = differentiable(network, leaves, images);
        return new Pass() {
            @Override
            public Tensor scores() {
                return scores.detach();
            }

            @Override
            public Tensor backward(Tensor gradient) {
                scores.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
                return leaves.gradient();
            }

            @Override
            public void close() {
                scores.close();
            }
        };
    }

    @Override
    Tensor gradientOfImages(Network network, NetworkWeights weights, Tensor images) {
        try (PointerScope scope = new PointerScope()) {
            Tensor leaf = LibTorch.cast(images, precision().storage()).detach().clone();
            leaf.set_requires_grad(true);
            differentiable(network, new AutogradWeights(weights), leaf).sum().backward();
            Tensor gradient = leaf.grad();
            return NativeScope.keep(gradient.defined() ? gradient.clone() : torch.zeros_like(leaf));
        }
    }

    /** Returns class scores that libtorch can differentiate in the weights; the caller's scope owns them. */
    public Tensor differentiable(Network network, TensorWeights weights, Tensor images) {
        try (PointerScope scope = new PointerScope()) {
            return NativeScope.keep(new Layers(network, weights, images, precision()).run());
        }
    }

    /** One forward pass; the visitor's cases read values of earlier nodes and yield their own. */
    private static final class Layers implements Layer.Visitor<Tensor> {
        private final Network network;
        private final TensorWeights weights;
        private final Tensor images;
        private final Precision precision;
        private final Tensor[] values;

        Layers(Network network, TensorWeights weights, Tensor images, Precision precision) {
            this.network = network;
            this.weights = weights;
            this.images = LibTorch.cast(images, precision.features());
            this.precision = precision;
            this.values = new Tensor[network.nodes().size()];
        }

        Tensor run() {
            for (Node node : network.liveNodes()) {
                values[node.id()] = node.accept(this);
            }
            return values[network.output().id()];
        }

        /** Returns weights in the type of features; what is differentiated are the stored ones. */
        private Tensor asFeatures(Parameter parameter) {
            return LibTorch.cast(weights.get(parameter), precision.features());
        }

        private Tensor value(Node node, int index) {
            return values[node.inputs().get(index)];
        }

        @Override
        public Tensor input(Layer.Input layer, Node node) {
            return images;
        }

        @Override
        public Tensor convolution(Layer.Convolution layer, Node node) {
            return torch.conv2d(
                    value(node, 0),
                    asFeatures(layer.weight()),
                    layer.bias()
                            ? new TensorOptional(asFeatures(layer.parameters().get(1)))
                            : new TensorOptional(),
                    pair(layer.stride()),
                    pair(layer.padding()),
                    pair(1),
                    layer.depthwise() ? layer.in() : 1);
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
                case RELU -> x.relu();
                case RELU6 -> torch.hardtanh(x, new Scalar(0.0), new Scalar(6.0));
                case HSWISH -> torch.hardswish(x);
                case HSIGMOID -> torch.hardsigmoid(x);
                case SIGMOID -> torch.sigmoid(x);
            };
        }

        @Override
        public Tensor pool(Layer.Pool layer, Node node) {
            Tensor x = value(node, 0);
            if (layer.kind() == Layer.Pool.Kind.MAXIMUM) {
                return torch.max_pool2d(
                        x, pair(layer.kernel()), pair(layer.stride()), pair(layer.padding()), pair(1), false);
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
            Tensor features = LibTorch.cast(value(node, 0).flatten(1, -1), precision.storage());
            Tensor y = torch.linear(features, weights.get(layer.weight()), new TensorOptional(bias));
            return node.id() == network.output().id()
                    ? y
                    : LibTorch.cast(y.view(images.size(0), layer.out(), 1, 1), precision.features());
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

    private static long[] pair(long value) {
        return new long[] {value, value};
    }
}
