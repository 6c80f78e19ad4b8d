package kshot.data.store;

import kshot.common.Heap;

/**
 * The limits that decide where images are kept.
 *
 * @param heap the most bytes that the images of a data set may take in the heap; a larger set is kept on disk
 * @param shard the most bytes of pixels in one file on disk
 * @param encodedSide the smallest height and width, in pixels, of stored images that are decoded whenever they are needed, if their
 *     pixels take more bytes than their files
 */
public record StoreLimits(long heap, long shard, int encodedSide) {
    private static final double SHARE_OF_HEAP = 0.5;
    private static final int ENCODED_SIDE = 128;

    /**
     * Returns half of the heap; files of 1 GiB, which are made again fast and are few even of a large set; and 128 pixels, from
     * which on a training step takes many times longer than decoding.
     */
    public static StoreLimits usual() {
        return new StoreLimits(Heap.share(SHARE_OF_HEAP), 1 << 30, ENCODED_SIDE);
    }

    /** Returns the same limits with another size of shards. */
    StoreLimits withShard(long newShard) {
        return new StoreLimits(heap, newShard, encodedSide);
    }
}
