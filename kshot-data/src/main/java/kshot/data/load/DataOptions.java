package kshot.data.load;

import java.nio.file.Path;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.data.store.StoreLimits;
import org.jspecify.annotations.Nullable;

/**
 * The choices in reading a data set. Start from {@link #defaults}; a method {@code withX} returns a copy with another X.
 *
 * @param imageSize height and width that the network takes, 8 to 512; null for the data's own size if all images have one
 *     and it is {@value #SMALLEST_OWN_SIZE} to {@value #LARGEST_OWN_SIZE} pixels both ways, and {@value #USUAL_SIZE}
 *     otherwise
 * @param color the channels
 * @param seed the seed of the test split, where it has to be made
 * @param cacheDirectory folder in which decoded images are kept for the next time; null for none
 * @param testFraction share of the images for the test split where it has to be made; more than 0, less than 1
 * @param unreadable largest share of the images that may be left out because they cannot be read; one image always may be. 0
 *     to less than 1
 * @param duplicates what is done with training images that are also test images, or equal to one of another class
 * @param progress hears how far the loading is
 * @param limits what decides where images are kept: in the heap, in the cache directory, or where they lie
 */
public record DataOptions(
        @Nullable Integer imageSize,
        ColorMode color,
        Seed seed,
        @Nullable Path cacheDirectory,
        double testFraction,
        double unreadable,
        DuplicatePolicy duplicates,
        LoadProgress progress,
        StoreLimits limits) {
    /** The range of heights and widths, in pixels, that {@link #imageSize()} may have. */
    public static final Range IMAGE_SIZES = Range.atLeast(8).atMost(512);

    static final int SMALLEST_OWN_SIZE = 16;
    static final int LARGEST_OWN_SIZE = 64;
    static final int USUAL_SIZE = 48;

    public DataOptions {
        if (imageSize != null) {
            IMAGE_SIZES.require("image size", imageSize);
        }
        Range.moreThan(0).lessThan(1).require("test fraction", testFraction);
        Range.atLeast(0).lessThan(1).require("share of unreadable images", unreadable);
    }

    /**
     * Returns the data's own size and channels, seed 0, no cache, 15% for a test split that is missing, 1% of unreadable images,
     * repeated images kept, no progress, and in the heap what takes no more than half of it.
     */
    public static DataOptions defaults() {
        return new DataOptions(
                null,
                ColorMode.AUTO,
                new Seed(0),
                null,
                0.15,
                0.01,
                DuplicatePolicy.KEEP,
                LoadProgress.NONE,
                StoreLimits.usual());
    }

    /** Returns a copy with another image size, or null for the data's own. */
    public DataOptions withImageSize(@Nullable Integer newImageSize) {
        return new DataOptions(
                newImageSize, color, seed, cacheDirectory, testFraction, unreadable, duplicates, progress, limits);
    }

    /** Returns a copy with other channels. */
    public DataOptions withColor(ColorMode newColor) {
        return new DataOptions(
                imageSize, newColor, seed, cacheDirectory, testFraction, unreadable, duplicates, progress, limits);
    }

    /** Returns a copy with another seed. */
    public DataOptions withSeed(Seed newSeed) {
        return new DataOptions(
                imageSize, color, newSeed, cacheDirectory, testFraction, unreadable, duplicates, progress, limits);
    }

    /** Returns a copy with another cache directory, or null for none. */
    public DataOptions withCacheDirectory(@Nullable Path newCacheDirectory) {
        return new DataOptions(
                imageSize, color, seed, newCacheDirectory, testFraction, unreadable, duplicates, progress, limits);
    }

    /** Returns a copy with another size of a test split that has to be made. */
    public DataOptions withTestFraction(double newTestFraction) {
        return new DataOptions(
                imageSize, color, seed, cacheDirectory, newTestFraction, unreadable, duplicates, progress, limits);
    }

    /** Returns a copy with another share of images that may be unreadable. */
    public DataOptions withUnreadable(double newUnreadable) {
        return new DataOptions(
                imageSize, color, seed, cacheDirectory, testFraction, newUnreadable, duplicates, progress, limits);
    }

    /** Returns a copy with another way to deal with repeated images. */
    public DataOptions withDuplicates(DuplicatePolicy newDuplicates) {
        return new DataOptions(
                imageSize, color, seed, cacheDirectory, testFraction, unreadable, newDuplicates, progress, limits);
    }

    /** Returns a copy with another listener to the progress. */
    public DataOptions withProgress(LoadProgress newProgress) {
        return new DataOptions(
                imageSize, color, seed, cacheDirectory, testFraction, unreadable, duplicates, newProgress, limits);
    }

    /** Returns a copy with other limits of where images are kept. */
    public DataOptions withLimits(StoreLimits newLimits) {
        return new DataOptions(
                imageSize, color, seed, cacheDirectory, testFraction, unreadable, duplicates, progress, newLimits);
    }
}
