package kshot.data.raw;

import java.io.IOException;
import kshot.common.Heap;
import kshot.data.store.StoreLimits;

/** A counter of the images that a reader lists, which stops the reader before their list fills the memory. */
final class ListedImages {
    /** The bytes of heap for an image without its pixels: its place in the file, its label, its digest and where that is looked up. */
    private static final long BYTES = 120;

    private long images;

    /**
     * Counts images before they are listed.
     *
     * @throws IOException if there is no room for them
     */
    void add(long more) throws IOException {
        images += more;
        long allowed = StoreLimits.usual().heap();
        if (images > allowed / BYTES) {
            throw new IOException("a list of " + images + " images " + Heap.lack(images * BYTES, allowed));
        }
    }
}
