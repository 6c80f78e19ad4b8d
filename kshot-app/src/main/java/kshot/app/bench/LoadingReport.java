package kshot.app.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import kshot.bench.LoadingBenchmark;
import kshot.bench.LoadingBenchmark.Speed;
import kshot.bench.LoadingBenchmark.Training;
import kshot.common.Seed;
import kshot.data.Dataset;
import kshot.data.ImageSet;
import kshot.data.TrainingBatches;
import kshot.run.progress.Progress;
import kshot.run.progress.ProgressDisplay;
import kshot.space.SearchSpace;
import kshot.train.SupernetSettings;
import org.jspecify.annotations.Nullable;

/**
 * The speed at which the images of a data set come. Its components are the keys that the command line prints as JSON. Each
 * figure is the best of several rounds, the one that other work on the machine disturbed least; the measurements take turns.
 *
 * @param imagesPerSecond images that come as batches, cropped and normalised, while nothing else computes
 * @param processorUs the time of all processors for one of them, in microseconds
 * @param readingImagesPerSecond images that are read, and decoded where they have to be, by all processors and by themselves
 * @param readingProcessorUs the time of all processors for one of these, in microseconds
 * @param shareOfReading the first speed relative to the second
 * @param training what a training makes of them; null where none was asked for
 * @param images the number of training images
 * @param image the shape of a stored image
 * @param kept where the images are
 * @param batch the number of images of a batch
 * @param processors the number of threads that load
 */
public record LoadingReport(
        double imagesPerSecond,
        double processorUs,
        double readingImagesPerSecond,
        double readingProcessorUs,
        double shareOfReading,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable OfTraining training,
        int images,
        String image,
        String kept,
        int batch,
        int processors) {

    /**
     * The speed of a training of supernets on these images.
     *
     * @param imagesPerSecond images of these batches that it trains on
     * @param fromHeapImagesPerSecond the same where a batch of images is in the heap, decoded
     * @param slowdown the fraction by which the first is below the second
     * @param waited the fraction of its time in which the first waits for a batch
     */
    public record OfTraining(double imagesPerSecond, double fromHeapImagesPerSecond, double slowdown, double waited) {}

    /**
     * Measures a data set.
     *
     * @param training the settings of a training of supernets, whose batch counts in any case
     * @param train whether there is a training, too
     * @param seconds the time of each measurement in a round
     */
    public static LoadingReport measure(
            Dataset data,
            SearchSpace space,
            SupernetSettings training,
            boolean train,
            double seconds,
            int rounds,
            Seed seed,
            ProgressDisplay console) {
        TrainingBatches batches = data.trainingBatches(data.train(), training.batchSize(), seed);
        TrainingBatches ofHeap = train
                ? data.trainingBatches(inHeap(data.train(), batches.batchSize()), batches.batchSize(), seed)
                : batches;
        Speed loaded = new Speed(0, Double.POSITIVE_INFINITY);
        Speed read = loaded;
        Training fromDisk = new Training(0, 0);
        Training fromHeap = fromDisk;
        try (Progress progress = console.progress("bench", rounds + 1L)) {
            for (int round = 0; round <= rounds; round++) {
                boolean counts = round > 0; // the first one compiles Java code
                Speed alone = LoadingBenchmark.batches(batches, seconds);
                Speed reading = LoadingBenchmark.reading(data.train(), seconds, seed);
                loaded = counts ? best(loaded, alone) : loaded;
                read = counts ? best(read, reading) : read;
                if (train) {
                    Training live = LoadingBenchmark.training(space, training, batches, seconds, seed);
                    Training kept = LoadingBenchmark.training(space, training, ofHeap, seconds, seed);
                    fromDisk = counts ? faster(fromDisk, live) : fromDisk;
                    fromHeap = counts ? faster(fromHeap, kept) : fromHeap;
                }
                progress.update(round + 1L, "");
            }
        }
        return new LoadingReport(
                loaded.imagesPerSecond(),
                loaded.processorMicros(),
                read.imagesPerSecond(),
                read.processorMicros(),
                loaded.imagesPerSecond() / read.imagesPerSecond(),
                train
                        ? new OfTraining(
                                fromDisk.imagesPerSecond(),
                                fromHeap.imagesPerSecond(),
                                1 - fromDisk.imagesPerSecond() / fromHeap.imagesPerSecond(),
                                fromDisk.waited())
                        : null,
                data.train().size(),
                data.train().shape().toString(),
                data.train().onDisk().orElse("in the heap"),
                batches.batchSize(),
                Runtime.getRuntime().availableProcessors());
    }

    private static Speed best(Speed one, Speed other) {
        return new Speed(
                Math.max(one.imagesPerSecond(), other.imagesPerSecond()),
                Math.min(one.processorMicros(), other.processorMicros()));
    }

    private static Training faster(Training one, Training other) {
        return one.imagesPerSecond() > other.imagesPerSecond() ? one : other;
    }

    /** Returns some images of a set in the heap. */
    private static ImageSet inHeap(ImageSet set, int images) {
        int[] some = IntStream.range(0, images)
                .map(i -> (int) ((long) i * set.size() / images))
                .toArray();
        return new ImageSet(
                set.shape(),
                set.classes(),
                IntStream.of(some).mapToObj(set::image).toArray(byte[][]::new),
                IntStream.of(some).map(set::label).toArray());
    }

    /** Returns the report for people: names and values. */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("images", format("%,d of %s, %s", images, image, kept));
        lines.put(
                "loading alone",
                format(
                        "%,.0f images/s in batches of %d, %d processors; %,.1f us of a processor for an image",
                        imagesPerSecond, batch, processors, processorUs));
        lines.put(
                "reading alone",
                format(
                        "%,.0f images/s, %,.1f us; loading is at %.0f %%",
                        readingImagesPerSecond, readingProcessorUs, 100 * shareOfReading));
        if (training != null) {
            lines.put(
                    "training",
                    format(
                            "%,.1f images/s, of which it waits %.1f %% of the time",
                            training.imagesPerSecond, 100 * training.waited));
            lines.put(
                    "from the heap",
                    format(
                            "%,.1f images/s; loading costs %.1f %%",
                            training.fromHeapImagesPerSecond, 100 * training.slowdown));
        }
        return lines;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
