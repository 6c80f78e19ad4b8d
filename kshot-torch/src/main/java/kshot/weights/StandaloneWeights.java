package kshot.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kshot.common.Seed;
import kshot.execute.NetworkWeights;
import kshot.execute.TensorWeights;
import kshot.execute.WeightLayout;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Node;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Safetensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The weights of one architecture alone, with running statistics for inference: what retraining trains and the exporter
 * writes. Only live layers have weights.
 */
public final class StandaloneWeights implements AutoCloseable, WeightValues {
    private static final long VALUES_OF_STATISTICS = 2;

    private final Compute compute;
    private final WeightLayout layout;
    private final Map<String, Long> statisticsOffsets;
    private final Tensor weights;
    private final Tensor statistics;

    private StandaloneWeights(
            Compute compute,
            WeightLayout layout,
            Map<String, Long> statisticsOffsets,
            Tensor weights,
            Tensor statistics) {
        this.compute = compute;
        this.layout = layout;
        this.statisticsOffsets = statisticsOffsets;
        this.weights = weights;
        this.statistics = statistics;
    }

    /** Returns weights and statistics that are all 0. */
    private static StandaloneWeights zeros(Network network, Compute compute) {
        WeightLayout layout = WeightLayout.of(network);
        Map<String, Long> offsets = new LinkedHashMap<>();
        long end = 0;
        for (Node node : network.liveNodes()) {
            if (node.layer() instanceof BatchNorm norm) {
                offsets.put(norm.statistics(), end);
                end += VALUES_OF_STATISTICS * norm.channels();
            }
        }
        try (PointerScope scope = new PointerScope()) {
            return new StandaloneWeights(
                    compute,
                    layout,
                    offsets,
                    NativeScope.own(compute.zeros(layout.size())),
                    NativeScope.own(compute.zeros(end)));
        }
    }

    /** Returns random weights, as {@link Initialization} says; running means 0, running variances 1. */
    public static StandaloneWeights random(Network network, Compute compute, Seed seed) {
        StandaloneWeights result = zeros(network, compute);
        Initialization initialization = new Initialization(1, seed);
        try (PointerScope scope = new PointerScope()) {
            for (Parameter parameter : result.layout.parameters()) {
                result.weights
                        .narrow(
                                0,
                                result.layout.offset(parameter),
                                parameter.shape().count())
                        .copy_(compute.vector(initialization.values(parameter, 0)));
            }
            for (Node node : network.liveNodes()) {
                if (node.layer() instanceof BatchNorm norm) {
                    result.varianceOf(norm).fill_(new Scalar(1.0));
                }
            }
        }
        return result;
    }

    /**
     * Reads weights from a file that holds their {@link #state}, among others.
     *
     * @param prefix before the names in the file
     * @throws kshot.common.InvalidInputException if the file is damaged, or holds others
     */
    public static StandaloneWeights load(Path file, String prefix, Network network, Compute compute)
            throws IOException {
        StandaloneWeights result = zeros(network, compute);
        try {
            Safetensors.read(file, new NamedTensors().putAll(prefix, result.state()));
            return result;
        } catch (IOException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /** Returns weights of the same architecture with the same values. */
    public StandaloneWeights copy() {
        try (PointerScope scope = new PointerScope()) {
            return new StandaloneWeights(
                    compute,
                    layout,
                    statisticsOffsets,
                    NativeScope.own(weights.clone()),
                    NativeScope.own(statistics.clone()));
        }
    }

    /** Takes over the values of another of the same architecture. */
    public void set(StandaloneWeights other) {
        try (PointerScope scope = new PointerScope()) {
            weights.copy_(other.weights);
            statistics.copy_(other.statistics);
        }
    }

    /** Moves towards another: {@code this = decay · this + (1 - decay) · other}, running statistics included. */
    public void average(StandaloneWeights other, double decay) {
        try (PointerScope scope = new PointerScope()) {
            weights.lerp_(other.weights, new Scalar(1 - decay));
            statistics.lerp_(other.statistics, new Scalar(1 - decay));
        }
    }

    /** Returns these weights for one training step: normalising by the batch and updating the statistics. */
    public NetworkWeights forTraining() {
        return new NetworkWeights(layout, weights, new Statistics(true));
    }

    /** Returns these weights for inference: normalising by the running statistics. */
    public NetworkWeights forInference() {
        return new NetworkWeights(layout, weights, new Statistics(false));
    }

    /** Returns these weights for a pass that normalises by the batch and leaves the statistics alone. */
    public NetworkWeights byBatch() {
        return new NetworkWeights(layout, weights, null);
    }

    /** Returns where they are, and in which numbers. */
    public Compute compute() {
        return compute;
    }

    /** Returns all weights as one vector. */
    public Tensor flat() {
        return weights;
    }

    /** Returns all running statistics as one vector, empty where nothing is normalised. */
    public Tensor statistics() {
        return statistics;
    }

    /** Returns weights and statistics by name, for a checkpoint: as they are, not copied. */
    public NamedTensors state() {
        return new NamedTensors().put("weights", weights).put("statistics", statistics);
    }

    @Override
    public float[] values(Parameter parameter) {
        try (PointerScope scope = new PointerScope()) {
            return LibTorch.toFloats(layout.view(weights, parameter));
        }
    }

    @Override
    public float[] mean(BatchNorm layer) {
        try (PointerScope scope = new PointerScope()) {
            return LibTorch.toFloats(meanOf(layer));
        }
    }

    @Override
    public float[] variance(BatchNorm layer) {
        try (PointerScope scope = new PointerScope()) {
            return LibTorch.toFloats(varianceOf(layer));
        }
    }

    private Tensor meanOf(BatchNorm layer) {
        return statistics.narrow(0, offset(layer), layer.channels());
    }

    private Tensor varianceOf(BatchNorm layer) {
        return statistics.narrow(0, offset(layer) + layer.channels(), layer.channels());
    }

    private long offset(BatchNorm layer) {
        Long offset = statisticsOffsets.get(layer.statistics());
        if (offset == null) {
            throw new IllegalArgumentException("no statistics for " + layer.statistics());
        }
        return offset;
    }

    private final class Statistics implements TensorWeights.RunningStatistics {
        private final boolean updating;

        Statistics(boolean updating) {
            this.updating = updating;
        }

        @Override
        public Tensor mean(BatchNorm layer) {
            return meanOf(layer);
        }

        @Override
        public Tensor variance(BatchNorm layer) {
            return varianceOf(layer);
        }

        @Override
        public boolean updating() {
            return updating;
        }
    }

    @Override
    public void close() {
        weights.close();
        statistics.close();
    }
}
