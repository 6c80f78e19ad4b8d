package kshot.app.bench;

import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.Preset;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Device;
import kshot.tensor.Precision;
import kshot.train.SupernetSampling;
import kshot.train.SupernetSettings;

/**
 * The workload of a step benchmark.
 *
 * @param space of the networks
 * @param architectures of a pass, a step for each
 * @param settings of the training
 * @param evaluate whether architectures are evaluated instead of trained
 * @param passes how many are measured, after one that is not
 * @param threads of libtorch
 * @param device of this process
 * @param seed of weights, images and labels
 */
public record Workload(
        SearchSpace space,
        List<Architecture> architectures,
        SupernetSettings settings,
        boolean evaluate,
        int passes,
        int threads,
        Device device,
        Seed seed) {
    public Workload {
        architectures = List.copyOf(architectures);
        InvalidInputException.require(
                !architectures.isEmpty(), "architectures to measure", architectures.size(), "at least 1");
        InvalidInputException.require(passes >= 1, "passes", passes, "at least 1");
    }

    /**
     * Returns the settings of the preset {@code quick}, for a training of one epoch.
     *
     * @param batch images of a batch
     * @param paths architectures of a batch that trains the supernets
     * @param groups m of one that trains the simplex-net
     */
    public static SupernetSettings settings(
            SearchSpace space, int k, int batch, int paths, int groups, Precision precision) {
        return SupernetSettings.of(Preset.QUICK, space.name())
                .withK(k)
                .withSchedule(schedule ->
                        schedule.withWarmupEpochs(0).withSnapshots(1).withEpochs(1))
                .withSampling(sampling -> new SupernetSampling(batch, paths, false, sampling.largestOf(), groups))
                .withPrecision(precision);
    }

    /** Images that one pass runs. */
    public long images() {
        return (long) architectures.size() * settings.batchSize();
    }

    /** Multiply-adds of the live convolutions of one image, forward: the mean over the architectures. */
    public double convolutionFlops() {
        return architectures.stream()
                .map(space::network)
                .mapToLong(Workload::convolutionFlops)
                .average()
                .orElseThrow();
    }

    private static long convolutionFlops(Network network) {
        return network.liveNodes().stream()
                .filter(node -> node.layer() instanceof Layer.Convolution)
                .mapToLong(node -> Cost.flops(node, FlopsConvention.MULTIPLY_ADDS))
                .sum();
    }
}
