package kshot.data.files;

import java.io.IOException;
import kshot.common.Heap;

/** A counter of the memory that paths of files take, which stops a reader before there are too many. */
public final class PathBudget {
    private static final long BYTES_PER_PATH = 256; // besides its characters
    private static final double SHARE_OF_HEAP = 0.25;

    private long held;

    /**
     * Counts a path that is held.
     *
     * @throws IOException if all of them need more than a quarter of the heap
     */
    public void add(String path) throws IOException {
        held += BYTES_PER_PATH + 2L * path.length();
        if (held > Heap.share(SHARE_OF_HEAP)) {
            throw new IOException("the list of its files " + Heap.lack(held, Heap.share(SHARE_OF_HEAP)));
        }
    }
}
