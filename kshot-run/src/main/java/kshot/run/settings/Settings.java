package kshot.run.settings;

import java.util.Locale;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.data.ColorMode;
import kshot.data.DataOptions;
import kshot.latency.LatencyTable;
import kshot.predict.SupernetScores;
import kshot.search.SearchSettings;
import kshot.space.Limits;
import kshot.train.RetrainSettings;
import kshot.train.SupernetSettings;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a run, resolved. What each means stands beside its value in the resource {@code presets/quick.yaml}.
 *
 * @param seed root of all randomness
 * @param threads of libtorch
 * @param data the images
 * @param space the search space
 * @param supernet training of supernets and simplex-net
 * @param limits of the search
 * @param search how it goes
 * @param retrain training of the winner
 * @param compare what is retrained beside it
 * @param export the model
 * @param checkpoint how often a training is saved
 */
public record Settings(
        long seed,
        int threads,
        Data data,
        Space space,
        SupernetSettings supernet,
        LimitSettings limits,
        SearchSettings search,
        RetrainSettings retrain,
        Compare compare,
        Export export,
        Checkpoint checkpoint) {
    public Settings {
        Range.atLeast(0).require("threads", threads);
        String score = search.score().toLowerCase(Locale.ROOT);
        InvalidInputException.require(
                SupernetScores.NAMES.contains(score), "search.score", search.score(), SupernetScores.NAMES.toString());
        search = search.withScore(score);
    }

    /** The images; see the preset. */
    public record Data(
            String source,
            @Nullable Integer imageSize,
            ColorMode color,
            boolean flip,
            double testFraction,
            double validationFraction,
            int validationImages,
            int validationBatch,
            int minEpochImages) {
        public Data {
            requireIfPresent(DataOptions.IMAGE_SIZES, "data.image_size", imageSize);
            Range.moreThan(0).lessThan(1).require("data.test_fraction", testFraction);
            Range.moreThan(0).lessThan(1).require("data.validation_fraction", validationFraction);
            Range.atLeast(0).require("data.validation_images", validationImages);
            Range.atLeast(2).require("data.validation_batch", validationBatch);
            Range.atLeast(0).atMost(1_000_000).require("data.min_epoch_images", minEpochImages);
        }
    }

    /** The search space; see the preset. */
    public record Space(
            String name,
            @Nullable Integer supernetCells,
            @Nullable Integer supernetChannels,
            @Nullable Integer supernetImageSize) {
        public Space {
            requireIfPresent(Range.atLeast(1), "space.supernet_cells", supernetCells);
            requireIfPresent(Range.atLeast(1), "space.supernet_channels", supernetChannels);
            requireIfPresent(DataOptions.IMAGE_SIZES, "space.supernet_image_size", supernetImageSize);
        }
    }

    /** The limits of the search; null for none. */
    public record LimitSettings(
            @Nullable Long maxFlops,
            @Nullable Long maxParams,
            @Nullable Double maxLatencyMs,
            int latencyThreads) {
        public LimitSettings {
            requireIfPresent(Range.atLeast(1), "limits.max_flops", maxFlops);
            requireIfPresent(Range.atLeast(1), "limits.max_params", maxParams);
            requireIfPresent(Range.moreThan(0), "limits.max_latency_ms", maxLatencyMs);
            Range.atLeast(1).atMost(1024).require("limits.latency_threads", latencyThreads);
        }

        /**
         * The same as the search takes them.
         *
         * @param latency times of this space's layers; null where latency is not limited
         */
        public Limits limits(@Nullable LatencyTable latency) {
            Limits counted = Limits.of(
                    maxFlops == null ? Long.MAX_VALUE : maxFlops, maxParams == null ? Long.MAX_VALUE : maxParams);
            return maxLatencyMs == null || latency == null ? counted : counted.and(latency.limit(maxLatencyMs));
        }
    }

    /** What is retrained beside the winner. */
    public enum Compare {
        /** Nothing. */
        NOTHING,
        /** The architecture with the most FLOPs inside the limits. */
        FLOPS_PICK,
        /** That, the one with the most parameters, and three random ones. */
        ALL
    }

    /** The model; see the preset. */
    public record Export(WhichWeights weights, boolean foldBatchNorm) {
        /** Weights of a retraining. */
        public enum WhichWeights {
            /** After the last step. */
            LAST,
            /** Of the epoch with the highest accuracy on the held-out images. */
            BEST
        }
    }

    /** How often a training is saved; see the preset. */
    public record Checkpoint(double everySeconds) {
        public Checkpoint {
            Range.atLeast(0).require("checkpoint.every_seconds", everySeconds);
        }
    }

    private static void requireIfPresent(Range range, String path, @Nullable Number value) {
        if (value != null) {
            range.require(path, value);
        }
    }
}
