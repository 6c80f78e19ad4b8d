package kshot.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import kshot.common.Seed;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
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
    private final SimplexNet simplexNet;
    private final boolean isTrained;
    private final int k;

    /**
     * Supernets and simplex-net.
     *
     * @param isTrained whether the simplex-net is
     */
    private SupernetWeights(long step, Supernets supernets, SimplexNet simplexNet, boolean isTrained, int k) {
        this.step = step;
        this.supernets = supernets;
        this.simplexNet = simplexNet;
        this.isTrained = isTrained;
        this.k = k;
    }

    /**
     * Reads them from a checkpoint.
     *
     * @param settings of the training
     * @throws kshot.common.InvalidInputException if the file is damaged, or of another training
     */
    public static SupernetWeights load(Path file, SearchSpace space, SupernetSettings settings) throws IOException {
        SimplexNet simplexNet = emptyNet(space, settings);
        Supernets supernets = Supernets.zeros(space, settings.k(), Compute.of(settings.precision()));
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = tensors(supernets, simplexNet);
            Map<String, String> metadata = Safetensors.read(file, tensors);
            simplexNet.setParameters(tensors.toFloats(SupernetTrainer.SIGMA));
            boolean isTrained = Safetensors.number(file, metadata, SupernetTrainer.SIMPLEX_STEPS) > 0;
            return new SupernetWeights(
                    Training.savedStep(file, metadata), supernets, simplexNet, isTrained, settings.k());
        } catch (IOException | RuntimeException e) {
            supernets.close();
            throw e;
        }
    }

    private static SimplexNet emptyNet(SearchSpace space, SupernetSettings settings) {
        return new SimplexNet(space, settings.k(), settings.simplex().hidden(), new Seed(0));
    }

    /** Sends them from rank 0 to all others, which {@linkplain #receive receive} them. */
    public void send(Collective collective) {
        try (NativeScope scope = new NativeScope()) {
            tensors(supernets, simplexNet).broadcast(collective);
            collective.broadcast((double) step, isTrained ? 1 : 0);
        }
    }

    /**
     * Receives what rank 0 {@linkplain #send sends}.
     *
     * @param settings of the training
     */
    public static SupernetWeights receive(SearchSpace space, SupernetSettings settings, Collective collective) {
        SimplexNet simplexNet = emptyNet(space, settings);
        Supernets supernets = Supernets.zeros(space, settings.k(), Compute.of(settings.precision()));
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = tensors(supernets, simplexNet);
            tensors.broadcast(collective);
            double[] numbers = collective.broadcast(0, 0);
            simplexNet.setParameters(tensors.toFloats(SupernetTrainer.SIGMA));
            return new SupernetWeights((long) numbers[0], supernets, simplexNet, numbers[1] > 0, settings.k());
        } catch (RuntimeException e) {
            supernets.close();
            throw e;
        }
    }

    private static NamedTensors tensors(Supernets supernets, SimplexNet simplexNet) {
        return supernets.state().put(SupernetTrainer.SIGMA, simplexNet.parameters());
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
        SimplexCode uniform = SimplexCode.uniform(k);
        return new SupernetMixture(supernets, isTrained ? simplexNet::code : a -> uniform);
    }

    @Override
    public void close() {
        supernets.close();
    }
}
