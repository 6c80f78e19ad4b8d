package kshot.app.config;

import kshot.common.InvalidInputException;
import kshot.data.ColorMode;
import kshot.search.SearchSettings;
import kshot.space.Limits;
import kshot.torch.RetrainSettings;
import kshot.torch.SupernetSettings;
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
        Export export) {

    /** The images; see the preset. */
    public record Data(
            String source,
            @Nullable Integer imageSize,
            ColorMode color,
            boolean flip,
            double testFraction,
            double validationFraction,
            int validationImages,
            int validationBatch) {
        public Data {
            InvalidInputException.require(
                    validationFraction > 0 && validationFraction < 1,
                    "data.validation_fraction",
                    validationFraction,
                    "more than 0, less than 1");
            InvalidInputException.require(
                    validationImages >= 0, "data.validation_images", validationImages, "at least 0");
            InvalidInputException.require(validationBatch >= 2, "data.validation_batch", validationBatch, "at least 2");
        }
    }

    /** The search space; see the preset. */
    public record Space(
            String name,
            @Nullable Integer supernetCells,
            @Nullable Integer supernetChannels,
            @Nullable Integer supernetImageSize) {}

    /** The limits of the search; null for none. */
    public record LimitSettings(
            @Nullable Long maxFlops, @Nullable Long maxParams) {
        /** The same as the search takes them. */
        public Limits limits() {
            return new Limits(
                    maxFlops == null ? Long.MAX_VALUE : maxFlops, maxParams == null ? Long.MAX_VALUE : maxParams);
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
}
