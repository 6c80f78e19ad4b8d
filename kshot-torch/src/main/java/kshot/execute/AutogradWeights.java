package kshot.execute;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Parameter;
import kshot.tensor.LibTorch;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The weights of a network as leaves of libtorch's automatic differentiation. Lives in the scope in which it was made. */
public final class AutogradWeights implements TensorWeights {
    private final NetworkWeights weights;
    private final Map<String, Tensor> slots = new HashMap<>();

    /** Makes leaves that share the values of weights. */
    public AutogradWeights(NetworkWeights weights) {
        this.weights = weights;
        for (Parameter parameter : weights.layout().parameters()) {
            Tensor leaf = weights.layout().view(weights.flat(), parameter).detach();
            leaf.requires_grad_(true);
            slots.put(parameter.slot(), leaf);
        }
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
        return weights.statistics();
    }

    /** Returns ∂L/∂θ̃ after a backward pass, as {@link Executor.Pass#backward} does. */
    Tensor gradient() {
        List<Tensor> parts = new ArrayList<>();
        for (Parameter parameter : weights.layout().parameters()) {
            Tensor leaf = get(parameter);
            Tensor gradient = leaf.grad().defined() ? leaf.grad() : torch.zeros_like(leaf);
            parts.add(WeightLayout.inStorageOrder(gradient, parameter));
        }
        return LibTorch.concatenate(parts);
    }
}
