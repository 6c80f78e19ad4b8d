package kshot.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.execute.AutogradWeights;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.LibTorchExecutor;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.execute.TensorWeights;
import kshot.execute.WidthSpace;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.NamedTensors;
import kshot.tensor.Precision;
import kshot.weights.DictionaryMath.DescentRule;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The merge and its gradients: method.md's Eq. (4), (7) and (9), each against a computation that shares no code with it. */
class SupernetsTest {
    private static final int K = 3;
    private static final SimplexCode CODE = SimplexCode.of(0.5f, 0.125f, 0.375f);
    private static final Seed SEED = new Seed(7);
    private static final Compute DOUBLES = Compute.of(Precision.FLOAT64);
    private static final Compute FLOATS = Compute.of(Precision.FLOAT32);

    /** A space, one of its architectures: with whole slots and with slices of them. */
    record Case(String name, SearchSpace space, Architecture architecture) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        SearchSpace cell = new NasBench201(4, 1, new FeatureShape(3, 8, 8), 5);
        SearchSpace widths = new WidthSpace();
        return Stream.of(
                new Case("all operations", cell, Architecture.of(3, 1, 2, 4, 3, 2)),
                new Case("dead edges", cell, Architecture.of(0, 3, 2, 1, 0, 3)),
                new Case("no path", cell, Architecture.of(0, 0, 3, 0, 2, 0)),
                new Case("narrow", widths, Architecture.of(0, 1, 0)),
                new Case("narrow then wide", widths, Architecture.of(0, 2, 1)),
                new Case("widest", widths, Architecture.of(2, 2, 1)));
    }

    private static Tensor images(SearchSpace space) {
        SplittableRandom random = SEED.generator("images");
        FeatureShape shape = space.input();
        float[] pixels = new float[4 * Math.toIntExact(shape.elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        return DOUBLES.vector(pixels)
                .view(4, shape.height(), shape.width(), shape.channels())
                .permute(0, 3, 1, 2);
    }

    private static Tensor labels() {
        return Tensor.create(new long[] {0, 1, 2, 1});
    }

    private static double loss(SearchSpace space, Architecture a, TensorWeights weights) {
        try (PointerScope scope = new PointerScope();
                LibTorchExecutor executor = new LibTorchExecutor(DOUBLES)) {
            return Loss.crossEntropy(executor.differentiable(space.network(a), weights, images(space)), labels(), 0.1)
                    .item_double();
        }
    }

    private static Gradient backward(Executor executor, Network network, NetworkWeights weights, Tensor images) {
        try (Executor.Pass pass = executor.train(network, weights, images)) {
            return new Gradient(weights.layout(), pass.backward(Loss.gradient(pass.scores(), labels(), 0.1)));
        }
    }

    private static Gradient backward(Executor executor, Supernets supernets, Case c) {
        Network network = c.space.network(c.architecture);
        return backward(executor, network, supernets.merge(network, CODE), images(c.space));
    }

    /** A slot of supernet k as doubles, out × in × kernel × kernel, read without the code under test. */
    private static double[][][] slot(Supernets supernets, SearchSpace space, Parameter parameter, int k) {
        List<Parameter> block = space.slots().stream()
                .filter(s -> s.block().equals(parameter.block()))
                .toList();
        double[] matrix = LibTorch.toDoubles(supernets.state().get(parameter.block() + ".weights"));
        int size = (int) block.stream().mapToLong(s -> s.shape().count()).sum();
        int offset = k * size;
        for (Parameter slot : block) {
            if (slot.name().equals(parameter.name())) {
                int out = slot.shape().out();
                int in = slot.shape().in();
                int pixels = slot.shape().kernel() * slot.shape().kernel();
                double[][][] values = new double[out][in][pixels];
                for (int o = 0; o < out; o++) {
                    for (int i = 0; i < in; i++) {
                        for (int p = 0; p < pixels; p++) {
                            values[o][i][p] = matrix[offset + (o * pixels + p) * in + i];
                        }
                    }
                }
                return values;
            }
            offset += (int) slot.shape().count();
        }
        throw new AssertionError(parameter);
    }

    /** Σ λ_k θ_k of the leading slice, in plain loops, as a differentiable tensor or not. */
    private static Tensor mergedByHand(Supernets supernets, SearchSpace space, Parameter p, SimplexCode code) {
        int pixels = p.shape().kernel() * p.shape().kernel();
        double[] values = new double[(int) p.shape().count()];
        for (int k = 0; k < code.size(); k++) {
            double[][][] slot = slot(supernets, space, p, k);
            for (int o = 0; o < p.shape().out(); o++) {
                for (int i = 0; i < p.shape().in(); i++) {
                    for (int x = 0; x < pixels; x++) {
                        values[(o * p.shape().in() + i) * pixels + x] += code.get(k) * slot[o][i][x];
                    }
                }
            }
        }
        return Tensor.create(values).view(shape(p));
    }

    private static long[] shape(Parameter p) {
        return switch (p.role()) {
            case CONVOLUTION, DEPTHWISE ->
                new long[] {
                    p.shape().out(),
                    p.shape().in(),
                    p.shape().kernel(),
                    p.shape().kernel()
                };
            case LINEAR -> new long[] {p.shape().out(), p.shape().in()};
            case BIAS, SCALE, SHIFT -> new long[] {p.shape().out()};
        };
    }

    /** Weights given tensor by tensor. */
    private record GivenWeights(Map<String, Tensor> tensors) implements TensorWeights {
        @Override
        public Tensor get(Parameter parameter) {
            return Objects.requireNonNull(tensors.get(parameter.slot()));
        }

        @Override
        public @Nullable RunningStatistics statistics() {
            return null;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void mergedForwardIsTheForwardOfTheSumBuiltByHand(Case c) {
        try (PointerScope scope = new PointerScope();
                Supernets supernets = Supernets.random(c.space, DictionarySettings.of(K), DOUBLES, SEED)) {
            Network network = c.space.network(c.architecture);
            Map<String, Tensor> byHand = new HashMap<>();
            for (Parameter p : network.liveParameters()) {
                byHand.put(p.slot(), mergedByHand(supernets, c.space, p, CODE));
            }
            double merged = loss(c.space, c.architecture, new AutogradWeights(supernets.merge(network, CODE)));
            assertThat(merged).isCloseTo(loss(c.space, c.architecture, new GivenWeights(byHand)), within(1e-12));
        }
    }

    /** float32 has products of its own. As ∂L/∂θ̃ the merged weights will do: the gradient of the code is ⟨θ̃, θ_k⟩ then. */
    @ParameterizedTest
    @MethodSource("cases")
    void float32IsMergedAndReachesTheCodeByTheSumsBuiltByHand(Case c) {
        try (PointerScope scope = new PointerScope();
                Supernets supernets = Supernets.random(c.space, DictionarySettings.of(K), FLOATS, SEED)) {
            Network network = c.space.network(c.architecture);
            NetworkWeights merged = supernets.merge(network, CODE);
            double[] ofCode = new double[K];
            for (Parameter p : network.liveParameters()) {
                Tensor byHand = mergedByHand(supernets, c.space, p, CODE);
                assertThat(LibTorch.toDoubles(merged.layout().view(merged.flat(), p)))
                        .containsExactly(LibTorch.toDoubles(byHand), within(1e-6));
                for (int k = 0; k < K; k++) {
                    Tensor alone = mergedByHand(supernets, c.space, p, SimplexCode.of(one(0, k), one(1, k), one(2, k)));
                    ofCode[k] += byHand.mul(alone).sum().item_double();
                }
            }
            assertThat(supernets
                            .codeGradient(new Gradient(merged.layout(), merged.flat()))
                            .read())
                    .containsExactly(ofCode, within(1e-4));
        }
    }

    private static float one(int i, int k) {
        return i == k ? 1 : 0;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsEqualAutogradThroughTheMerge(Case c) {
        try (PointerScope scope = new PointerScope();
                LibTorchExecutor executor = new LibTorchExecutor(DOUBLES);
                Supernets supernets = Supernets.random(c.space, DictionarySettings.of(K), DOUBLES, SEED);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            Network network = c.space.network(c.architecture);
            Gradient gradient = backward(executor, supernets, c);
            double[] ofCode = supernets.codeGradient(gradient).read();
            Map<String, Tensor> before = copy(supernets);
            descent.step(gradient, CODE, new Sgd(0, false, 0), 1);

            restore(supernets, before);
            Tensor lambda = DOUBLES.vector(CODE.toArray()).requires_grad_(true);
            Map<String, List<Tensor>> leaves = new HashMap<>();
            Map<String, Tensor> merged = new HashMap<>();
            for (Parameter p : network.liveParameters()) {
                List<Tensor> ofSlot = new ArrayList<>();
                for (int k = 0; k < K; k++) {
                    float[] only = new float[K];
                    only[k] = 1;
                    Tensor leaf = mergedByHand(supernets, c.space, p, SimplexCode.of(only))
                            .requires_grad_(true);
                    ofSlot.add(leaf);
                    Tensor term = leaf.mul(lambda.select(0, k));
                    merged.merge(p.slot(), term, Tensor::add);
                }
                leaves.put(p.slot(), ofSlot);
            }
            Loss.crossEntropy(
                            executor.differentiable(network, new GivenWeights(merged), images(c.space)), labels(), 0.1)
                    .backward();

            double[] expectedOfCode = LibTorch.toDoubles(lambda.grad());
            for (int k = 0; k < K; k++) {
                assertThat(ofCode[k]).as("λ_%d", k).isCloseTo(expectedOfCode[k], within(1e-10));
            }
            descent.step(gradient, CODE, new Sgd(0, false, 0), 1);
            for (Parameter p : network.liveParameters()) {
                for (int k = 0; k < K; k++) {
                    float[] only = new float[K];
                    only[k] = 1;
                    Tensor leaf = leaves.get(p.slot()).get(k);
                    double[] start = LibTorch.toDoubles(leaf.detach());
                    double[] expected =
                            leaf.grad().defined() ? LibTorch.toDoubles(leaf.grad()) : new double[start.length];
                    double[] now = LibTorch.toDoubles(mergedByHand(supernets, c.space, p, SimplexCode.of(only)));
                    for (int i = 0; i < now.length; i++) {
                        assertThat(start[i] - now[i])
                                .as("∂L/∂θ_%d of %s at %d", k, p.slot(), i)
                                .isCloseTo(expected[i], within(1e-10));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsEqualFiniteDifferences(Case c) {
        double h = 1e-6;
        try (PointerScope scope = new PointerScope();
                LibTorchExecutor executor = new LibTorchExecutor(DOUBLES);
                Supernets supernets = Supernets.random(c.space, DictionarySettings.of(K), DOUBLES, SEED);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            Network network = c.space.network(c.architecture);
            Gradient gradient = backward(executor, supernets, c);
            double[] ofCode = supernets.codeGradient(gradient).read();
            Map<String, Tensor> before = copy(supernets);
            descent.step(gradient, CODE, new Sgd(0, false, 0), 1);
            Map<String, Tensor> after = copy(supernets);
            restore(supernets, before);

            SplittableRandom random = SEED.generator("entries");
            for (Map.Entry<String, Tensor> entry : before.entrySet()) {
                Tensor live = supernets.state().get(entry.getKey()).view(-1);
                Tensor descended = after.get(entry.getKey()).view(-1);
                for (int trial = 0; trial < 3; trial++) {
                    long i = random.nextLong(live.numel());
                    double value = live.select(0, i).item_double();
                    live.select(0, i).fill_(new Scalar(value + h));
                    double up = loss(c.space, c.architecture, new AutogradWeights(supernets.merge(network, CODE)));
                    live.select(0, i).fill_(new Scalar(value - h));
                    double down = loss(c.space, c.architecture, new AutogradWeights(supernets.merge(network, CODE)));
                    live.select(0, i).fill_(new Scalar(value));
                    assertThat(value - descended.select(0, i).item_double())
                            .as("%s at %d", entry.getKey(), i)
                            .isCloseTo((up - down) / (2 * h), within(1e-5));
                }
            }
            for (int k = 0; k < K; k++) {
                assertThat(ofCode[k]).isCloseTo(differenceInCode(c, supernets, network, k), within(1e-4));
            }
        }
    }

    /**
     * ∂L/∂λ_k by moving along λ_k alone: a code that is no longer on the simplex stands for weights scaled in supernet k.
     */
    private static double differenceInCode(Case c, Supernets supernets, Network network, int k) {
        double h = 1e-6;
        double[] losses = new double[2];
        Map<String, Tensor> before = copy(supernets);
        for (int side = 0; side < 2; side++) {
            double factor = 1 + (side == 0 ? h : -h) / CODE.get(k);
            supernets
                    .state()
                    .asMap()
                    .values()
                    .forEach(tensor -> tensor.select(0, k).mul_(new Scalar(factor)));
            losses[side] = loss(c.space, c.architecture, new AutogradWeights(supernets.merge(network, CODE)));
            restore(supernets, before);
        }
        return (losses[0] - losses[1]) / (2 * h);
    }

    private static Map<String, Tensor> copy(Supernets supernets) {
        return copy(supernets.state());
    }

    private static Map<String, Tensor> copy(NamedTensors state) {
        Map<String, Tensor> copy = new HashMap<>();
        state.asMap().forEach((name, tensor) -> copy.put(name, tensor.clone()));
        return copy;
    }

    private static void restore(Supernets supernets, Map<String, Tensor> saved) {
        restore(supernets.state(), saved);
    }

    private static void restore(NamedTensors state, Map<String, Tensor> saved) {
        state.asMap().forEach((name, tensor) -> tensor.copy_(saved.get(name)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void descendsInPartsAsAtOnce(Case c) {
        Sgd sgd = new Sgd(0.9, true, 0.01);
        try (PointerScope scope = new PointerScope();
                LibTorchExecutor executor = new LibTorchExecutor(DOUBLES);
                Supernets supernets = Supernets.random(c.space, DictionarySettings.of(K), DOUBLES, SEED);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            Gradient gradient = backward(executor, supernets, c);
            descent.step(gradient, CODE, sgd, 0.1);
            NamedTensors state = supernets.state().putAll("", descent.state());
            Map<String, Tensor> start = copy(state);
            descend(supernets, descent, gradient, sgd, Long.MAX_VALUE);
            Map<String, Tensor> expected = copy(state);
            // Of one column or output, and of several with a rest.
            for (long atOnce : new long[] {1, 100}) {
                restore(state, start);
                descend(supernets, descent, gradient, sgd, atOnce);
                state.asMap()
                        .forEach((name, now) -> assertThat(LibTorch.toDoubles(now))
                                .as(name)
                                .containsExactly(LibTorch.toDoubles(expected.get(name)), within(1e-14)));
            }
        }
    }

    private static void descend(Supernets supernets, SupernetDescent descent, Gradient gradient, Sgd sgd, long atOnce) {
        new TensorDictionaryMath(DOUBLES, K, atOnce)
                .descend(
                        supernets.regions(gradient.layout()),
                        descent.momenta(),
                        Mixture.of(CODE, DOUBLES),
                        gradient.values(),
                        DescentRule.of(sgd, DictionarySettings.of(K)),
                        0.1);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void onlySlotsAndSlicesOnThePathChange(Case c) {
        try (PointerScope scope = new PointerScope();
                LibTorchExecutor executor = new LibTorchExecutor(DOUBLES);
                Supernets supernets = Supernets.random(c.space, DictionarySettings.of(K), DOUBLES, SEED);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            Network network = c.space.network(c.architecture);
            Map<String, Parameter> used = new HashMap<>();
            network.liveParameters().forEach(p -> used.put(p.slot(), p));
            Map<String, double[][][][]> before = new HashMap<>();
            for (Parameter slot : c.space.slots()) {
                before.put(slot.slot(), ofAll(supernets, c.space, slot));
            }
            for (int step = 0; step < 2; step++) {
                Gradient gradient = backward(executor, supernets, c);
                descent.step(gradient, CODE, new Sgd(0.9, true, 0.01), 0.1);
            }
            for (Parameter slot : c.space.slots()) {
                double[][][][] old = before.get(slot.slot());
                double[][][][] now = ofAll(supernets, c.space, slot);
                @Nullable Parameter use = used.get(slot.slot());
                for (int k = 0; k < K; k++) {
                    for (int o = 0; o < now[k].length; o++) {
                        for (int i = 0; i < now[k][o].length; i++) {
                            boolean inside = use != null
                                    && o < use.shape().out()
                                    && i < use.shape().in();
                            if (!inside) {
                                assertThat(now[k][o][i])
                                        .as("%s of supernet %d at %d, %d", slot.slot(), k, o, i)
                                        .isEqualTo(old[k][o][i]);
                            }
                        }
                    }
                }
                if (use != null && slot.role() != Parameter.Role.SHIFT && slot.role() != Parameter.Role.BIAS) {
                    assertThat(now[0][0][0]).as(slot.slot()).isNotEqualTo(old[0][0][0]);
                }
            }
        }
    }

    private static double[][][][] ofAll(Supernets supernets, SearchSpace space, Parameter slot) {
        double[][][][] values = new double[K][][][];
        for (int k = 0; k < K; k++) {
            values[k] = slot(supernets, space, slot, k);
        }
        return values;
    }

    /**
     * Single-path training of one plain network with libtorch's own SGD, which shares no code with the supernets: the same
     * bits after ten steps over changing paths.
     */
    @Test
    void oneSupernetIsPlainSinglePathTrainingBitForBit() {
        SearchSpace space = new NasBench201(4, 1, new FeatureShape(3, 8, 8), 5);
        Sgd sgd = new Sgd(0.9, true, 5e-4);
        try (PointerScope scope = new PointerScope();
                LibTorchExecutor executor = new LibTorchExecutor(FLOATS);
                Supernets supernets = Supernets.random(space, DictionarySettings.of(1), FLOATS, SEED);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            PlainNetwork plain = new PlainNetwork(space, supernets, sgd, 0.1);
            Tensor images = LibTorch.cast(images(space), ScalarType.Float);
            for (int step = 0; step < 10; step++) {
                Architecture a = space.sample(SEED.generator("path", step));
                Network network = space.network(a);
                Gradient gradient =
                        backward(executor, network, supernets.merge(network, SimplexCode.uniform(1)), images);
                descent.step(gradient, SimplexCode.uniform(1), sgd, 0.1);
                plain.train(executor, network, images, labels());
            }
            for (Parameter slot : space.slots()) {
                float[] one = toFloats(slot(supernets, space, slot, 0));
                assertThat(one).as(slot.slot()).isEqualTo(plain.values(slot));
            }
        }
    }

    private static float[] toFloats(double[][][] slot) {
        float[] values = new float[slot.length * slot[0].length * slot[0][0].length];
        int i = 0;
        for (double[][] ofOutput : slot) {
            for (double[] ofInput : ofOutput) {
                for (double value : ofInput) {
                    values[i++] = (float) value;
                }
            }
        }
        return values;
    }

    /** One network's worth of plain tensors, trained by libtorch's optimiser. */
    private static final class PlainNetwork {
        private final Map<String, Tensor> tensors = new HashMap<>();
        private final SGD optimizer;

        PlainNetwork(SearchSpace space, Supernets start, Sgd sgd, double learningRate) {
            TensorVector all = new TensorVector();
            for (Parameter slot : space.slots()) {
                Tensor tensor =
                        FLOATS.vector(toFloats(slot(start, space, slot, 0))).view(shape(slot));
                Tensor leaf = (tensor.dim() == 4 ? tensor.contiguous(torch.MemoryFormat.ChannelsLast) : tensor)
                        .requires_grad_(true);
                tensors.put(slot.slot(), leaf);
                all.push_back(leaf);
            }
            SGDOptions options = new SGDOptions(learningRate);
            options.momentum().put(sgd.momentum());
            options.weight_decay().put(sgd.weightDecay());
            options.nesterov().put(sgd.nesterov());
            optimizer = new SGD(all, options);
        }

        void train(LibTorchExecutor executor, Network network, Tensor images, Tensor labels) {
            optimizer.zero_grad(true);
            Loss.crossEntropy(executor.differentiable(network, new GivenWeights(tensors), images), labels, 0.1)
                    .backward();
            optimizer.step();
        }

        float[] values(Parameter slot) {
            return LibTorch.toFloats(
                    Objects.requireNonNull(tensors.get(slot.slot())).detach());
        }
    }
}
