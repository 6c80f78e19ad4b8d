package kshot.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import kshot.common.Seed;
import kshot.simplex.SimplexNet;
import kshot.simplex.SimplexOptimizer;
import kshot.simplex.WidthRegulariser;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.NamedTensors;
import kshot.train.PassGradient.OfCode;

/** The simplex-net in training: σ, its descent, and what a checkpoint keeps of both. */
final class SimplexTraining {
    /** The name of σ in a checkpoint. */
    static final String SIGMA = "simplex.parameters";

    /** The name of the number of steps that have trained σ. */
    static final String STEPS = "simplex_steps";

    private static final String OPTIMIZER = "simplex.optimizer.";

    private final SimplexSettings settings;
    private final SimplexNet net;
    private final SimplexOptimizer optimizer;
    private final WidthRegulariser regulariser;

    /** A simplex-net at its start. */
    SimplexTraining(SearchSpace space, SupernetSettings settings, Seed seed) {
        this.settings = settings.simplex();
        this.net = settings.simplexNet(space, seed);
        this.optimizer = settings.simplex().descent().optimizerOf(net.parameters().length);
        this.regulariser = new WidthRegulariser(space, settings.simplex().temperature());
    }

    SimplexNet net() {
        return net;
    }

    /**
     * Moves σ by the mean of the gradients of all groups and that of a · r_c; not where codes are not learnt.
     *
     * @param forward of the architectures of the groups
     * @param gradients ∂L/∂λ of each group
     */
    void descend(SimplexNet.Forward forward, List<Architecture> architectures, List<OfCode> gradients, double rate) {
        if (!settings.coding().areLearned()) {
            return;
        }
        float[][] gradient = regulariser.gradient(forward.codes(), architectures);
        int m = architectures.size();
        for (int j = 0; j < m; j++) {
            for (int k = 0; k < net.k(); k++) {
                gradient[j][k] = (float) (settings.regulariser() * gradient[j][k]
                        + gradients.get(j).values().get(k) / m);
            }
        }
        optimizer.step(net.parameters(), settings.descent().clipped(forward.backward(gradient)), rate);
    }

    /** Adds the tensors of a checkpoint to others. */
    NamedTensors addTo(NamedTensors tensors) {
        tensors.put(SIGMA, net.parameters());
        optimizer.state().forEach((name, values) -> tensors.put(OPTIMIZER + name, values));
        return tensors;
    }

    /** Returns the number of steps that have trained σ. */
    long steps() {
        return optimizer.steps();
    }

    /** Goes on from a checkpoint. */
    void restore(NamedTensors tensors, ToDoubleFunction<String> numbers) {
        net.setParameters(tensors.toFloats(SIGMA));
        Map<String, float[]> moments = new HashMap<>();
        for (String name : optimizer.state().keySet()) {
            moments.put(name, tensors.toFloats(OPTIMIZER + name));
        }
        optimizer.restore((long) numbers.applyAsDouble(STEPS), moments);
    }
}
