package kshot.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.ImageSet;
import kshot.data.Prefetcher;
import kshot.data.TrainingBatches;
import kshot.space.SearchSpace;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;

/** A measurement of how fast images come: by themselves, as batches, and as batches of a training. */
public final class LoadingBenchmark {
    /** Images that all processors read before the clock is looked at. */
    private static final int IMAGES_AT_ONCE = 512;

    private LoadingBenchmark() {}

    /**
     * The speed of a training.
     *
     * @param imagesPerSecond the images that it trains on in a second
     * @param waited the fraction of the time in which it waits for a batch
     */
    public record Training(double imagesPerSecond, double waited) {}

    /**
     * The speed of loading.
     *
     * @param imagesPerSecond the images that came in a second
     * @param processorMicros the time of all processors for an image, which other programs disturb less
     */
    public record Speed(double imagesPerSecond, double processorMicros) {}

    /** Has all processors read images in random order: batches cannot come faster. */
    public static Speed reading(ImageSet images, double seconds, Seed seed) {
        ImageSet mixed = images.shuffled(seed);
        long[] read = {0};
        return speed(seconds, () -> {
            int from = (int) (read[0] % mixed.size());
            int to = Math.min(mixed.size(), from + IMAGES_AT_ONCE);
            IntStream.range(from, to).parallel().forEach(mixed::image);
            read[0] += to - from;
            return to - from;
        });
    }

    /** Has images come as batches that nobody works on. */
    public static Speed batches(TrainingBatches batches, double seconds) {
        try (Prefetcher data = prefetcher(batches)) {
            data.next(); // before which nothing was ready
            return speed(seconds, () -> data.next().size());
        }
    }

    private static Speed speed(double seconds, IntSupplier images) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processorsAtStart = system.getProcessCpuTime();
        long start = System.nanoTime();
        long all = 0;
        do {
            all += images.getAsInt();
        } while (since(start) < seconds);
        return new Speed(all / since(start), (system.getProcessCpuTime() - processorsAtStart) / 1e3 / all);
    }

    /** Trains supernets, an architecture in each step, and returns how fast that goes. */
    public static Training training(
            SearchSpace space, SupernetSettings settings, TrainingBatches batches, double seconds, Seed seed) {
        try (SupernetTrainer trainer = new SupernetTrainer(space, settings, batches, seed);
                Prefetcher data = prefetcher(batches)) {
            trainer.trainSupernets(data.next(), List.of(space.sample(seed.generator("warm-up"))));
            long start = System.nanoTime();
            double waited = 0;
            long images = 0;
            for (long step = 0; since(start) < seconds; step++) {
                long asked = System.nanoTime();
                Batch batch = data.next();
                waited += since(asked);
                trainer.trainSupernets(batch, List.of(space.sample(seed.generator("loading", step))));
                images += batch.size();
            }
            double all = since(start);
            return new Training(images / all, waited / all);
        }
    }

    private static Prefetcher prefetcher(TrainingBatches batches) {
        return new Prefetcher(batches::at, 0, Long.MAX_VALUE, Prefetcher.depth(batches.batchBytes()));
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
