package kshot.app.bench;

import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.execute.Precision;
import kshot.network.Cost;
import kshot.network.FlopsConvention;
import kshot.network.Layer;
import kshot.network.Network;
import kshot.run.settings.SettingsTree;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.train.SupernetSettings;

/**
 * What a step benchmark does.
 *
 * @param space of the networks
 * @param architectures of a pass, a step for each
 * @param settings of the training
 * @param evaluate whether architectures are evaluated instead of trained
 * @param passes how many are measured, after one that is not
 * @param threads of libtorch
 * @param seed of weights, images and labels
 */
public record Workload(
        SearchSpace space,
        List<Architecture> architectures,
        SupernetSettings settings,
        boolean evaluate,
        int passes,
        int threads,
        Seed seed) {
    public Workload {
        architectures = List.copyOf(architectures);
        InvalidInputException.require(
                !architectures.isEmpty(), "architectures to measure", architectures.size(), "at least 1");
        InvalidInputException.require(passes >= 1, "passes", passes, "at least 1");
    }

    /**
     * The settings of the preset {@code quick} for one batch.
     *
     * @param paths architectures of a batch that trains the supernets
     * @param groups m of one that trains the simplex-net
     */
    public static SupernetSettings settings(
            SearchSpace space, int k, int batch, int paths, int groups, Precision precision) {
        SettingsTree tree = SettingsTree.preset("quick", space.name());
        tree.set("supernet.k", "" + k);
        tree.set("supernet.epochs", "1");
        tree.set("supernet.warmup_epochs", "0");
        tree.set("supernet.snapshots", "1");
        tree.set("supernet.batch_size", "" + batch);
        tree.set("supernet.paths", "" + paths);
        tree.set("supernet.groups", "" + groups);
        tree.set("supernet.precision", precision.name());
        // These belong to other steps; what they would be found from is not here.
        tree.set("limits.max_flops", "null");
        tree.set("limits.max_params", "null");
        tree.set("limits.max_latency_ms", "null");
        tree.set("retrain.precision", precision.name());
        return tree.bind().supernet();
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
