package kshot.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.Seed;
import kshot.execute.Gradient;
import kshot.execute.NetworkWeights;
import kshot.execute.WeightLayout;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.simplex.SimplexCode;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;
import kshot.weights.DictionaryMath.Block;
import kshot.weights.DictionaryMath.Region;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The dictionary Θ of K supernets. Symbols: θ_k the weights of supernet k, λ a code, θ̃ = Σ λ_k θ_k (Eq. 4).
 *
 * <p>The K copies of all slots of a block stand in one K×S matrix. A network that uses a block whole merges it by one
 * matrix-vector product, and its update is of rank one; of a network that uses leading slices, slot by slot. Nothing of
 * a block that is not in the network is written, momentum and decay included. K = 1 goes the same way: its code is
 * exactly 1, and every product with it is exact.
 */
public final class Supernets implements AutoCloseable {
    private static final String WEIGHTS = ".weights";

    private final Compute compute;
    private final int k;
    private final Map<String, Block> blocks = new LinkedHashMap<>();
    private final DictionaryMath math;

    private Supernets(SearchSpace space, int k, Compute compute) {
        if (k < 1) {
            throw new IllegalArgumentException("K has to be at least 1, not " + k);
        }
        this.compute = compute;
        this.k = k;
        try (PointerScope scope = new PointerScope()) {
            WeightLayout.of(space.slots()).blocks().forEach((name, slots) -> {
                WeightLayout layout = WeightLayout.of(slots);
                blocks.put(name, new Block(name, layout, NativeScope.own(compute.zeros(k, layout.size()))));
            });
        }
        this.math = DictionaryMath.of(compute, k, blocks.values());
    }

    /** Returns K supernets whose weights are all 0, to be filled from a file. */
    public static Supernets zeros(SearchSpace space, int k, Compute compute) {
        return new Supernets(space, k, compute);
    }

    /**
     * Returns K supernets of random weights.
     *
     * @param noise how far the K initialisations are apart: 1 for independent ones; in between
     *     {@code √(1 - noise²) · shared + noise · own}, which keeps the variance; 0 for K equal ones
     */
    public static Supernets random(SearchSpace space, int k, Compute compute, double noise, Seed seed) {
        Supernets supernets = new Supernets(space, k, compute);
        Initialization initialization = new Initialization(noise, seed);
        try (PointerScope scope = new PointerScope()) {
            for (Block block : supernets.blocks.values()) {
                for (Parameter slot : block.layout().parameters()) {
                    Tensor weights = block.weights()
                            .narrow(1, block.layout().offset(slot), slot.shape().count());
                    for (int i = 0; i < k; i++) {
                        weights.select(0, i).copy_(compute.vector(initialization.values(slot, i)));
                    }
                }
            }
        }
        return supernets;
    }

    int k() {
        return k;
    }

    /**
     * Returns θ̃ for one network: its live slots, and the slices of them that it uses. It lives in the scope of the caller.
     */
    public NetworkWeights merge(Network network, SimplexCode code) {
        WeightLayout layout = WeightLayout.of(network);
        Tensor merged = compute.empty(layout.size());
        try (PointerScope scope = new PointerScope()) {
            math.merge(regions(layout), lambda(code), merged);
        }
        return new NetworkWeights(layout, merged, null);
    }

    /**
     * Returns the gradient that reaches the code: ∂L/∂λ_k = ⟨∂L/∂θ̃, θ_k⟩ over the weights in use, K numbers in the scope of the
     * caller.
     */
    public Numbers codeGradient(Gradient gradient) {
        return new Numbers(math.codeGradient(regions(gradient.layout()), gradient.values()));
    }

    /** Descends on the weights in use; see {@link SupernetDescent#step}. */
    void descend(Gradient gradient, SimplexCode code, Map<String, Tensor> momenta, Sgd sgd, double learningRate) {
        try (PointerScope scope = new PointerScope()) {
            math.descend(regions(gradient.layout()), momenta, lambda(code), gradient.values(), sgd, learningRate);
        }
    }

    private Tensor lambda(SimplexCode code) {
        if (code.size() != k) {
            throw new IllegalArgumentException("a code of " + code.size() + " entries for " + k + " supernets");
        }
        return compute.vector(code.toArray());
    }

    /** Returns the parts of the dictionary that a network uses. */
    List<Region> regions(WeightLayout used) {
        List<Region> regions = new ArrayList<>();
        used.blocks().forEach((name, parameters) -> {
            Block block = blocks.get(name);
            if (block == null) {
                throw new IllegalArgumentException("no supernet has a block " + name);
            }
            if (parameters.equals(block.layout().parameters())) {
                regions.add(Region.dense(block, 0, block.layout().size(), used.offset(parameters.get(0))));
            } else {
                parameters.forEach(parameter -> regions.add(slice(block, parameter, used.offset(parameter))));
            }
        });
        return regions;
    }

    private static Region slice(Block block, Parameter parameter, long offset) {
        WeightShape whole = block.layout().shape(parameter);
        WeightShape part = parameter.shape();
        if (!part.isSliceOf(whole)) {
            throw new IllegalArgumentException(parameter + " is no slice of " + whole);
        }
        long first = block.layout().offset(parameter);
        return part.in() == whole.in()
                ? Region.dense(block, first, part.count(), offset)
                : new Region(block, first, part.count() / part.in(), whole.in(), part.in(), offset);
    }

    Compute compute() {
        return compute;
    }

    Collection<Block> blocks() {
        return blocks.values();
    }

    /** Returns the weights by name, for a checkpoint: K×S for each block, as they are, not copied. */
    public NamedTensors state() {
        NamedTensors state = new NamedTensors();
        blocks.forEach((name, block) -> state.put(name + WEIGHTS, block.weights()));
        return state;
    }

    @Override
    public void close() {
        blocks.values().forEach(block -> block.weights().close());
    }
}
