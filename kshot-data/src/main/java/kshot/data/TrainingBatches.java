package kshot.data;

import java.util.stream.IntStream;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.data.distortion.Distortion;
import kshot.data.distortion.Erasing;
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
    private final Distortion distortion;
    private final Erasing erasing;
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
        this(
                set,
                batchSize,
                inputShape,
                augmentation,
                seed,
                Distortion.NONE,
                Erasing.NONE,
                new BatchAssembler(set, inputShape, normalization));
    }

    private TrainingBatches(
            ImageSet set,
            int batchSize,
            FeatureShape inputShape,
            Augmentation augmentation,
            Seed seed,
            Distortion distortion,
            Erasing erasing,
            BatchAssembler assembler) {
        Range.atLeast(1).require("batch size", batchSize);
        this.set = set;
        this.batchSize = Math.min(batchSize, set.size());
        this.input = inputShape;
        this.augmentation = augmentation;
        this.seed = seed;
        this.distortion = distortion;
        this.erasing = erasing;
        this.assembler = assembler;
    }

    /** Returns the same batches of images that are distorted before they are cropped, and erased in part after it. */
    public TrainingBatches distorted(Distortion newDistortion, Erasing newErasing) {
        return new TrainingBatches(set, batchSize, input, augmentation, seed, newDistortion, newErasing, assembler);
    }

    /** Returns the number of images in every batch, at least 1. */
    public int batchSize() {
        return batchSize;
    }

    /** Returns the number of bytes of the pixels of every batch. */
    public long batchBytes() {
        return batchSize * input.elements() * Float.BYTES;
    }

    /** Returns the number of batches of an epoch, at least 1. */
    public long batchesPerEpoch() {
        return set.size() / batchSize;
    }

    /** Returns the batch of a step. Steps count from 0 on and through all epochs. */
    public Batch at(long step) {
        return at(step, IntStream.range(0, batchSize));
    }

    /**
     * Returns a part of the batch of a step: the images that the whole batch has at some positions, seen as they are there.
     *
     * @param positions from 0 to less than the batch size, at least one
     */
    public Batch at(long step, IntStream positions) {
        if (step < 0) {
            throw new IllegalArgumentException("step " + step + " is negative");
        }
        long epoch = step / batchesPerEpoch();
        int[] order = order(epoch);
        int first = (int) (step % batchesPerEpoch()) * batchSize;
        int[] images = positions.map(position -> order[first + position]).toArray();
        return assembler.assemble(images, new ViewOfEpoch(epoch));
    }

    /** The views of the images in an epoch, each drawn by generators of its own. */
    private final class ViewOfEpoch implements BatchAssembler.View {
        private final long epoch;

        ViewOfEpoch(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public Crop crop(int image) {
            return augmentation.draw(seed.generator("augmentation", epoch, image), set.shape(), input);
        }

        @Override
        public byte[] distorted(byte[] pixels, int image) {
            return distortion == Distortion.NONE
                    ? pixels
                    : distortion.of(pixels, set.shape(), seed.generator("distortion", epoch, image));
        }

        @Override
        public void erase(float[] pixels, int offset, int image) {
            if (erasing.probability() > 0) {
                erasing.apply(pixels, offset, input, seed.generator("erasing", epoch, image));
            }
        }
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
