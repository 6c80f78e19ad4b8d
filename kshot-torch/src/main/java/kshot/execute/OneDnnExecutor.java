package kshot.execute;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.execute.TensorWeights.RunningStatistics;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.onednn.ConvolutionKernels;
import kshot.onednn.DataType;
import kshot.onednn.ElementwiseKernels;
import kshot.onednn.GateKernels;
import kshot.onednn.Kernels;
import kshot.onednn.LinearKernels;
import kshot.onednn.NormalizationKernels;
import kshot.onednn.PoolingKernels;
import kshot.onednn.Workspace;
import kshot.onednn.Workspace.Buffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Runs networks by the kernels of oneDNN, with a backward pass of its own: each step leaves on a tape what undoes it. Values live
 * in the memory of a workspace, from their step to their last reader, and to their place on the way back where that needs them.
 *
 * <p>A processor without kernels for bfloat16 has those for float32 compute, and rounds what they read and write: the same numbers
 * but for the order of sums, so that supernets that one machine has trained rank on every other one. It saves neither time nor memory.
 */
final class OneDnnExecutor extends Executor {
    /** Kernels of layers that are kept. */
    private static final int MOST_KERNELS = 10_000;

    private final DataType wanted;
    private final DataType numbers;
    private final Kernels kernels;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    OneDnnExecutor(Compute compute) {
        super(compute);
        this.wanted = numbers(compute.precision());
        this.numbers = Kernels.have(wanted) ? wanted : DataType.FLOAT32;
        this.kernels = new Kernels(numbers);
    }

    /** Whether features are float32, and rounded to the numbers asked for, because there are no kernels for these. */
    private boolean rounds() {
        return numbers != wanted;
    }

    /** What features of a precision are to oneDNN. */
    static DataType numbers(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> DataType.FLOAT32;
            case BFLOAT16 -> DataType.BFLOAT16;
            case FLOAT64 -> throw new IllegalArgumentException("oneDNN has no convolutions in float64");
        };
    }

    @Override
    public Tensor forward(Network network, NetworkWeights weights, Tensor images) {
        try (Run run = new Run(network, weights, images, false)) {
            run.forward();
            return run.scores();
        }
    }

    @Override
    public Pass train(Network network, NetworkWeights weights, Tensor images) {
        Run run = new Run(network, weights, images, true);
        try {
            run.forward();
            return run;
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    /** Frees the kernels if they have become too many, as soon as no pass runs: a space with widths has shapes without end. */
    private void limitKernels() {
        if (kernels.size() > MOST_KERNELS) {
            inUse.writeLock().lock();
            try {
                freeKernels();
            } finally {
                inUse.writeLock().unlock();
            }
        }
    }

    private void freeKernels() {
        idle.forEach(Workspace::close);
        idle.clear();
        kernels.close();
    }

    @Override
    public void close() {
        super.close();
        freeKernels();
    }

    /** One pass. The visitor's cases read the values of earlier steps and yield their own. */
    private final class Run implements Layer.Visitor<Buffer>, Pass {
        private final Network network;
        private final NetworkWeights weights;
        private final Tensor images;
        private final boolean training;
        private final int threads = LibTorch.threads();
        private final long n;
        private final long theta;
        private final Tensor thetaOfConvolutions;
        private final Tensor scores;
        private final Tensor dScores;
        private final Tensor dTheta;
        private final ExecutionPlan plan;
        private final Workspace workspace;
        private final Buffer[] values;
        private final int[] readersLeft;
        private final Deque<Runnable> tape = new ArrayDeque<>();
        private final Map<Integer, List<Buffer>> gradients = new HashMap<>();
        private final Set<Parameter> derived = new HashSet<>();
        private ExecutionPlan.Step step;

        Run(Network network, NetworkWeights weights, Tensor images, boolean training) {
            this.network = network;
            this.weights = weights;
            this.images = LibTorch.cast(
                            images, rounds() ? ScalarType.Float : precision().features())
                    .contiguous(torch.MemoryFormat.ChannelsLast);
            this.training = training;
            this.n = images.size(0);
            this.theta = LibTorch.address(weights.flat());
            this.thetaOfConvolutions = rounds()
                    ? LibTorch.cast(LibTorch.cast(weights.flat(), precision().features()), ScalarType.Float)
                    : weights.flat();
            long classes = network.output().shape().channels();
            this.scores = compute().zeros(n, classes);
            this.dScores = compute().zeros(training ? n : 0, classes);
            this.dTheta = compute().zeros(training ? weights.layout().size() : 0);
            this.values = new Buffer[network.nodes().size()];
            this.plan = ExecutionPlan.of(network);
            this.readersLeft = plan.readers();
            this.step = plan.steps().get(0);
            limitKernels();
            inUse.readLock().lock();
            Workspace kept = idle.poll();
            this.workspace = kept == null ? new Workspace() : kept;
        }

        void forward() {
            for (ExecutionPlan.Step each : plan.steps()) {
                step = each;
                values[each.value()] = each.node().accept(this);
                round(each.value(), values[each.value()]);
                each.node().inputs().forEach(this::read);
            }
        }

        /** Rounds a value or its gradient, as kernels of the numbers asked for would have done. The images are so, the class scores float32. */
        private void round(int value, Buffer features) {
            if (rounds() && features.isOwn()) {
                long count = n * network.nodes().get(value).shape().elements();
                try (PointerScope scope = new PointerScope()) {
                    Tensor all = LibTorch.floatsAt(features.address(), count);
                    all.copy_(LibTorch.cast(all, precision().features()));
                }
            }
        }

        /** A value is released after its last reader; what the backward pass needs, it holds itself. */
        private void read(int value) {
            if (--readersLeft[value] == 0) {
                workspace.release(values[value]);
            }
        }

        @Override
        public Tensor scores() {
            return scores;
        }

        @Override
        public Tensor backward(Tensor gradient) {
            dScores.copy_(gradient);
            contribute(network.output().id(), Buffer.of(LibTorch.address(dScores)));
            while (!tape.isEmpty()) {
                tape.pop().run();
            }
            return dTheta;
        }

        @Override
        public void close() {
            workspace.reset();
            idle.add(workspace);
            inUse.readLock().unlock();
        }

        private Kernels.Use use(FeatureShape shape) {
            return new Kernels.Use(n, shape, training, threads);
        }

        private Buffer take(FeatureShape shape) {
            return workspace.take(n * shape.elements() * numbers.bytes());
        }

        private Buffer takeFloats(long count) {
            return workspace.take(count * Float.BYTES);
        }

        private Buffer value(Node node, int index) {
            return values[node.inputs().get(index)];
        }

        /** Whether a step may overwrite the value it reads: nobody else will. */
        private boolean mayOverwrite(Node node, int index) {
            return value(node, index).isExclusive() && readersLeft[node.inputs().get(index)] == 1;
        }

        private long theta(Parameter parameter) {
            return theta + weights.layout().offset(parameter) * Float.BYTES;
        }

        // The way back.

        /**
         * Leaves on the tape what is to be done with the gradient of this step's value.
         *
         * @param held what that needs; released after it
         */
        private void record(Consumer<Buffer> undo, Buffer... held) {
            int value = step.value();
            Runnable release = () -> Stream.of(held).forEach(workspace::release);
            if (!training) {
                release.run();
                return;
            }
            tape.push(() -> {
                Buffer gradient = gradient(value);
                undo.accept(gradient);
                workspace.release(gradient);
                release.run();
            });
        }

        /** Whether anything asks for the gradient of a value: of the images nothing does. */
        private boolean isWanted(Node node, int index) {
            return node.inputs().get(index) != network.input().id();
        }

        /** Adds to the gradient of a value; the buffer is handed over. */
        private void contribute(int value, Buffer gradient) {
            round(value, gradient);
            gradients.computeIfAbsent(value, v -> new ArrayList<>()).add(gradient);
        }

        private void contribute(Node node, int index, Buffer gradient) {
            contribute(node.inputs().get(index), gradient);
        }

        /** The gradient of a value: the sum of all contributions. */
        private Buffer gradient(int value) {
            List<Buffer> terms = Objects.requireNonNull(gradients.get(value));
            if (terms.size() == 1) {
                return terms.get(0);
            }
            FeatureShape shape = network.nodes().get(value).shape();
            Buffer sum = sum(terms, terms.stream().filter(Buffer::isExclusive).findFirst(), shape);
            terms.forEach(workspace::release);
            round(value, sum);
            return sum;
        }

        /**
         * A sum, held once.
         *
         * @param place the term that may be overwritten
         */
        private Buffer sum(List<Buffer> terms, Optional<Buffer> place, FeatureShape shape) {
            List<Buffer> ordered = new ArrayList<>(terms);
            place.ifPresent(first -> {
                ordered.remove(first);
                ordered.add(0, first);
            });
            Buffer y = place.map(Buffer::hold).orElseGet(() -> take(shape));
            kernels.sum(terms.size(), use(shape))
                    .run(workspace, ordered.stream().map(Buffer::address).toList(), y.address());
            return y;
        }

        /** Lets a gradient be written where it belongs in the vector; beside it and then added, where one stands already. */
        private void derive(Parameter parameter, LongConsumer gradient) {
            long offset = weights.layout().offset(parameter);
            if (derived.add(parameter)) {
                gradient.accept(LibTorch.address(dTheta) + offset * Float.BYTES);
            } else {
                Tensor more = compute().zeros(parameter.shape().count());
                gradient.accept(LibTorch.address(more));
                dTheta.narrow(0, offset, parameter.shape().count()).add_(more);
            }
        }

        // The layers.

        @Override
        public Buffer input(Layer.Input layer, Node node) {
            return Buffer.of(LibTorch.address(images));
        }

        @Override
        public Buffer convolution(Layer.Convolution layer, Node node) {
            FeatureShape shape = node.inputShapes().get(0);
            ConvolutionKernels convolution = kernels.convolution(layer, use(shape));
            long weight =
                    LibTorch.address(thetaOfConvolutions) + weights.layout().offset(layer.weight()) * Float.BYTES;
            Buffer x = value(node, 0).hold();
            Buffer y = take(node.shape());
            convolution.forward(
                    workspace,
                    x.address(),
                    weight,
                    layer.bias() ? theta(layer.parameters().get(1)) : 0,
                    y.address());
            record(
                    dy -> {
                        derive(layer.weight(), dWeight -> {
                            if (layer.bias()) {
                                derive(
                                        layer.parameters().get(1),
                                        dBias -> convolution.gradients(
                                                workspace, x.address(), dy.address(), dWeight, dBias));
                            } else {
                                convolution.gradients(workspace, x.address(), dy.address(), dWeight, 0);
                            }
                        });
                        if (isWanted(node, 0)) {
                            Buffer dx = take(shape);
                            convolution.backward(workspace, dy.address(), weight, dx.address());
                            contribute(node, 0, dx);
                        }
                    },
                    x);
            return y;
        }

        @Override
        public Buffer batchNorm(Layer.BatchNorm layer, Node node) {
            RunningStatistics running = weights.statistics();
            boolean given = running != null && !running.updating();
            NormalizationKernels.Mode mode = given
                    ? NormalizationKernels.Mode.GIVEN
                    : training ? NormalizationKernels.Mode.TRAINING : NormalizationKernels.Mode.BATCH;
            NormalizationKernels norm = kernels.normalization(layer, step.relu(), mode, use(node.shape()));
            long scale = layer.affine() ? theta(layer.scale()) : 0;
            Buffer x = value(node, 0).hold();
            Buffer y = take(node.shape());
            Buffer mean = running != null && given
                    ? Buffer.of(LibTorch.address(running.mean(layer)))
                    : takeFloats(layer.channels());
            Buffer variance = running != null && given
                    ? Buffer.of(LibTorch.address(running.variance(layer)))
                    : takeFloats(layer.channels());
            Buffer signs = workspace.take(norm.signBytes());
            norm.forward(
                    workspace,
                    x.address(),
                    scale,
                    layer.affine() ? theta(layer.shift()) : 0,
                    mean.address(),
                    variance.address(),
                    signs.address(),
                    y.address());
            if (running != null && !given) {
                double count = (double) n * node.shape().height() * node.shape().width();
                track(running.mean(layer), mean, 1);
                track(running.variance(layer), variance, count / (count - 1));
            }
            record(
                    dy -> {
                        Buffer dx = dy.isExclusive() ? dy.hold() : take(node.shape());
                        Backward of = (dScale, dShift) -> norm.backward(
                                workspace,
                                x.address(),
                                scale,
                                mean.address(),
                                variance.address(),
                                signs.address(),
                                dy.address(),
                                dx.address(),
                                dScale,
                                dShift);
                        if (layer.affine()) {
                            derive(layer.scale(), dScale -> derive(layer.shift(), dShift -> of.run(dScale, dShift)));
                        } else {
                            of.run(0, 0);
                        }
                        contribute(node, 0, dx);
                    },
                    x,
                    mean,
                    variance,
                    signs);
            return y;
        }

        private interface Backward {
            void run(long dScale, long dShift);
        }

        /** Moves running statistics towards those of this batch. */
        private void track(Tensor running, Buffer ofBatch, double factor) {
            FloatPointer values = running.data_ptr_float();
            float[] kept = new float[Math.toIntExact(running.numel())];
            values.get(kept);
            float[] batch = ofBatch.floats(kept.length);
            for (int i = 0; i < kept.length; i++) {
                kept[i] += (float) STATISTICS_MOMENTUM * ((float) (factor * batch[i]) - kept[i]);
            }
            values.put(kept);
        }

        @Override
        public Buffer activation(Layer.Activation layer, Node node) {
            ElementwiseKernels function = kernels.elementwise(layer.function(), use(node.shape()));
            Buffer x = value(node, 0);
            Buffer y = function.fromResult() && mayOverwrite(node, 0) ? x.hold() : take(node.shape());
            function.forward(workspace, x.address(), y.address());
            Buffer seen = (function.fromResult() ? y : x).hold();
            record(
                    dy -> {
                        Buffer dx = dy.isExclusive() ? dy.hold() : take(node.shape());
                        function.backward(workspace, seen.address(), dy.address(), dx.address());
                        contribute(node, 0, dx);
                    },
                    seen);
            return y;
        }

        @Override
        public Buffer pool(Layer.Pool layer, Node node) {
            return pool(kernels.window(layer, use(node.inputShapes().get(0))), node);
        }

        @Override
        public Buffer globalPool(Layer.GlobalPool layer, Node node) {
            return pool(kernels.globalMean(use(node.inputShapes().get(0))), node);
        }

        private Buffer pool(PoolingKernels pooling, Node node) {
            Buffer y = take(node.shape());
            Buffer places = workspace.take(pooling.placeBytes());
            pooling.forward(workspace, value(node, 0).address(), places.address(), y.address());
            record(
                    dy -> {
                        if (isWanted(node, 0)) {
                            Buffer dx = take(node.inputShapes().get(0));
                            pooling.backward(workspace, places.address(), dy.address(), dx.address());
                            contribute(node, 0, dx);
                        }
                    },
                    places);
            return y;
        }

        @Override
        public Buffer linear(Layer.Linear layer, Node node) {
            if (node.inputs().isEmpty()) {
                return constant(layer);
            }
            boolean last = node.id() == network.output().id();
            FeatureShape shape = node.inputShapes().get(0);
            LinearKernels linear = kernels.linear(layer.in(), layer.out(), use(shape));
            long weight = theta(layer.weight());
            Buffer x = toFloats(value(node, 0), shape);
            Buffer y = last ? Buffer.of(LibTorch.address(scores)) : takeFloats(n * layer.out());
            linear.forward(workspace, x.address(), weight, theta(layer.bias()), y.address());
            record(
                    gradient -> {
                        Buffer dy = last ? gradient.hold() : toFloats(gradient, node.shape());
                        derive(
                                layer.weight(),
                                dWeight -> derive(
                                        layer.bias(),
                                        dBias -> linear.gradients(
                                                workspace, x.address(), dy.address(), dWeight, dBias)));
                        if (isWanted(node, 0)) {
                            Buffer dx = takeFloats(n * shape.elements());
                            linear.backward(workspace, dy.address(), weight, dx.address());
                            contribute(node, 0, fromFloats(dx, shape));
                        }
                        workspace.release(dy);
                    },
                    x);
            return last ? y : fromFloats(y, node.shape());
        }

        /** No path reaches the class scores: they are the bias. */
        private Buffer constant(Layer.Linear layer) {
            long offset = weights.layout().offset(layer.bias());
            scores.copy_(weights.flat().narrow(0, offset, layer.out()).unsqueeze(0));
            record(dy -> dTheta.narrow(0, offset, layer.out()).copy_(dScores.sum(0)));
            return Buffer.of(LibTorch.address(scores));
        }

        /** Features as float32, held once. */
        private Buffer toFloats(Buffer x, FeatureShape shape) {
            if (numbers == DataType.FLOAT32) {
                return x.hold();
            }
            return kernels.widening(use(shape)).widen(workspace, x.address());
        }

        /** The inverse; what it is given is handed over. */
        private Buffer fromFloats(Buffer floats, FeatureShape shape) {
            if (numbers == DataType.FLOAT32) {
                return floats;
            }
            Buffer x = take(shape);
            kernels.widening(use(shape)).narrow(workspace, floats, x.address());
            return x;
        }

        @Override
        public Buffer add(Layer.Add layer, Node node) {
            int terms = node.inputs().size();
            Optional<Buffer> place = IntStream.range(0, terms)
                    .filter(i -> mayOverwrite(node, i))
                    .mapToObj(i -> value(node, i))
                    .findFirst();
            Buffer y =
                    sum(IntStream.range(0, terms).mapToObj(i -> value(node, i)).toList(), place, node.shape());
            record(dy -> IntStream.range(0, terms).forEach(i -> contribute(node, i, dy.hold())));
            return y;
        }

        @Override
        public Buffer gate(Layer.Gate layer, Node node) {
            GateKernels gate = kernels.gate(use(node.shape()));
            Buffer x = value(node, 0).hold();
            Buffer factors = value(node, 1).hold();
            Buffer y = take(node.shape());
            gate.forward(workspace, x.address(), factors.address(), y.address());
            record(
                    dy -> {
                        Buffer dx = take(node.shape());
                        Buffer dFactors = take(node.inputShapes().get(1));
                        gate.backward(
                                workspace,
                                x.address(),
                                factors.address(),
                                dy.address(),
                                dx.address(),
                                dFactors.address());
                        contribute(node, 0, dx);
                        contribute(node, 1, dFactors);
                    },
                    x,
                    factors);
            return y;
        }

        @Override
        public Buffer leadingChannels(Layer.LeadingChannels layer, Node node) {
            FeatureShape shape = node.inputShapes().get(0);
            Buffer y = leading(value(node, 0), shape, node.shape());
            record(dy -> {
                if (isWanted(node, 0)) {
                    contribute(node, 0, leading(dy, node.shape(), shape));
                }
            });
            return y;
        }

        private Buffer leading(Buffer x, FeatureShape from, FeatureShape to) {
            Buffer y = take(to);
            if (to.channels() > from.channels()) {
                y.clear(n * to.elements() * numbers.bytes());
            }
            kernels.channels(to.channels(), use(from)).run(workspace, x.address(), y.address());
            return y;
        }

        @Override
        public Buffer zero(Layer.Zero layer, Node node) {
            throw new IllegalStateException("zeros are never live");
        }
    }
}
