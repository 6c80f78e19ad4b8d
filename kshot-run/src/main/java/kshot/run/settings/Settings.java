package kshot.run.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.data.ClassBalance;
import kshot.data.distortion.Distortion;
import kshot.data.load.ColorMode;
import kshot.data.load.DataOptions;
import kshot.data.load.DuplicatePolicy;
import kshot.latency.LatencyTable;
import kshot.search.SearchSettings;
import kshot.space.Limits;
import kshot.tensor.Device;
import kshot.train.RetrainSettings;
import kshot.train.SupernetSettings;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a run, resolved: a record for each group. {@code docs/presets/quick.yaml} says what each setting means.
 *
 * @param seed root of all randomness
 * @param threads threads of libtorch
 * @param device that computes: a name of {@link Device}, or {@value SettingsTree#AUTO}
 * @param shareProcessors whether a training takes fewer threads while other programs use the processors
 * @param data the images
 * @param space the search space
 * @param supernet training of supernets and simplex-net
 * @param limits limits of the search
 * @param search size and rates of the search
 * @param predictors how scores beside those of the supernets are computed
 * @param finalists the best of the search, which are trained for short
 * @param retrain training of the winner
 * @param compare what is retrained beside it
 * @param models how many models are trained and exported: the winner, and smaller ones of the Pareto front
 * @param repeats trainings of each of them, with as many seeds
 * @param export the model
 * @param checkpoint how often a training is saved
 */
public record Settings(
        long seed,
        int threads,
        String device,
        boolean shareProcessors,
        Data data,
        Space space,
        SupernetSettings supernet,
        LimitSettings limits,
        SearchSettings search,
        PredictorSettings predictors,
        FinalistSettings finalists,
        RetrainSettings retrain,
        Compare compare,
        int models,
        int repeats,
        Export export,
        Checkpoint checkpoint) {
    public Settings {
        Range.atLeast(0).require("threads", threads);
        InvalidInputException.require(
                device.equals(SettingsTree.AUTO) || Device.isName(device),
                "device",
                device,
                SettingsTree.AUTO + ", " + Device.NAMES);
        Range.atLeast(1).atMost(100).require("models", models);
        Range.atLeast(1).atMost(100).require("repeats", repeats);
        search = search.withScore(
                Predictors.requireKnown("search.score", search.score()).toArray(String[]::new));
    }

    /** The images, and who sees how many of them. */
    public record Data(
            String source,
            @Nullable Integer imageSize,
            ColorMode color,
            boolean flip,
            Distortion distortion,
            double erasing,
            ClassBalance balance,
            double unreadable,
            DuplicatePolicy duplicates,
            double testFraction,
            double validationFraction,
            int validationImages,
            int validationBatch,
            int minEpochImages) {
        public Data {
            requireIfPresent(DataOptions.IMAGE_SIZES, "imageSize", imageSize);
            Range.atLeast(0).atMost(1).require("erasing", erasing);
            Range.atLeast(0).lessThan(1).require("unreadable", unreadable);
            Range.moreThan(0).lessThan(1).require("testFraction", testFraction);
            Range.moreThan(0).lessThan(1).require("validationFraction", validationFraction);
            Range.atLeast(0).require("validationImages", validationImages);
            Range.atLeast(2).require("validationBatch", validationBatch);
            Range.atLeast(0).atMost(1_000_000).require("minEpochImages", minEpochImages);
        }
    }

    /**
     * The search space, and the skeleton of the supernets; null for that of the final network.
     *
     * @param supernetAffine whether batch normalisations in cells of the supernets have scales and shifts
     */
    public record Space(
            String name,
            @Nullable Integer supernetCells,
            @Nullable Integer supernetChannels,
            @Nullable Integer supernetImageSize,
            boolean supernetAffine) {
        public Space {
            requireIfPresent(Range.atLeast(1), "supernetCells", supernetCells);
            requireIfPresent(Range.atLeast(1), "supernetChannels", supernetChannels);
            requireIfPresent(DataOptions.IMAGE_SIZES, "supernetImageSize", supernetImageSize);
        }
    }

    /**
     * The limits of the search; null for none.
     *
     * @param latencyThreads threads that a network takes its time with
     * @param latencyTable the file with the times of another machine, or {@value SettingsTree#NONE}
     */
    public record LimitSettings(
            @Nullable Long maxFlops,
            @Nullable Long maxParams,
            @Nullable Double maxLatencyMs,
            int latencyThreads,
            String latencyTable) {
        public LimitSettings {
            requireIfPresent(Range.atLeast(1), "maxFlops", maxFlops);
            requireIfPresent(Range.atLeast(1), "maxParams", maxParams);
            requireIfPresent(Range.moreThan(0), "maxLatencyMs", maxLatencyMs);
            Range.atLeast(1).atMost(1024).require("latencyThreads", latencyThreads);
            InvalidInputException.require(
                    maxLatencyMs != null || latencyTable.equals(SettingsTree.NONE),
                    "latencyTable",
                    latencyTable,
                    SettingsTree.NONE + ", where %s is " + SettingsTree.NONE,
                    "maxLatencyMs");
        }

        /** Returns the file with the times of another machine; empty where the limit holds for this one. */
        public Optional<Path> latencyFile() {
            try {
                return latencyTable.equals(SettingsTree.NONE) ? Optional.empty() : Optional.of(Path.of(latencyTable));
            } catch (InvalidPathException e) {
                throw InvalidInputException.of("limits.latency_table", latencyTable, "a path or none", e);
            }
        }

        /**
         * Returns the limits as the search takes them, with the names of these settings.
         *
         * @param latency the times of this space's layers; null where latency is not limited
         */
        public Limits limits(@Nullable LatencyTable latency) {
            Limits counted = Limits.of(
                    maxFlops == null ? Long.MAX_VALUE : maxFlops, maxParams == null ? Long.MAX_VALUE : maxParams);
            Limits all = maxLatencyMs == null || latency == null ? counted : counted.and(latency.limit(maxLatencyMs));
            return all.renamed(name -> "limits." + SettingsMapper.snakeCase(name));
        }
    }

    /** A choice of what is retrained beside the winner. */
    public enum Compare {
        /** Nothing. */
        NOTHING,
        /** The architecture with the most FLOPs inside the limits. */
        FLOPS_PICK,
        /** That, and the networks that one would take instead of a search. */
        YARDSTICKS,
        /** All these, the architecture with the most parameters, and three random ones. */
        ALL
    }

    /**
     * The exported model.
     *
     * @param weights which of the retraining
     * @param foldBatchNorm whether batch normalisations are folded into convolutions
     * @param probabilities whether the model also gives probabilities
     * @param int8 whether a copy in 8-bit integers is exported too
     * @param int8MaxLoss largest loss of test accuracy with which that copy is kept, in [0, 1]
     */
    public record Export(
            WhichWeights weights, boolean foldBatchNorm, boolean probabilities, boolean int8, double int8MaxLoss) {
        public Export {
            Range.atLeast(0).atMost(1).require("int8_max_loss", int8MaxLoss);
        }

        /** Weights of a retraining. */
        public enum WhichWeights {
            /** After the last step. */
            LAST,
            /** The weights of the epoch with the highest accuracy on the held-out images. */
            BEST
        }
    }

    /** The time between two checkpoints of a training. */
    public record Checkpoint(double everySeconds) {
        public Checkpoint {
            Range.atLeast(0).require("everySeconds", everySeconds);
        }
    }

    private static void requireIfPresent(Range range, String name, @Nullable Number value) {
        if (value != null) {
            range.require(name, value);
        }
    }
}
