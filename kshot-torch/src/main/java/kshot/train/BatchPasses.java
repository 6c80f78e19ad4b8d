package kshot.train;

import java.util.List;
import java.util.function.Function;
import kshot.data.Batch;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.NetworkWeights;
import kshot.execute.TrainingPass;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.weights.Supernets;

/**
 * The passes of a step over equal parts of a batch, each with the merged weights of its own architecture: side by side, and one alone with
 * all threads for itself.
 *
 * @param phases hears where they are
 */
record BatchPasses(
        SearchSpace space, Supernets supernets, Executor executor, double labelSmoothing, Phase.Listener phases) {
    /** Returns the same passes with another listener. */
    BatchPasses with(Phase.Listener listener) {
        return new BatchPasses(space, supernets, executor, labelSmoothing, listener);
    }

    /**
     * Runs passes.
     *
     * @param use what is made of a pass as long as its tensors are there
     */
    <T> List<T> run(
            Batch batch, List<Architecture> architectures, List<SimplexCode> codes, Function<WeightPass, T> use) {
        if (architectures.isEmpty()) {
            return List.of();
        }
        try (NativeScope scope = new NativeScope()) {
            ImageTensors images = ImageTensors.of(batch, executor.compute());
            List<Network> networks = architectures.stream().map(space::network).toList();
            if (networks.size() == 1) {
                return List.of(use.apply(pass(networks.get(0), codes.get(0), images)));
            }
            long part = images.size() / networks.size();
            // Most of the time of a small layer does not depend on its multiply-adds.
            int[] layers = networks.stream().mapToInt(n -> n.liveNodes().size()).toArray();
            phases.enter(Phase.PASSES);
            List<T> results = executor.streams().run(layers, j -> {
                try (NativeScope ofPass = new NativeScope()) {
                    ImageTensors ofPart = images.range(j * part, (j + 1) * part);
                    return use.apply(pass(networks.get(j), codes.get(j), ofPart));
                }
            });
            phases.enter(Phase.OTHER);
            return results;
        }
    }

    /** Runs one forward and one backward pass with the merged weights of an architecture. */
    private WeightPass pass(Network network, SimplexCode lambda, ImageTensors images) {
        phases.enter(Phase.MERGE);
        NetworkWeights merged = supernets.merge(network, lambda);
        phases.enter(Phase.FORWARD);
        try (TrainingPass pass = executor.train(network, merged, images, labelSmoothing)) {
            phases.enter(Phase.BACKWARD);
            Gradient gradient = pass.backward();
            phases.enter(Phase.OTHER);
            return new WeightPass(lambda, gradient, pass.count());
        }
    }
}
