package kshot.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.execute.Gradient;
import kshot.execute.NetworkWeights;
import kshot.execute.WeightLayout;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;
import kshot.weights.DictionaryMath.Block;
import kshot.weights.DictionaryMath.DescentRule;
import kshot.weights.DictionaryMath.Region;
import kshot.weights.DictionaryMath.Sharing;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The dictionary Θ of K supernets. Symbols: θ_k the weights of supernet k, λ a code, θ̃ = Σ λ_k θ_k (Eq. 4).
 *
 * <p>The K copies of all slots of a block stand in one K×S matrix. A network that uses a block whole merges it by one
 * matrix-vector product, and its update is of rank one; of a network that uses leading slices, slot by slot. Nothing of
 * a block that is not in the network is written, momentum and decay included. K = 1 goes the same way: its code is
 * exactly 1, and every product with it is exact.
 *
 * <p>That is the paper's dictionary. {@link DictionarySettings} may say that supernets share some weights, or have something in
 * common.
 */
public final class Supernets implements AutoCloseable {
    private static final String WEIGHTS = ".weights";
    private static final String NORMALIZATION = ".normalization";

    private final Compute compute;
    private final DictionarySettings settings;
    private final Map<String, List<Block>> blocks = new LinkedHashMap<>();
    private final DictionaryMath math;

    private Supernets(SearchSpace space, DictionarySettings settings, Compute compute) {
        this.compute = compute;
        this.settings = settings;
        Set<String> fixed = settings.shareFixed() ? fixedBlocks(space) : Set.of();
        try (PointerScope scope = new PointerScope()) {
            WeightLayout.of(space.slots()).blocks().forEach((name, slots) -> {
                Sharing sharing = settings.commonWeights() ? Sharing.COMMON : Sharing.OWN;
                if (fixed.contains(name)) {
                    add(name, name, slots, Sharing.SHARED);
                } else if (settings.shareNormalization()) {
                    add(
                            name,
                            name,
                            slots.stream()
                                    .filter(slot -> !isOfNormalization(slot))
                                    .toList(),
                            sharing);
                    add(
                            name,
                            name + NORMALIZATION,
                            slots.stream().filter(Supernets::isOfNormalization).toList(),
                            Sharing.SHARED);
                } else {
                    add(name, name, slots, sharing);
                }
            });
        }
        this.math = DictionaryMath.of(compute, settings.k(), parts().toList());
    }

    private void add(String block, String name, List<Parameter> slots, Sharing sharing) {
        if (slots.isEmpty()) {
            return;
        }
        WeightLayout layout = WeightLayout.of(slots);
        Tensor weights = NativeScope.own(compute.zeros(sharing.rows(settings.k()), layout.size()));
        blocks.computeIfAbsent(block, of -> new ArrayList<>())
                .add(new Block(name, layout, sharing, settings.k(), weights));
    }

    private static boolean isOfNormalization(Parameter slot) {
        return slot.role() == Parameter.Role.SCALE || slot.role() == Parameter.Role.SHIFT;
    }

    /** Returns the blocks that have the same weights in all architectures. */
    private static Set<String> fixedBlocks(SearchSpace space) {
        Map<String, List<Parameter>> fixed = new HashMap<>(
                WeightLayout.of(space.network(space.cover().get(0)).parameters())
                        .blocks());
        for (Architecture architecture : space.cover()) {
            Map<String, List<Parameter>> blocks =
                    WeightLayout.of(space.network(architecture).parameters()).blocks();
            fixed.entrySet().removeIf(block -> !block.getValue().equals(blocks.get(block.getKey())));
        }
        return Set.copyOf(fixed.keySet());
    }

    /** Returns supernets whose weights are all 0, to be filled from a file. */
    public static Supernets zeros(SearchSpace space, DictionarySettings settings, Compute compute) {
        return new Supernets(space, settings, compute);
    }

    /** Returns supernets of random weights. */
    public static Supernets random(SearchSpace space, DictionarySettings settings, Compute compute, Seed seed) {
        Supernets supernets = new Supernets(space, settings, compute);
        Initialization initialization = new Initialization(settings.initialNoise(), seed);
        try (PointerScope scope = new PointerScope()) {
            supernets.parts().forEach(block -> {
                for (Parameter slot : block.layout().parameters()) {
                    Tensor weights = block.weights()
                            .narrow(1, block.layout().offset(slot), slot.shape().count());
                    for (int row = 0; row < block.rows(); row++) {
                        weights.select(0, row).copy_(compute.vector(first(initialization, block, slot, row)));
                    }
                }
            });
        }
        return supernets;
    }

    private static float[] first(Initialization initialization, Block block, Parameter slot, int row) {
        return switch (block.sharing()) {
            case OWN -> initialization.values(slot, row);
            case SHARED -> initialization.sharedValues(slot);
            case COMMON -> row < block.k() ? initialization.differences(slot, row) : initialization.commonValues(slot);
        };
    }

    int k() {
        return settings.k();
    }

    /**
     * Returns θ̃ for one network: its live slots, and the slices of them that it uses. It lives in the scope of the caller.
     */
    public NetworkWeights merge(Network network, SimplexCode code) {
        WeightLayout layout = WeightLayout.of(network);
        Tensor merged = compute.empty(layout.size());
        try (PointerScope scope = new PointerScope()) {
            math.merge(regions(layout), mixture(code), merged);
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
            DescentRule rule = DescentRule.of(sgd, settings);
            math.descend(regions(gradient.layout()), momenta, mixture(code), gradient.values(), rule, learningRate);
        }
    }

    private Mixture mixture(SimplexCode code) {
        if (code.size() != k()) {
            throw new IllegalArgumentException("a code of " + code.size() + " entries for " + k() + " supernets");
        }
        return Mixture.of(code, compute);
    }

    /** Returns the parts of the dictionary that a network uses. */
    List<Region> regions(WeightLayout used) {
        List<Region> regions = new ArrayList<>();
        used.blocks().forEach((name, parameters) -> {
            List<Block> parts = blocks.get(name);
            if (parts == null) {
                throw new IllegalArgumentException("no supernet has a block " + name);
            }
            if (parts.size() == 1 && parameters.equals(parts.get(0).layout().parameters())) {
                Block whole = parts.get(0);
                regions.add(Region.dense(whole, 0, whole.layout().size(), used.offset(parameters.get(0))));
            } else {
                parameters.forEach(
                        parameter -> regions.add(slice(part(parts, parameter), parameter, used.offset(parameter))));
            }
        });
        return regions;
    }

    private static Block part(List<Block> parts, Parameter parameter) {
        return parts.stream()
                .filter(part -> part.layout().has(parameter))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no supernet has " + parameter));
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

    /** Returns the blocks, those with one copy apart from those with K. */
    List<Block> blocks() {
        return parts().toList();
    }

    private Stream<Block> parts() {
        return blocks.values().stream().flatMap(List::stream);
    }

    /** Returns the weights by name, for a checkpoint: a matrix for each block, as they are, not copied. */
    public NamedTensors state() {
        NamedTensors state = new NamedTensors();
        parts().forEach(block -> state.put(block.name() + WEIGHTS, block.weights()));
        return state;
    }

    @Override
    public void close() {
        parts().forEach(block -> block.weights().close());
    }
}
