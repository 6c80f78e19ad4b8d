package kshot.data.format;

import java.io.IOException;
import kshot.common.Heap;
import kshot.data.store.StoreLimits;
import kshot.network.FeatureShape;

/** A counter of the images that a reader holds in memory, which stops the reader before there are too many. */
final class HeldImages {
    private static final long BYTES_BESIDES_PIXELS = 200; // an image's objects and its name

    private long bytes;

    /**
     * Counts images before they are read.
     *
     * @throws IOException if there is no room for them
     */
    void add(FeatureShape shape, long images) throws IOException {
        long allowed = StoreLimits.usual().heap();
        long each = shape.elements() + BYTES_BESIDES_PIXELS;
        if (images > (allowed - bytes) / each) {
            throw new IOException("a data set of " + images + " more images of " + shape + " "
                    + Heap.lack((long) (bytes + (double) images * each), allowed));
        }
        bytes += images * each;
    }
}
