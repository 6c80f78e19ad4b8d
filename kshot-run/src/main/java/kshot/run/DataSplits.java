package kshot.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Augmentation;
import kshot.data.Dataset;
import kshot.data.DatasetReport;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.Split;
import kshot.data.TrainingBatches;
import kshot.data.distortion.Erasing;
import kshot.data.files.LeftOut;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.store.PixelDigest;
import kshot.run.progress.ProgressDisplay;
import kshot.run.progress.RunListener;
import kshot.run.settings.Host;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import org.jspecify.annotations.Nullable;

/**
 * The images of a run and who sees which: the supernets train on a part of the training images, the rest scores
 * architectures; retraining sees all training images but a few that watch it; the test images are seen once, at the end.
 */
public final class DataSplits {
    private static final int TEST_BATCH = 500;

    /** Classes that a line names at most. */
    private static final int NAMED = 10;

    private final Dataset dataset;
    private final Dataset ofSupernets;
    private final Split search;
    private final Seed seed;
    private final Settings.Data settings;

    private DataSplits(Dataset dataset, Dataset ofSupernets, Settings.Data settings, Seed seed) {
        this.dataset = dataset;
        this.ofSupernets = ofSupernets;
        this.settings = settings;
        this.search = ofSupernets.train().split(settings.validationFraction(), seed.derive("validation"));
        this.seed = seed;
    }

    static DataSplits load(Settings settings, ProgressDisplay listener) {
        Settings.Data data = settings.data();
        Seed seed = new Seed(settings.seed());
        Dataset dataset = load(data, data.imageSize(), seed, listener);
        Integer size = settings.space().supernetImageSize();
        Dataset ofSupernets =
                size == null || size == dataset.inputShape().height() ? dataset : load(data, size, seed, listener);
        return new DataSplits(dataset, ofSupernets, data, seed);
    }

    /**
     * Loads the images that a run with these settings would work on.
     *
     * @param progress hears how far the loading is
     * @throws InvalidInputException if a setting is wrong, or the images cannot be read
     */
    public static DataSplits load(SettingsTree settings, ProgressDisplay progress) {
        SettingsTree copy = settings.copy();
        SettingsResolver.ofMachine(copy);
        return load(SettingsResolver.beforeImages(copy), progress);
    }

    /**
     * Removes the decoded images that a run with these settings would read from the cache.
     *
     * @return the number of bytes that they had
     * @throws InvalidInputException if a setting is wrong, or they cannot be removed
     */
    public static long removeDecoded(SettingsTree tree) {
        return ofCache(tree, Datasets::removeDecoded);
    }

    /**
     * Returns how many bytes the cache holds of the images that a run with these settings would read.
     *
     * @throws InvalidInputException if a setting is wrong, or there are no such images
     */
    public static long cachedBytes(SettingsTree tree) {
        return ofCache(tree, Datasets::cachedBytes);
    }

    /** Asks for the images in each of the sizes in which a run reads them. */
    private static long ofCache(SettingsTree tree, ToLongBiFunction<String, DataOptions> question) {
        SettingsTree copy = tree.copy();
        SettingsResolver.ofMachine(copy);
        Settings settings = SettingsResolver.beforeImages(copy);
        Settings.Data data = settings.data();
        Seed seed = new Seed(settings.seed());
        long bytes = question.applyAsLong(data.source(), options(data, data.imageSize(), seed));
        Integer size = settings.space().supernetImageSize();
        return size == null ? bytes : bytes + question.applyAsLong(data.source(), options(data, size, seed));
    }

    /** Says what of the images is not used or wrong, and which classes have too few of them. */
    void announce(double retrainFraction, RunListener listener) {
        dataset.report().notes().forEach(listener::say);
        leftOut(dataset.report()).ifPresent(line -> listener.say(line + "; " + LeftOutFile.NAME + " lists them"));
        sayMissing(scoring(settings.validationImages()), "score architectures", listener);
        retraining(retrainFraction).stream().skip(1).forEach(set -> sayMissing(set, "watch the retraining", listener));
    }

    /** Says which classes have too few images for one to be held out. */
    private static void sayMissing(ImageSet heldOut, String purpose, RunListener listener) {
        int[] counts = heldOut.countsByClass();
        List<String> missing = IntStream.range(0, counts.length)
                .filter(c -> counts[c] == 0)
                .mapToObj(heldOut.classes()::get)
                .toList();
        if (!missing.isEmpty()) {
            String more = missing.size() > NAMED ? ", and " + (missing.size() - NAMED) + " more" : "";
            listener.say("classes without an image among those that " + purpose + ": "
                    + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))) + more);
        }
    }

    private static Dataset load(Settings.Data data, @Nullable Integer size, Seed seed, ProgressDisplay listener) {
        String source = data.source();
        DataOptions options = options(data, size, seed);
        if (source.equals(Datasets.SAMPLE)) {
            return Datasets.load(source, options);
        }
        try (LoadingProgress progress = new LoadingProgress(listener)) {
            return Datasets.load(source, options.withProgress(progress));
        }
    }

    private static DataOptions options(Settings.Data data, @Nullable Integer size, Seed seed) {
        return DataOptions.defaults()
                .withSeed(seed)
                .withImageSize(size)
                .withColor(data.color())
                .withTestFraction(data.testFraction())
                .withUnreadable(data.unreadable())
                .withDuplicates(data.duplicates())
                .withCacheDirectory(Host.cacheDirectory());
    }

    /** Returns the same splits of the same images in another size, for all steps; null for that of the final networks. */
    public DataSplits resized(@Nullable Integer size, RunListener listener) {
        Dataset resized = dataset;
        if (size != null && size != dataset.inputShape().height()) {
            resized = size == ofSupernets.inputShape().height() ? ofSupernets : load(settings, size, seed, listener);
        }
        return new DataSplits(resized, resized, settings, seed);
    }

    void requireFingerprint(String expected) {
        InvalidInputException.require(
                dataset.report().fingerprint().equals(expected),
                "images of this run, fingerprint",
                dataset.report().fingerprint(),
                "those it began with, " + expected);
    }

    public Dataset dataset() {
        return dataset;
    }

    /** Images that train the supernets. */
    public ImageSet supernetTraining() {
        return search.first();
    }

    /** Images that were held out from the supernets. */
    public ImageSet heldOut() {
        return search.second();
    }

    /** Images that score architectures: all that were held out from the supernets, or so many of them, drawn class by class. */
    public ImageSet scoring(int most) {
        return scoring(search.second(), most);
    }

    private ImageSet scoring(ImageSet heldOut, int most) {
        return atMost(heldOut, most, "scoring");
    }

    /**
     * Returns so many images of a set, drawn class by class, or all of it.
     *
     * @param most how many at most; 0 for all
     * @param purpose another one has other images
     */
    public ImageSet atMost(ImageSet set, int most, String purpose) {
        return most == 0 || most >= set.size() ? set : set.sample((double) most / set.size(), seed.derive(purpose));
    }

    /** Returns the batches that train the supernets. */
    public TrainingBatches supernetBatches(int batchSize) {
        return trainingBatches(ofSupernets, search.first(), batchSize, seed.derive("supernet"));
    }

    private TrainingBatches trainingBatches(Dataset images, ImageSet set, int batchSize, Seed ofBatches) {
        return new TrainingBatches(
                settings.balance().of(set).repeatedTo(settings.minEpochImages()),
                batchSize,
                images.inputShape(),
                images.normalization(),
                augmentation(images),
                ofBatches);
    }

    /** Scoring images in batches of nearly equal size, each large enough for its own statistics and with images of all kinds. */
    public EvaluationBatches scoringBatches(int most, int batchSize) {
        return batches(scoring(most), batchSize);
    }

    /**
     * Returns scoring batches of those images that others did not train their supernets on either: another seed holds out others. Images are
     * the same if their pixels are.
     */
    public EvaluationBatches scoringBatches(int most, int batchSize, List<DataSplits> others) {
        Set<PixelDigest> trained = new HashSet<>();
        others.forEach(other -> trained.addAll(other.supernetTraining().digests()));
        ImageSet heldOut = search.second();
        List<PixelDigest> pixels = heldOut.digests();
        int[] unseen = IntStream.range(0, heldOut.size())
                .filter(i -> !trained.contains(pixels.get(i)))
                .toArray();
        InvalidInputException.require(
                unseen.length > 0,
                "data.validation_fraction",
                settings.validationFraction(),
                "so large that all supernets of an ensemble hold out some images in common");
        return batches(scoring(heldOut.subset(unseen), most), batchSize);
    }

    private EvaluationBatches batches(ImageSet set, int batchSize) {
        int batches = Math.max(1, (int) Math.round((double) set.size() / batchSize));
        int size = (set.size() + batches - 1) / batches;
        return ofSupernets.evaluationBatches(set.shuffled(seed.derive("scoring order")), size);
    }

    /** Returns the images that train a retraining and, if any, those that watch it. */
    public List<ImageSet> retraining(double validationFraction) {
        if (validationFraction == 0) {
            return List.of(dataset.train());
        }
        Split split = dataset.train().split(validationFraction, seed.derive("retrain"));
        return List.of(split.first(), split.second());
    }

    /** Returns the batches that train one architecture alone, distorted as the settings say. */
    public TrainingBatches retrainBatches(ImageSet set, int batchSize, Seed ofTraining) {
        return trainingBatches(dataset, set, batchSize, ofTraining)
                .distorted(settings.distortion(), new Erasing(settings.erasing()));
    }

    /** Returns the batches on which an architecture that was trained alone is tested. */
    public EvaluationBatches inference(ImageSet set) {
        return dataset.evaluationBatches(set, TEST_BATCH);
    }

    /** The first test images, for comparing two programs, not for choosing anything. */
    public ImageSet parityImages(int most) {
        int count = Math.min(most, dataset.test().size());
        return dataset.test().subset(IntStream.range(0, count).toArray());
    }

    /** Returns the augmentation that suits the images of a data set, mirrored only where the settings allow it. */
    private Augmentation augmentation(Dataset images) {
        Augmentation suggested = images.suggested();
        if (suggested instanceof Augmentation.CropFlip crop) {
            return new Augmentation.CropFlip(crop.padding(), settings.flip() && crop.flip());
        }
        if (suggested instanceof Augmentation.RandomResizedCrop crop) {
            return new Augmentation.RandomResizedCrop(crop.minScale(), crop.maxScale(), settings.flip() && crop.flip());
        }
        return suggested;
    }

    /** Returns notes of what was read, a sentence each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        var report = dataset.report();
        notes.add(report.source() + ".");
        if (report.testSplitMade()) {
            notes.add("There was no test split: " + report.testImages()
                    + " of the images, drawn by the seed, became one.");
        }
        var conversions = report.conversions();
        note(notes, conversions.resized(), "resized to " + report.storedShape());
        note(notes, conversions.greyToColor(), "turned from grey into colour");
        note(notes, conversions.colorToGrey(), "turned from colour into grey");
        leftOut(report).ifPresent(line -> notes.add(line + "."));
        notes.addAll(report.notes());
        return notes;
    }

    /** Returns a line that says how many files of what kinds are not used; empty if all are. */
    private static Optional<String> leftOut(DatasetReport report) {
        return report.leftOut().isEmpty()
                ? Optional.empty()
                : Optional.of("left out: " + LeftOut.summary(report.leftOut()));
    }

    private static void note(List<String> notes, int count, String what) {
        if (count > 0) {
            notes.add(count + " images were " + what + ".");
        }
    }
}
