package kshot.execute;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import kshot.execute.TensorWeights.RunningStatistics;
import kshot.execute.layers.Features;
import kshot.execute.layers.Gradients;
import kshot.execute.layers.NetworkPass;
import kshot.execute.layers.PassWeights;
import kshot.execute.layers.Rounding;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.onednn.DataType;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.onednn.Workspace.Buffer;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Runs networks by the kernels of oneDNN, with a backward pass of its own. Tensors end here: the layers themselves
 * ({@link NetworkPass}) know addresses alone, and keep features in the memory of a workspace, one for each pass that runs at once.
 *
 * <p>A processor without kernels for bfloat16 has those for float32 compute, and rounds what they read and write: the same numbers
 * but for the order of sums, so that supernets that one machine has trained rank on every other one. It saves neither time nor memory.
 */
final class OneDnnExecutor extends Executor {
    /** Kernels of layers that are kept. */
    private static final int MOST_KERNELS = 10_000;

    private final boolean rounds;
    private final Kernels kernels;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    OneDnnExecutor(Compute compute) {
        super(compute);
        DataType wanted = numbers(compute.precision());
        this.rounds = !Kernels.have(wanted);
        this.kernels = new Kernels(rounds ? DataType.FLOAT32 : wanted);
    }

    /** Returns the type that features of a precision have in oneDNN. */
    static DataType numbers(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> DataType.FLOAT32;
            case BFLOAT16 -> DataType.BFLOAT16;
            case FLOAT64 -> throw new IllegalArgumentException("oneDNN has no convolutions in float64");
        };
    }

    @Override
    Tensor forward(Network network, NetworkWeights weights, Tensor images) {
        try (Pass pass = run(network, weights, images, Gradients.NONE)) {
            return pass.scores();
        }
    }

    @Override
    public Pass train(Network network, NetworkWeights weights, Tensor images) {
        return run(network, weights, images, Gradients.OF_WEIGHTS);
    }

    @Override
    Tensor gradientOfImages(Network network, NetworkWeights weights, Tensor images) {
        if (!network.isConnected()) {
            return compute().zeros(images.sizes().vec().get());
        }
        try (OneDnnPass pass = layers(network, weights, images, Gradients.OF_IMAGES)) {
            return pass.gradientOfImages();
        }
    }

    private Pass run(Network network, NetworkWeights weights, Tensor images, Gradients gradients) {
        return network.isConnected()
                ? layers(network, weights, images, gradients)
                : new BiasPass(network, weights, images.size(0));
    }

    private OneDnnPass layers(Network network, NetworkWeights weights, Tensor images, Gradients gradients) {
        limitKernels();
        OneDnnPass pass = new OneDnnPass(network, weights, images, gradients);
        try {
            pass.layers.forward();
            return pass;
        } catch (RuntimeException e) {
            pass.close();
            throw e;
        }
    }

    /** Rounds float32 to the features' precision, in place. */
    private void round(long address, long count) {
        try (PointerScope scope = new PointerScope()) {
            Tensor all = LibTorch.floatsAt(address, count);
            all.copy_(LibTorch.cast(all, precision().features()));
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

    /** A pass in a workspace of its own, which it gives back when it is closed. */
    private final class OneDnnPass implements Pass {
        private final Network network;
        private final FlatWeights weights;
        private final Tensor images;
        private final Tensor scores;
        private final Workspace workspace;
        private final NetworkPass layers;

        OneDnnPass(Network network, NetworkWeights weights, Tensor images, Gradients gradients) {
            ScalarType features = precision().features();
            this.network = network;
            this.images = LibTorch.cast(images, rounds ? ScalarType.Float : features)
                    .contiguous(torch.MemoryFormat.ChannelsLast);
            this.weights = new FlatWeights(
                    weights,
                    rounds ? LibTorch.cast(LibTorch.cast(weights.flat(), features), ScalarType.Float) : weights.flat(),
                    gradients != Gradients.NONE);
            long n = images.size(0);
            this.scores = compute().zeros(n, network.output().shape().channels());
            inUse.readLock().lock();
            Workspace kept = idle.poll();
            this.workspace = kept == null ? new Workspace() : kept;
            Rounding rounding = rounds ? OneDnnExecutor.this::round : Rounding.NONE;
            this.layers = new NetworkPass(
                    network,
                    this.weights,
                    new Features(kernels, workspace, rounding, n, gradients, LibTorch.threads()),
                    LibTorch.address(this.images),
                    LibTorch.address(scores));
        }

        @Override
        public Tensor scores() {
            return scores;
        }

        @Override
        public Tensor backward(Tensor gradient) {
            Tensor dScores = LibTorch.cast(gradient, ScalarType.Float).contiguous();
            layers.backward(LibTorch.address(dScores));
            return weights.gradient();
        }

        /** Runs the backward pass to the images; once. */
        Tensor gradientOfImages() {
            layers.backward(
                    LibTorch.address(compute().zeros(scores.sizes().vec().get()).fill_(new Scalar(1.0))));
            long n = images.size(0);
            FeatureShape shape = network.input().shape();
            return LibTorch.floatsAt(layers.gradientOfImages().address(), n * shape.elements())
                    .view(n, shape.height(), shape.width(), shape.channels())
                    .permute(0, 3, 1, 2)
                    .contiguous();
        }

        @Override
        public void close() {
            workspace.reset();
            idle.add(workspace);
            inUse.readLock().unlock();
        }
    }

    /** The weights of a pass, and their gradient, each as one vector in the order of their layout. */
    private final class FlatWeights implements PassWeights {
        private final NetworkWeights weights;
        private final @Nullable RunningStatistics running;
        private final Tensor ofKernels;
        private final Tensor gradient;
        private final long weightsAddress;
        private final long gradientAddress;
        private final Set<Parameter> written = new HashSet<>();
        private final List<Term> terms = new ArrayList<>();

        /** A gradient of a parameter that has one already. */
        private record Term(Parameter parameter, Tensor gradient) {}

        /**
         * The weights of a pass.
         *
         * @param ofKernels all weights as convolutions read them
         */
        FlatWeights(NetworkWeights weights, Tensor ofKernels, boolean training) {
            this.weights = weights;
            this.running = weights.statistics();
            this.ofKernels = ofKernels;
            this.gradient = compute().zeros(training ? weights.layout().size() : 0);
            this.weightsAddress = LibTorch.address(weights.flat());
            this.gradientAddress = training ? LibTorch.address(gradient) : 0;
        }

        private long bytes(Parameter parameter) {
            return weights.layout().offset(parameter) * Float.BYTES;
        }

        @Override
        public long address(Parameter parameter) {
            return weightsAddress + bytes(parameter);
        }

        @Override
        public long kernelAddress(Parameter parameter) {
            return LibTorch.address(ofKernels) + bytes(parameter);
        }

        @Override
        public long gradientAddress(Parameter parameter) {
            if (written.add(parameter)) {
                return gradientAddress + bytes(parameter);
            }
            Term term = new Term(parameter, compute().zeros(parameter.shape().count()));
            terms.add(term);
            return LibTorch.address(term.gradient);
        }

        /** Returns the gradient of all weights. Adds to it what stands beside it, so it is called once. */
        Tensor gradient() {
            for (Term term : terms) {
                long offset = weights.layout().offset(term.parameter);
                gradient.narrow(0, offset, term.gradient.numel()).add_(term.gradient);
            }
            return gradient;
        }

        @Override
        public boolean normalizesByRunningStatistics() {
            return running != null && !running.updating();
        }

        @Override
        public long mean(BatchNorm layer) {
            return LibTorch.address(statistics().mean(layer));
        }

        @Override
        public long variance(BatchNorm layer) {
            return LibTorch.address(statistics().variance(layer));
        }

        private RunningStatistics statistics() {
            if (running == null) {
                throw new IllegalStateException("no running statistics");
            }
            return running;
        }

        @Override
        public void track(BatchNorm layer, Buffer mean, Buffer variance, double count) {
            if (running != null) {
                track(running.mean(layer), mean, 1);
                track(running.variance(layer), variance, count / (count - 1));
            }
        }

        private static void track(Tensor running, Buffer ofBatch, double factor) {
            FloatPointer values = running.data_ptr_float();
            float[] kept = new float[Math.toIntExact(running.numel())];
            values.get(kept);
            float[] batch = ofBatch.floats(kept.length);
            for (int i = 0; i < kept.length; i++) {
                kept[i] += (float) STATISTICS_MOMENTUM * ((float) (factor * batch[i]) - kept[i]);
            }
            values.put(kept);
        }
    }

    /** The pass of a network without a path from the images to the class scores: these are the bias. */
    private final class BiasPass implements Pass {
        private final NetworkWeights weights;
        private final long offset;
        private final long classes;
        private final Tensor scores;

        BiasPass(Network network, NetworkWeights weights, long n) {
            Parameter bias = ((Layer.Linear) network.output().layer()).bias();
            this.weights = weights;
            this.offset = weights.layout().offset(bias);
            this.classes = bias.shape().count();
            this.scores = compute().zeros(n, classes);
            scores.copy_(weights.flat().narrow(0, offset, classes).unsqueeze(0));
        }

        @Override
        public Tensor scores() {
            return scores;
        }

        @Override
        public Tensor backward(Tensor gradient) {
            Tensor all = compute().zeros(weights.layout().size());
            all.narrow(0, offset, classes).copy_(gradient.contiguous().sum(0));
            return all;
        }

        @Override
        public void close() {
            // Holds nothing but tensors, which the caller's scope owns.
        }
    }
}
