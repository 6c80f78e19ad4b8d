package kshot.execute;

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
 * matrix-vector product, and its update is of rank one; of a network that uses leading slices, slot by slot. Nothing of
 * a block that is not in the network is written, momentum and decay included. K = 1 goes the same way: its code is
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
    private final NativeBlas numbers;
    private final Map<String, Block> blocks = new LinkedHashMap<>();

    /** The weights and momenta of one block, and where the weights are. */
    private record Block(WeightLayout layout, Tensor weights, Tensor momentum, long address) {
        Block(WeightLayout layout, Tensor weights, Tensor momentum) {
            this(layout, weights, momentum, LibTorch.address(weights));
        }
    }

    /**
     * The weights of a block that a network uses, in each of the K copies: the leading {@code width} of each of some rows, which follow
     * one another.
     *
     * @param first where the first row begins in the block
     * @param pitch from one row to the next
     * @param offset of the weights, then without gaps, in the vector of a network
     */
    private record Region(Block block, long first, long rows, long pitch, long width, long offset) {
        /** Without gaps: one row. */
        static Region dense(Block block, long first, long length, long offset) {
            return new Region(block, first, 1, length, length, offset);
        }

        boolean isDense() {
            return width == pitch;
        }

        /** Weights in use of one copy. */
        long length() {
            return rows * width;
        }

        /** The same, gaps included. */
        long span() {
            return rows * pitch;
        }

        /** The weights in use as a view: K×rows×width, or K×n without gaps. */
        Tensor of(Tensor matrix) {
            Tensor span = matrix.narrow(1, first, span());
            return isDense() ? span : span.view(matrix.size(0), rows, pitch).narrow(2, 0, width);
        }
    }

    private Supernets(SearchSpace space, int k, Precision precision) {
        if (k < 1) {
            throw new IllegalArgumentException("K has to be at least 1, not " + k);
        }
        this.k = k;
        this.precision = precision;
        this.numbers = NativeBlas.of(precision.storage());
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
    public NetworkWeights merge(Network network, SimplexCode code) {
        WeightLayout layout = WeightLayout.of(network);
        Tensor merged = LibTorch.empty(precision.storage(), layout.size());
        try (PointerScope scope = new PointerScope()) {
            long lambda = LibTorch.address(lambda(code));
            long to = LibTorch.address(merged);
            for (Region region : regions(layout)) {
                long part = to + numbers.bytes(region.offset);
                long span = region.isDense() ? part : gaps(region);
                numbers.transposedProduct(k, region.span(), region.block.layout.size(), address(region), lambda, span);
                if (!region.isDense()) {
                    numbers.copyRows(region.rows, region.width, span, region.pitch, part, region.width);
                }
            }
        }
        return new NetworkWeights(layout, merged, null);
    }

    /**
     * The gradient that reaches the code: ∂L/∂λ_k = ⟨∂L/∂θ̃, θ_k⟩ over the weights in use.
     *
     * @param layout of the weights in use
     * @param gradient ∂L/∂θ̃ in that layout
     * @return K numbers
     */
    public double[] codeGradient(WeightLayout layout, Tensor gradient) {
        double[] sum = new double[k];
        try (PointerScope scope = new PointerScope()) {
            long ofRegion = LibTorch.address(LibTorch.empty(precision.storage(), k));
            long from = LibTorch.address(gradient);
            for (Region region : regions(layout)) {
                long part = from + numbers.bytes(region.offset);
                long span = region.isDense() ? part : gaps(region);
                if (!region.isDense()) {
                    numbers.copyRows(region.rows, region.width, part, region.width, span, region.pitch);
                }
                numbers.product(k, region.span(), region.block.layout.size(), address(region), span, ofRegion);
                numbers.add(ofRegion, sum);
            }
        }
        return sum;
    }

    private long address(Region region) {
        return region.block.address + numbers.bytes(region.first);
    }

    /** Memory for one copy of a region, gaps included, all 0; of the caller's scope. */
    private long gaps(Region region) {
        return LibTorch.address(LibTorch.zeros(precision.storage(), region.span()));
    }

    /**
     * One step of gradient descent on the weights in use. The gradient of each supernet is ∂L/∂θ_k = λ_k ∂L/∂θ̃, so one
     * backward pass serves all K.
     *
     * @param layout of the weights in use
     * @param gradient ∂L/∂θ̃ in that layout
     */
    public void descend(WeightLayout layout, SimplexCode code, Tensor gradient, Sgd sgd, double learningRate) {
        descend(layout, code, gradient, sgd, learningRate, AT_ONCE);
    }

    /** The same, so many weights at once. */
    void descend(WeightLayout layout, SimplexCode code, Tensor gradient, Sgd sgd, double learningRate, long atOnce) {
        try (PointerScope scope = new PointerScope()) {
            Tensor lambda = lambda(code);
            for (Region region : regions(layout)) {
                descend(region, lambda, gradient.narrow(0, region.offset, region.length()), sgd, learningRate, atOnce);
            }
        }
    }

    private static void descend(
            Region region, Tensor lambda, Tensor gradient, Sgd sgd, double learningRate, long atOnce) {
        try (PointerScope scope = new PointerScope()) {
            Tensor weights = region.of(region.block.weights);
            Tensor momentum = region.of(region.block.momentum);
            long columns = weights.size(1);
            long length = gradient.numel() / columns;
            long most = Math.max(1, atOnce / (weights.numel() / columns));
            for (long from = 0; from < columns; from += most) {
                long count = Math.min(most, columns - from);
                try (PointerScope ofPart = new PointerScope()) {
                    Tensor few = weights.narrow(1, from, count);
                    Tensor ofFew = torch.outer(lambda, gradient.narrow(0, from * length, count * length));
                    sgd.step(few, momentum.narrow(1, from, count), ofFew.view(few.shape()), learningRate);
                }
            }
        }
    }

    private Tensor lambda(SimplexCode code) {
        if (code.size() != k) {
            throw new IllegalArgumentException("a code of " + code.size() + " entries for " + k + " supernets");
        }
        return LibTorch.ofFloats(precision.storage(), code.toArray());
    }

    /** The parts of the dictionary that a network uses. */
    private List<Region> regions(WeightLayout used) {
        List<Region> regions = new ArrayList<>();
        used.blocks().forEach((name, parameters) -> {
            Block block = blocks.get(name);
            if (block == null) {
                throw new IllegalArgumentException("no supernet has a block " + name);
            }
            if (parameters.equals(block.layout.parameters())) {
                regions.add(Region.dense(block, 0, block.layout.size(), used.offset(parameters.get(0))));
            } else {
                parameters.forEach(parameter -> regions.add(slice(block, parameter, used.offset(parameter))));
            }
        });
        return regions;
    }

    private static Region slice(Block block, Parameter parameter, long offset) {
        WeightShape whole = block.layout.shape(parameter);
        WeightShape part = parameter.shape();
        if (!part.isSliceOf(whole)) {
            throw new IllegalArgumentException(parameter + " is no slice of " + whole);
        }
        long first = block.layout.offset(parameter);
        return part.in() == whole.in()
                ? Region.dense(block, first, part.count(), offset)
                : new Region(block, first, part.count() / part.in(), whole.in(), part.in(), offset);
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
    public Map<String, Tensor> state() {
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
