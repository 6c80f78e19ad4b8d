package kshot.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
import kshot.tensor.Compute;
import kshot.tensor.Device;
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
    /** Of a simplex-net whose parameters are overwritten. */
    private static final Seed ANY_SEED = new Seed(0);

    private final long step;
    private final Supernets supernets;
    private final SimplexNet simplexNet;
    private final double codeScale;
    private final double[] reach;

    /**
     * Supernets and simplex-net.
     *
     * @param codeScale factor of the outputs of the simplex-net, from 0 for equal codes to 1
     * @param reach how much training has reached each supernet
     */
    private SupernetWeights(long step, Supernets supernets, SimplexNet simplexNet, double codeScale, double... reach) {
        this.step = step;
        this.supernets = supernets;
        this.simplexNet = simplexNet;
        this.codeScale = codeScale;
        this.reach = reach;
    }

    /**
     * Reads them from a checkpoint.
     *
     * @param settings of the training
     * @param device that holds them
     * @throws kshot.common.InvalidInputException if the file is damaged, or of another training
     */
    public static SupernetWeights load(Path file, SearchSpace space, SupernetSettings settings, Device device)
            throws IOException {
        SimplexNet simplexNet = settings.simplexNet(space, ANY_SEED);
        Supernets supernets = Supernets.zeros(space, settings.dictionary(), new Compute(device, settings.precision()));
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = tensors(supernets, simplexNet);
            Map<String, String> metadata = Safetensors.read(file, tensors);
            simplexNet.setParameters(tensors.toFloats(SimplexTraining.SIGMA));
            return new SupernetWeights(
                    Training.savedStep(file, metadata),
                    supernets,
                    simplexNet,
                    codeScale(file, metadata),
                    reach(file, metadata, settings.k()));
        } catch (IOException | RuntimeException e) {
            supernets.close();
            throw e;
        }
    }

    private static double codeScale(Path file, Map<String, String> metadata) {
        if (metadata.containsKey(SupernetTrainer.CODE_SCALE)) {
            return Safetensors.number(file, metadata, SupernetTrainer.CODE_SCALE);
        }
        // Checkpoints of older versions: codes were equal until the simplex-net had learned.
        return Safetensors.number(file, metadata, SimplexTraining.STEPS) > 0 ? 1 : 0;
    }

    private static double[] reach(Path file, Map<String, String> metadata, int k) {
        return IntStream.range(0, k)
                .mapToObj(i -> SupernetTrainer.REACH + i)
                .mapToDouble(name -> metadata.containsKey(name) ? Safetensors.number(file, metadata, name) : Double.NaN)
                .toArray();
    }

    /** Sends them from rank 0 to all others, which {@linkplain #receive receive} them. */
    public void send(Collective collective) {
        try (NativeScope scope = new NativeScope()) {
            tensors(supernets, simplexNet).broadcast(collective);
            collective.broadcast(DoubleStream.concat(DoubleStream.of((double) step, codeScale), DoubleStream.of(reach))
                    .toArray());
        }
    }

    /**
     * Receives what rank 0 {@linkplain #send sends}.
     *
     * @param settings of the training
     * @param device that holds them
     */
    public static SupernetWeights receive(
            SearchSpace space, SupernetSettings settings, Device device, Collective collective) {
        SimplexNet simplexNet = settings.simplexNet(space, ANY_SEED);
        Supernets supernets = Supernets.zeros(space, settings.dictionary(), new Compute(device, settings.precision()));
        try (NativeScope scope = new NativeScope()) {
            NamedTensors tensors = tensors(supernets, simplexNet);
            tensors.broadcast(collective);
            double[] numbers = collective.broadcast(new double[2 + settings.k()]);
            simplexNet.setParameters(tensors.toFloats(SimplexTraining.SIGMA));
            return new SupernetWeights(
                    (long) numbers[0],
                    supernets,
                    simplexNet,
                    numbers[1],
                    Arrays.copyOfRange(numbers, 2, numbers.length));
        } catch (RuntimeException e) {
            supernets.close();
            throw e;
        }
    }

    private static NamedTensors tensors(Supernets supernets, SimplexNet simplexNet) {
        return supernets.state().put(SimplexTraining.SIGMA, simplexNet.parameters());
    }

    /** Returns the number of steps that they were trained for. */
    public long step() {
        return step;
    }

    /** Returns what scores architectures: the supernets mixed by the codes of the training after this step. */
    public SupernetMixture mixture() {
        return new SupernetMixture(supernets, a -> simplexNet.code(a, codeScale));
    }

    /**
     * Returns how far the training has moved the merged weights of a code, as a sum of learning rates: Σ_t η_t ⟨λ, λ_t⟩, with λ_t the
     * code of step t, and each term by |λ_t|² where gradients are compensated. Architectures that were reached by less training have
     * scores that cannot be compared with those of others. NaN where an older version has trained.
     */
    public double reach(SimplexCode code) {
        return IntStream.range(0, reach.length)
                .mapToDouble(k -> reach[k] * code.get(k))
                .sum();
    }

    @Override
    public void close() {
        supernets.close();
    }
}
