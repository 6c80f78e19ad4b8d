package kshot.data;

import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import kshot.common.Heap;
import org.jspecify.annotations.Nullable;

/**
 * Threads that compute the next batches before they are needed, a whole batch each, as many as there are processors. One thread takes
 * the batches in the order of their steps; any thread may close.
 */
public final class Prefetcher implements AutoCloseable {
    private static final int USUAL_DEPTH = 4;
    private static final double SHARE_OF_HEAP = 0.25;

    private final LongFunction<Batch> batches;
    private final long end;
    private final ExecutorService workers;
    private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
    private long nextToSubmit;
    private @Nullable Future<Batch> awaited;
    private boolean closed;

    /**
     * Starts computing batches.
     *
     * @param batches the function that computes the batch of a step, such as {@link TrainingBatches#at}
     * @param from the first step
     * @param to the step after the last
     * @param depth the largest number of batches that are ready or in work ahead of the one that was taken, at least 1
     */
    public Prefetcher(LongFunction<Batch> batches, long from, long to, int depth) {
        if (depth < 1 || from > to) {
            throw new IllegalArgumentException("prefetcher of steps " + from + " to " + to + ", depth " + depth);
        }
        this.batches = batches;
        this.workers = Executors.newFixedThreadPool(
                Math.min(depth, Runtime.getRuntime().availableProcessors()), Prefetcher::daemon);
        this.nextToSubmit = from;
        this.end = to;
        for (int i = 0; i < depth; i++) {
            submitNext();
        }
    }

    /** Returns how many batches to have ahead: four, or as many as fit into a quarter of the heap, but at least one. */
    public static int depth(long bytesOfBatch) {
        return (int) Math.max(1, Math.min(USUAL_DEPTH, Heap.share(SHARE_OF_HEAP) / bytesOfBatch));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "prefetcher");
        thread.setDaemon(true);
        return thread;
    }

    private synchronized void submitNext() {
        if (nextToSubmit < end) {
            long step = nextToSubmit++;
            ahead.add(workers.submit(() -> batches.apply(step)));
        }
    }

    /** Returns whether there is a step left. */
    public synchronized boolean hasNext() {
        return !ahead.isEmpty();
    }

    /**
     * Returns the batch of the next step, and waits for it if it is not ready. An exception of its computation is
     * thrown here.
     *
     * @throws NoSuchElementException after the last step
     * @throws CancellationException if the prefetcher is or gets closed, or the waiting thread is interrupted
     */
    public Batch next() {
        Future<Batch> batch = take();
        try {
            return batch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException)
                    new CancellationException("interrupted while waiting for a batch").initCause(e);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private synchronized Future<Batch> take() {
        if (closed) {
            throw new CancellationException("the prefetcher is closed");
        }
        Future<Batch> batch = ahead.remove();
        awaited = batch;
        submitNext();
        return batch;
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
    }

    /** Stops the computation at once, without waiting for a batch that is in work. */
    @Override
    public synchronized void close() {
        closed = true;
        workers.shutdownNow();
        ahead.forEach(batch -> batch.cancel(true));
        ahead.clear();
        if (awaited != null) {
            awaited.cancel(true);
        }
    }
}
