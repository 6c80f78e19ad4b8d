package kshot.data.image;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import kshot.common.Heap;

/** A budget of heap memory that all threads share. A thread that takes memory waits until there is enough. */
final class MemoryBudget {
    private static final int MEBIBYTE = 1 << 20;

    /** A part of the budget that is taken until it is closed. */
    interface Taken extends AutoCloseable {
        @Override
        void close();
    }

    private final int mebibytes;
    private final Semaphore free;

    /** Creates a budget of a share of the heap. */
    MemoryBudget(double share) {
        this.mebibytes = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Heap.share(share) / MEBIBYTE));
        this.free = new Semaphore(mebibytes);
    }

    /**
     * Takes memory from the budget, and waits until it is free.
     *
     * @param what the name of the thing that needs it, for an error message
     * @throws IOException if there will never be enough
     */
    Taken take(long bytes, String what) throws IOException {
        if (bytes > (long) mebibytes * MEBIBYTE) {
            throw new IOException(what + " " + Heap.lack(bytes, (long) mebibytes * MEBIBYTE));
        }
        int needed = (int) (bytes / MEBIBYTE);
        free.acquireUninterruptibly(needed);
        return () -> free.release(needed);
    }
}
