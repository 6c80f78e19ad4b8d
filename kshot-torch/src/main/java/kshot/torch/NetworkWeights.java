package kshot.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Parameter;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one network: merged from K supernets, taken from one, or standing alone. An {@link Executor} can't tell.
 * Lives in the scope in which it was made.
 */
final class NetworkWeights implements Weights {
    private final WeightLayout layout;
    private final Tensor flat;
    private final Map<String, Tensor> slots = new HashMap<>();
    private final boolean differentiable;
    private final @Nullable RunningStatistics statistics;

    /**
     * Weights over a flat vector, which they share.
     *
     * @param flat of the layout's size, in the precision's storage type
     * @param differentiable whether {@link #gradient} is wanted
     * @param statistics what batch normalisation normalises by; null for the statistics of the batch itself
     */
    NetworkWeights(
            WeightLayout layout,
            Tensor flat,
            Precision precision,
            boolean differentiable,
            @Nullable RunningStatistics statistics) {
        this.layout = layout;
        this.flat = flat;
        this.differentiable = differentiable;
        this.statistics = statistics;
        Tensor kernels = LibTorch.cast(flat, precision.compute());
        for (Parameter parameter : layout.parameters()) {
            Tensor source = isKernel(parameter) ? kernels : flat;
            Tensor leaf = layout.view(source, parameter).detach();
            slots.put(parameter.slot(), differentiable ? leaf.requires_grad_(true) : leaf);
        }
    }

    private static boolean isKernel(Parameter parameter) {
        return parameter.role() == Parameter.Role.CONVOLUTION || parameter.role() == Parameter.Role.DEPTHWISE;
    }

    @Override
    public Tensor get(Parameter parameter) {
        Tensor tensor = slots.get(parameter.slot());
        if (tensor == null) {
            throw new IllegalArgumentException("no weights for " + parameter.slot());
        }
        return tensor;
    }

    @Override
    public @Nullable RunningStatistics statistics() {
        return statistics;
    }

    WeightLayout layout() {
        return layout;
    }

    /** All weights as one vector, in the layout's order. */
    Tensor flat() {
        return flat;
    }

    /**
     * ∂L/∂θ̃ as one vector in the layout's order and the storage type, after a backward pass; weights that the loss does
     * not depend on have gradient 0.
     */
    Tensor gradient() {
        if (!differentiable) {
            throw new IllegalStateException("these weights were made without gradients");
        }
        List<Tensor> parts = new ArrayList<>();
        for (Parameter parameter : layout.parameters()) {
            Tensor gradient = get(parameter).grad();
            Tensor part = gradient.defined()
                    ? WeightLayout.inStorageOrder(gradient, parameter)
                    : LibTorch.zeros(LibTorch.type(flat), parameter.shape().count());
            parts.add(LibTorch.cast(part, LibTorch.type(flat)));
        }
        return LibTorch.concatenate(parts);
    }
}
