package kshot.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Augmentation;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.TrainingBatches;
import kshot.predict.SupernetEvaluator;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
import kshot.tensor.Device;
import kshot.tensor.NativeScope;
import kshot.train.Phase;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.weights.SupernetMixture;

/**
 * Times the steps of {@link SupernetTrainer} and the evaluations of {@link SupernetEvaluator}, on one batch of random images
 * with random labels and over given architectures, so that two measurements do the same work.
 */
public final class StepBenchmark implements AutoCloseable {
    private final SearchSpace space;
    private final SupernetSettings settings;
    private final ImageSet images;
    private final Batch ofSupernets;
    private final Batch ofGroups;
    private final SupernetTrainer trainer;
    private final PhaseClock clock;

    /**
     * One pass over the architectures, a step for each.
     *
     * @param steps number of steps
     * @param seconds of all steps together, by phase; the phases are the whole step
     * @param residentBytes resident memory of the process after it; 0 where the system does not say
     * @param nativeObjects objects in native memory that are alive after it
     * @param traffic the messages to other ranks in it
     * @param heapBytes that the thread that measures has allocated on Java's heap in it; what other threads did side by side
     *     is not among them
     */
    public record Pass(
            int steps,
            Map<Phase, Double> seconds,
            long residentBytes,
            long nativeObjects,
            long heapBytes,
            Collective.Traffic traffic) {
        public Pass {
            seconds = Collections.unmodifiableMap(new EnumMap<>(seconds));
        }

        /** Seconds of all steps together. */
        public double totalSeconds() {
            return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /**
     * Supernets at their start.
     *
     * @param settings of the training; the batch has their size, and weights of a simplex step their number of groups
     * @param seed of weights, images and labels
     * @param device of this rank
     * @param collective the ranks, which share each batch and do the same passes; the caller closes it
     */
    public StepBenchmark(
            SearchSpace space, SupernetSettings settings, Seed seed, Device device, Collective collective) {
        this.space = space;
        this.settings = settings;
        this.images = randomImages(space, settings.batchSize(), seed);
        TrainingBatches batches = new TrainingBatches(
                images, settings.batchSize(), space.input(), Normalization.of(images), Augmentation.NONE, seed);
        this.trainer = new SupernetTrainer(space, settings, batches, seed, device, collective);
        this.ofSupernets = batches.at(0, trainer.positions(false));
        this.ofGroups = batches.at(0, trainer.positions(true));
        this.clock = new PhaseClock(device, collective);
        trainer.observe(clock);
    }

    private static ImageSet randomImages(SearchSpace space, int size, Seed seed) {
        SplittableRandom random = seed.generator("benchmark images");
        byte[][] pixels = new byte[size][Math.toIntExact(space.input().elements())];
        for (byte[] image : pixels) {
            random.nextBytes(image);
        }
        List<String> classes =
                IntStream.range(0, space.classes()).mapToObj(String::valueOf).toList();
        return new ImageSet(
                space.input(),
                classes,
                pixels,
                random.ints(size, 0, space.classes()).toArray());
    }

    /**
     * Trains the supernets by one step for each architecture: step i has the architectures from i on, one for each path, going
     * on at the start of the list. So a pass runs each architecture on as many images, whatever the number of paths.
     */
    public Pass trainSupernets(List<Architecture> architectures) {
        return train(ofSupernets, architectures, settings.paths(), trainer::trainSupernets);
    }

    /**
     * Trains the simplex-net by one step for each architecture, each with those of the following groups, as for paths.
     *
     * @throws InvalidInputException for K = 1, which has no simplex-net to train
     */
    public Pass trainSimplexNet(List<Architecture> architectures) {
        InvalidInputException.require(settings.k() > 1, "K of a simplex step", settings.k(), "at least 2");
        return train(ofGroups, architectures, settings.groups(), trainer::trainSimplexNet);
    }

    private Pass train(
            Batch batch, List<Architecture> architectures, int parts, BiConsumer<Batch, List<Architecture>> step) {
        clock.start();
        for (int i = 0; i < architectures.size(); i++) {
            step.accept(
                    batch,
                    IntStream.range(i, i + parts)
                            .mapToObj(j -> architectures.get(j % architectures.size()))
                            .toList());
        }
        return clock.stop(architectures.size());
    }

    /** Evaluates each architecture on the batch: batch statistics, no gradients. */
    public Pass evaluate(List<Architecture> architectures) {
        EvaluationBatches batches =
                new EvaluationBatches(images, images.size(), space.input(), Normalization.of(images));
        try (SupernetEvaluator evaluator = new SupernetEvaluator(space, space, trainer.executor(), batches)) {
            clock.start();
            clock.enter(Phase.PASSES);
            SupernetMixture mixture = trainer.mixture();
            evaluator.under(List.of(mixture)).evaluate(architectures);
            return clock.stop(architectures.size());
        }
    }

    @Override
    public void close() {
        trainer.close();
    }

    /** Adds up the time of each phase of the thread that it belongs to. */
    private static final class PhaseClock implements Phase.Listener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final Thread owner = Thread.currentThread();
        private final Device device;
        private final Collective collective;
        private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
        private Phase phase = Phase.OTHER;
        private long since;
        private long heapBefore;
        private Collective.Traffic trafficBefore = new Collective.Traffic(0, 0);

        PhaseClock(Device device, Collective collective) {
            this.device = device;
            this.collective = collective;
        }

        void start() {
            nanos.clear();
            phase = Phase.OTHER;
            heapBefore = heapBytes();
            trafficBefore = collective.traffic();
            since = System.nanoTime();
        }

        @Override
        public void enter(Phase next) {
            if (Thread.currentThread() != owner) {
                return;
            }
            device.await();
            long now = System.nanoTime();
            nanos.merge(phase, now - since, Long::sum);
            phase = next;
            since = now;
        }

        Pass stop(int steps) {
            enter(Phase.OTHER);
            Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
            for (Phase each : Phase.values()) {
                seconds.put(each, nanos.getOrDefault(each, 0L) / 1e9);
            }
            return new Pass(
                    steps,
                    seconds,
                    NativeScope.residentBytes(),
                    NativeScope.liveObjects(),
                    heapBytes() - heapBefore,
                    collective.traffic().minus(trafficBefore));
        }

        private long heapBytes() {
            return threads.getThreadAllocatedBytes(owner.getId());
        }
    }
}
