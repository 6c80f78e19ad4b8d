package kshot.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import kshot.common.Seed;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.simplex.SimplexCode;
import kshot.space.SearchSpace;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The dictionary Θ of K supernets. Symbols: θ_k the weights of supernet k, λ a code, θ̃ = Σ λ_k θ_k (Eq. 4).
 *
 * <p>The K copies of all slots of a block stand in one K×S matrix. A network that uses a block whole merges it by one
 * matrix-vector product, and its update is of rank one; a network that uses leading slices touches only those. Nothing of
 * a block that is not in the network is read or written, momentum and decay included. K = 1 goes the same way: its code is
 * exactly 1, and every product with it is exact.
 */
public final class Supernets implements AutoCloseable {
    /**
     * Weights, of all supernets, that are updated at once. They, their momenta and their gradients, 6 MiB in float32, stay in
     * the last cache from one operation of the update to the next; fewer cost more calls than they save. docs/performance.md
     * has the figures.
     */
    private static final long AT_ONCE = 1 << 19;

    private final int k;
    private final Precision precision;
    private final Map<String, Block> blocks = new LinkedHashMap<>();

    /** The weights and momenta of one block. */
    private record Block(WeightLayout layout, Tensor weights, Tensor momentum) {}

    /** A part of a block's matrices that a network uses: K×n, or K×O×k×k×I where only leading inputs are in use. */
    private record Region(Tensor weights, Tensor momentum) {
        Tensor matrix(int k) {
            return weights.reshape(k, -1);
        }

        /**
         * Calls back with parts, cut along the second dimension, and their parts of a vector.
         *
         * @param atOnce most weights of a part, if a single column or output has no more
         */
        void forEachPart(long atOnce, Tensor vector, BiConsumer<Region, Tensor> action) {
            long columns = weights.size(1);
            long length = vector.numel() / columns;
            long most = Math.max(1, atOnce / (weights.numel() / columns));
            for (long from = 0; from < columns; from += most) {
                long count = Math.min(most, columns - from);
                try (PointerScope scope = new PointerScope()) {
                    action.accept(
                            new Region(weights.narrow(1, from, count), momentum.narrow(1, from, count)),
                            vector.narrow(0, from * length, count * length));
                }
            }
        }
    }

    private Supernets(SearchSpace space, int k, Precision precision) {
        if (k < 1) {
            throw new IllegalArgumentException("K has to be at least 1, not " + k);
        }
        this.k = k;
        this.precision = precision;
        WeightLayout all = WeightLayout.of(space.slots());
        try (PointerScope scope = new PointerScope()) {
            all.blocks().forEach((name, slots) -> {
                WeightLayout layout = WeightLayout.of(slots);
                blocks.put(
                        name,
                        new Block(
                                layout,
                                PointerScopes.own(LibTorch.zeros(precision.storage(), k, layout.size())),
                                PointerScopes.own(LibTorch.zeros(precision.storage(), k, layout.size()))));
            });
        }
    }

    /**
     * K supernets of random weights.
     *
     * @param noise how far the K initialisations are apart: 1 for independent ones; in between
     *     {@code √(1 - noise²) · shared + noise · own}, which keeps the variance; 0 for K equal ones
     */
    public static Supernets random(SearchSpace space, int k, Precision precision, double noise, Seed seed) {
        Supernets supernets = new Supernets(space, k, precision);
        Initialization initialization = new Initialization(noise, seed);
        try (PointerScope scope = new PointerScope()) {
            supernets.forEachSlot((slot, weights) -> {
                for (int i = 0; i < k; i++) {
                    float[] values = initialization.values(slot, i);
                    weights.select(0, i).copy_(LibTorch.ofFloats(precision.storage(), values));
                }
            });
        }
        return supernets;
    }

    /** K. */
    public int k() {
        return k;
    }

    /** Number of weights in all K supernets together. */
    public long size() {
        return blocks.values().stream().mapToLong(b -> k * b.layout.size()).sum();
    }

    /**
     * θ̃ for one network: its live slots, and the slices of them that it uses.
     *
     * @return weights that live in the caller's scope
     */
    NetworkWeights merge(Network network, SimplexCode code) {
        WeightLayout layout = WeightLayout.of(network);
        Tensor lambda = lambda(code);
        Tensor merged = LibTorch.empty(precision.storage(), layout.size());
        forEachRegion(
                layout,
                merged,
                (region, part) -> torch.mv_out(part, region.matrix(k).t(), lambda));
        return new NetworkWeights(layout, merged, null);
    }

    /**
     * The gradient that reaches the code: ∂L/∂λ_k = ⟨∂L/∂θ̃, θ_k⟩ over the weights in use.
     *
     * @param layout of the weights in use
     * @param gradient ∂L/∂θ̃ in that layout
     * @return K numbers
     */
    double[] codeGradient(WeightLayout layout, Tensor gradient) {
        try (PointerScope scope = new PointerScope()) {
            Tensor sum = LibTorch.zeros(precision.storage(), k);
            forEachRegion(
                    layout,
                    gradient,
                    (region, part) -> sum.add_(region.matrix(k).mv(part)));
            return LibTorch.toDoubles(sum);
        }
    }

    /**
     * One step of gradient descent on the weights in use. The gradient of each supernet is ∂L/∂θ_k = λ_k ∂L/∂θ̃, so one
     * backward pass serves all K.
     *
     * @param layout of the weights in use
     * @param gradient ∂L/∂θ̃ in that layout
     */
    void descend(WeightLayout layout, SimplexCode code, Tensor gradient, Sgd sgd, double learningRate) {
        descend(layout, code, gradient, sgd, learningRate, AT_ONCE);
    }

    /** The same, so many weights at once. */
    void descend(WeightLayout layout, SimplexCode code, Tensor gradient, Sgd sgd, double learningRate, long atOnce) {
        try (PointerScope scope = new PointerScope()) {
            Tensor lambda = lambda(code);
            forEachRegion(
                    layout,
                    gradient,
                    (region, part) -> region.forEachPart(atOnce, part, (few, ofFew) -> {
                        Tensor ofEach = torch.outer(lambda, ofFew).view(few.weights.shape());
                        sgd.step(few.weights, few.momentum, ofEach, learningRate);
                    }));
        }
    }

    private Tensor lambda(SimplexCode code) {
        if (code.size() != k) {
            throw new IllegalArgumentException("a code of " + code.size() + " entries for " + k + " supernets");
        }
        return LibTorch.ofFloats(precision.storage(), code.toArray());
    }

    /** Calls back with each region in use, and its part of a vector in that layout. */
    private void forEachRegion(WeightLayout layout, Tensor vector, BiConsumer<Region, Tensor> action) {
        long offset = 0;
        for (Region region : regions(layout)) {
            long length = region.weights.numel() / k;
            action.accept(region, vector.narrow(0, offset, length));
            offset += length;
        }
    }

    /** The parts of the dictionary that a network uses, in the order of its layout. */
    private List<Region> regions(WeightLayout used) {
        List<Region> regions = new ArrayList<>();
        used.blocks().forEach((name, parameters) -> {
            Block block = blocks.get(name);
            if (block == null) {
                throw new IllegalArgumentException("no supernet has a block " + name);
            }
            if (parameters.equals(block.layout.parameters())) {
                regions.add(new Region(block.weights, block.momentum));
            } else {
                for (Parameter parameter : parameters) {
                    regions.add(new Region(
                            slice(block.layout, block.weights, parameter),
                            slice(block.layout, block.momentum, parameter)));
                }
            }
        });
        return regions;
    }

    private Tensor slice(WeightLayout layout, Tensor matrix, Parameter parameter) {
        WeightShape whole = layout.shape(parameter);
        WeightShape part = parameter.shape();
        if (!part.isSliceOf(whole)) {
            throw new IllegalArgumentException(parameter + " is no slice of " + whole);
        }
        long pixels = (long) whole.kernel() * whole.kernel();
        Tensor outputs = matrix.narrow(1, layout.offset(parameter), part.out() * pixels * whole.in());
        return part.in() == whole.in()
                ? outputs
                : outputs.view(k, part.out(), pixels, whole.in()).narrow(3, 0, part.in());
    }

    /** Calls back with each slot in its largest shape, and its K×n weights as a view. */
    private void forEachSlot(BiConsumer<Parameter, Tensor> action) {
        for (Block block : blocks.values()) {
            for (Parameter slot : block.layout.parameters()) {
                action.accept(
                        slot,
                        block.weights.narrow(
                                1, block.layout.offset(slot), slot.shape().count()));
            }
        }
    }

    /** Weights and momenta by name, for a checkpoint: K×S each, as they are, not copied. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        blocks.forEach((name, block) -> {
            state.put(name + ".weights", block.weights);
            state.put(name + ".momentum", block.momentum);
        });
        return state;
    }

    @Override
    public void close() {
        for (Block block : blocks.values()) {
            block.weights.close();
            block.momentum.close();
        }
    }
}
