package kshot.data;

import java.util.stream.IntStream;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * Shuffled, augmented batches without end. Each epoch goes through the images once, in an order of its own. The last
 * partial batch is dropped; a set smaller than a batch gives batches of the whole set. The batch of a step is a
 * function of the seed and the step alone, and does not depend on which batches were asked for before. Any thread may
 * ask.
 */
public final class TrainingBatches {
    private final ImageSet set;
    private final int batchSize;
    private final FeatureShape input;
    private final Augmentation augmentation;
    private final Seed seed;
    private final BatchAssembler assembler;
    private volatile @Nullable Epoch lastEpoch;

    /** An epoch with the order of its images. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Epoch(long number, int[] order) {}

    /**
     * Creates the batches of a set.
     *
     * @param set the training images
     * @param batchSize the number of images of a batch, at least 1; a number larger than the set means the whole set
     * @param inputShape the shape of the network's input: the channels of the images, and at most their height and
     *     width
     * @param normalization the normalisation of the training images
     * @param augmentation the augmentation, drawn anew for each image in each epoch
     * @param seed the seed of order and augmentation
     */
    public TrainingBatches(
            ImageSet set,
            int batchSize,
            FeatureShape inputShape,
            Normalization normalization,
            Augmentation augmentation,
            Seed seed) {
        Range.atLeast(1).require("batch size", batchSize);
        this.set = set;
        this.batchSize = Math.min(batchSize, set.size());
        this.input = inputShape;
        this.augmentation = augmentation;
        this.seed = seed;
        this.assembler = new BatchAssembler(set, inputShape, normalization);
    }

    /** Returns the number of images in every batch, at least 1. */
    public int batchSize() {
        return batchSize;
    }

    /** Returns the number of batches of an epoch, at least 1. */
    public long batchesPerEpoch() {
        return set.size() / batchSize;
    }

    /** Returns the batch of a step. Steps count from 0 on and through all epochs. */
    public Batch at(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("step " + step + " is negative");
        }
        long epoch = step / batchesPerEpoch();
        int from = (int) (step % batchesPerEpoch()) * batchSize;
        return assembler.assemble(
                order(epoch),
                from,
                from + batchSize,
                image -> augmentation.draw(seed.generator("augmentation", epoch, image), set.shape(), input));
    }

    private int[] order(long epoch) {
        Epoch last = lastEpoch;
        if (last == null || last.number != epoch) {
            int[] order = IntStream.range(0, set.size()).toArray();
            ImageSet.shuffle(order, seed.generator("order", epoch));
            last = new Epoch(epoch, order);
            lastEpoch = last;
        }
        return last.order;
    }
}
