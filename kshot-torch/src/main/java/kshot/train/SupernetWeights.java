package kshot.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import kshot.common.Seed;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Safetensors;
import kshot.weights.SupernetMixture;
import kshot.weights.Supernets;

/**
 * Supernets and simplex-net as a {@link SupernetTrainer} has left them in a checkpoint: what scoring architectures takes, without
 * momenta, optimiser and images.
 */
public final class SupernetWeights implements AutoCloseable {
    private final long step;
    private final Supernets supernets;
    private final Function<Architecture, SimplexCode> codes;

    private SupernetWeights(long step, Supernets supernets, Function<Architecture, SimplexCode> codes) {
        this.step = step;
        this.supernets = supernets;
        this.codes = codes;
    }

    /**
     * Reads them from a checkpoint.
     *
     * @param settings of the training
     * @throws kshot.common.InvalidInputException if the file is damaged, or of another training
     */
    public static SupernetWeights load(Path file, SearchSpace space, SupernetSettings settings) throws IOException {
        SimplexNet simplexNet =
                new SimplexNet(space, settings.k(), settings.simplex().hidden(), new Seed(0));
        Supernets supernets = Supernets.zeros(space, settings.k(), Compute.of(settings.precision()));
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = supernets.state().put(SupernetTrainer.SIGMA, simplexNet.parameters());
            Map<String, String> metadata = Safetensors.read(file, tensors);
            simplexNet.setParameters(tensors.toFloats(SupernetTrainer.SIGMA));
            boolean isTrained = Safetensors.number(file, metadata, SupernetTrainer.SIMPLEX_STEPS) > 0;
            SimplexCode uniform = SimplexCode.uniform(settings.k());
            return new SupernetWeights(
                    Training.savedStep(file, metadata), supernets, isTrained ? simplexNet::code : a -> uniform);
        } catch (IOException | RuntimeException e) {
            supernets.close();
            throw e;
        }
    }

    /** Returns the number of steps that they were trained for. */
    public long step() {
        return step;
    }

    /**
     * Returns what scores architectures: the supernets mixed by the simplex-net, or by 1/K as in the warm-up, where that has not
     * been trained yet.
     */
    public SupernetMixture mixture() {
        return new SupernetMixture(supernets, codes);
    }

    @Override
    public void close() {
        supernets.close();
    }
}
