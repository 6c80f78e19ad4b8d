package kshot.data.store;

import kshot.common.Heap;

/**
 * The limits that decide where images are kept.
 *
 * @param heap the most bytes that the images of a data set may take in the heap; a larger set is kept on disk
 * @param shard the most bytes of pixels in one file on disk
 */
public record StoreLimits(long heap, long shard) {
    private static final double SHARE_OF_HEAP = 0.5;

    /** Returns half of the heap, and files of 1 GiB, which are made again fast and are few even of a large set. */
    public static StoreLimits usual() {
        return new StoreLimits(Heap.share(SHARE_OF_HEAP), 1 << 30);
    }
}
