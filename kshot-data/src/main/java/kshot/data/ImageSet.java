package kshot.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.data.store.HeapPixels;
import kshot.data.store.PixelDigest;
import kshot.data.store.PixelStore;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * A set of 8-bit images of one shape with their classes. An image is height × width × channels (channels last), red
 * before green before blue. The set is a view of a store of pixels: parts and repetitions of it share that store. It is
 * immutable as long as nobody writes into an image.
 */
public final class ImageSet {
    private final FeatureShape shape;
    private final List<String> classes;
    private final PixelStore pixels;
    private final int[] numbers;
    private final int[] labels;
    private final @Nullable String fingerprint;
    private volatile @Nullable PixelSummary summary;

    /**
     * Creates a set of images in the heap. The images are not copied; the labels are.
     *
     * @param shape the shape of every image
     * @param classes the names of the classes, in the order of the labels
     * @param images the images, at least one, each of {@code shape.elements()} bytes
     * @param labels the index into {@code classes} of each image
     */
    public ImageSet(FeatureShape shape, List<String> classes, byte[][] images, int[] labels) {
        this(
                shape,
                classes,
                new HeapPixels(images, shape.elements()),
                IntStream.range(0, images.length).toArray(),
                labels,
                null);
    }

    /**
     * Creates a set of images of a store.
     *
     * @param numbers the number of each image in the store
     * @param labels the index into {@code classes} of each image
     * @param fingerprint the fingerprint, if it is known; pixels on disk are not read to check it
     */
    public ImageSet(
            FeatureShape shape,
            List<String> classes,
            PixelStore pixels,
            int[] numbers,
            int[] labels,
            @Nullable String fingerprint) {
        requireArgument(
                numbers.length > 0 && numbers.length == labels.length, numbers.length, labels.length + " labels");
        requireArgument(pixels.imageBytes() == shape.elements(), pixels.imageBytes(), "bytes in an image");
        for (int i = 0; i < labels.length; i++) {
            requireArgument(numbers[i] >= 0 && numbers[i] < pixels.size(), numbers[i], "as number of image " + i);
            requireArgument(labels[i] >= 0 && labels[i] < classes.size(), labels[i], "as label of image " + i);
        }
        this.shape = shape;
        this.classes = List.copyOf(classes);
        this.pixels = pixels;
        this.numbers = numbers.clone();
        this.labels = labels.clone();
        this.fingerprint = fingerprint;
    }

    private static void requireArgument(boolean condition, int value, String what) {
        if (!condition) {
            throw new IllegalArgumentException("image set: " + value + " " + what);
        }
    }

    /** Returns the number of images, at least 1. */
    public int size() {
        return numbers.length;
    }

    /** Returns the channels, height and width of each image. */
    public FeatureShape shape() {
        return shape;
    }

    /**
     * Returns the pixels of image {@code i}, height × width × channels. They must not be modified, and may be read from disk at
     * each call.
     *
     * @throws InvalidInputException if they are on disk and damaged
     */
    public byte[] image(int i) {
        return pixels.read(numbers[i]);
    }

    /** Returns how images come from the disk, in words that follow "the images are"; nothing if they are in the heap. */
    public Optional<String> onDisk() {
        return pixels.onDisk();
    }

    /** Returns whether images are read from disk, which several threads do faster than one. */
    public boolean areOnDisk() {
        return onDisk().isPresent();
    }

    /** Returns the pixels of images {@code from} to {@code to − 1}; several threads read those that are on disk. */
    byte[][] images(int from, int to) {
        IntStream range = IntStream.range(from, to);
        return (areOnDisk() ? range.parallel() : range).mapToObj(this::image).toArray(byte[][]::new);
    }

    /** Returns the digests of all images, by which equal ones are found. */
    public List<PixelDigest> digests() {
        return IntStream.range(0, size())
                .parallel()
                .mapToObj(i -> pixels.digest(numbers[i]))
                .toList();
    }

    /** Returns the store of the pixels, which may hold more images than this set has. */
    public PixelStore pixels() {
        return pixels;
    }

    /** Returns the number of image {@code i} in the store. */
    public int number(int i) {
        return numbers[i];
    }

    /** Returns the class of image {@code i}. */
    public int label(int i) {
        return labels[i];
    }

    /** Returns the names of the classes, in the order of the labels. */
    public List<String> classes() {
        return classes;
    }

    /** Returns the number of images of each class, in the order of the labels. */
    public int[] countsByClass() {
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /**
     * Returns the set of the images with the given indices, in the given order, with the same classes. The pixels are
     * shared.
     */
    public ImageSet subset(int[] indices) {
        return new ImageSet(
                shape,
                classes,
                pixels,
                IntStream.of(indices).map(i -> numbers[i]).toArray(),
                IntStream.of(indices).map(i -> labels[i]).toArray(),
                null);
    }

    /**
     * Returns all images, repeated one round after the other until there are at least {@code least}. The pixels are
     * shared.
     */
    public ImageSet repeatedTo(int least) {
        int rounds = Math.max(1, (least + size() - 1) / size());
        return rounds == 1
                ? this
                : subset(
                        IntStream.range(0, rounds * size()).map(i -> i % size()).toArray());
    }

    /**
     * Returns this set with the images of smaller classes repeated, so that each class that has images has as many as the
     * largest. The pixels are shared.
     */
    public ImageSet balanced() {
        int[][] members = membersByClass();
        int most = IntStream.range(0, members.length)
                .map(c -> members[c].length)
                .max()
                .orElse(0);
        return subset(IntStream.range(0, members.length)
                .filter(c -> members[c].length > 0)
                .flatMap(c -> IntStream.range(0, most).map(i -> members[c][i % members[c].length]))
                .sorted()
                .toArray());
    }

    /**
     * Splits off a part that is held out of a training. The second part has {@code fractionOfSecond} of the images, rounded,
     * and of each class its share to within one image; which images is drawn from the seed. Every class keeps an image in the
     * first part, so one that has but one image gives none, and does not count in that. Both parts keep the order of this set.
     *
     * @throws InvalidInputException if a part would be empty
     */
    public Split split(double fractionOfSecond, Seed seed) {
        return split(fractionOfSecond, seed, 1);
    }

    /**
     * Draws a fraction of the images, rounded, and of each class its share to within one image, in the order of this set.
     *
     * @throws InvalidInputException if that is none, or all
     */
    public ImageSet sample(double fraction, Seed seed) {
        return split(fraction, seed, 0).second();
    }

    private Split split(double fractionOfSecond, Seed seed, int leastInFirst) {
        Range.moreThan(0).lessThan(1).require("fraction of a split", fractionOfSecond);
        boolean[] inSecond = new boolean[size()];
        int second = 0;
        long taken = 0;
        long seen = 0;
        int[][] membersByClass = membersByClass();
        for (int c = 0; c < membersByClass.length; c++) {
            int[] members = membersByClass[c];
            int most = members.length - leastInFirst;
            if (most <= 0) {
                continue;
            }
            shuffle(members, seed.generator("split", c));
            seen += members.length;
            // Rounding the running total keeps the size of the whole exact, however small the classes are.
            long target = Math.round(fractionOfSecond * seen);
            for (int i = 0; i < Math.min(target - taken, most); i++) {
                inSecond[members[i]] = true;
                second++;
            }
            taken = target;
        }
        InvalidInputException.require(
                second > 0 && second < size(),
                "images to split by " + fractionOfSecond,
                size(),
                "so many that neither part is empty");
        return new Split(
                subset(IntStream.range(0, size()).filter(i -> !inSecond[i]).toArray()),
                subset(IntStream.range(0, size()).filter(i -> inSecond[i]).toArray()));
    }

    private int[][] membersByClass() {
        int[] counts = countsByClass();
        int[][] members = new int[counts.length][];
        Arrays.setAll(members, c -> new int[counts[c]]);
        for (int i = size() - 1; i >= 0; i--) {
            members[labels[i]][--counts[labels[i]]] = i;
        }
        return members;
    }

    /** Returns this set in an order drawn from a seed, because images often come class by class. */
    public ImageSet shuffled(Seed seed) {
        int[] order = IntStream.range(0, size()).toArray();
        shuffle(order, seed.generator("order"));
        return subset(order);
    }

    /** Shuffles the values in place (Fisher and Yates). */
    static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    /**
     * Returns the SHA-256 over shape, class names, labels and pixels, in hexadecimal. It is computed at the first call.
     */
    public String fingerprint() {
        return fingerprint == null ? summary().fingerprint() : fingerprint;
    }

    /** Returns the number of occurrences of each value in all pixels, {@code [channel · 256 + value]}. */
    long[] histogram() {
        return summary().histogram().clone();
    }

    private PixelSummary summary() {
        PixelSummary known = summary;
        if (known == null) {
            known = PixelSummary.of(this);
            summary = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return size() + " images of " + shape + " in " + classes.size() + " classes";
    }
}
