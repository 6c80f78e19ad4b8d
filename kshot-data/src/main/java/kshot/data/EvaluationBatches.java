package kshot.data;

import java.util.stream.IntStream;
import kshot.common.Range;
import kshot.network.FeatureShape;

/**
 * Batches for evaluation: all images in their order, each once and without variation. Of images larger than the input
 * the middle is seen.
 */
public final class EvaluationBatches {
    private final int size;
    private final int batchSize;
    private final Crop centre;
    private final BatchAssembler assembler;

    /**
     * Creates the batches of a set.
     *
     * @param set the images
     * @param batchSize the number of images of a batch, at least 1; the last batch may be smaller
     * @param inputShape the shape of the network's input: the channels of the images, and at most their height and
     *     width
     * @param normalization the normalisation of the training images
     */
    public EvaluationBatches(ImageSet set, int batchSize, FeatureShape inputShape, Normalization normalization) {
        Range.atLeast(1).require("batch size", batchSize);
        this.size = set.size();
        this.batchSize = batchSize;
        this.centre = Crop.centre(set.shape(), inputShape);
        this.assembler = new BatchAssembler(set, inputShape, normalization);
    }

    /** Returns the number of batches. */
    public int count() {
        return (size - 1) / batchSize + 1;
    }

    /** Returns batch {@code index}, counted from 0. */
    public Batch at(int index) {
        if (index < 0 || index >= count()) {
            throw new IllegalArgumentException("batch " + index + " of " + count());
        }
        int from = index * batchSize;
        int[] images = IntStream.range(from, (int) Math.min(size, (long) from + batchSize))
                .toArray();
        return assembler.assembleAtOnce(images, image -> centre);
    }
}
