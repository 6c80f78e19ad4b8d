package kshot.tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs independent passes side by side, each with kernels of one thread. A pass over a small network is a long row of short
 * kernels, and most of its time is what lies between them: two such passes at once take little longer than one, two threads
 * within each kernel save almost nothing. The same holds of whole trainings. Results do not depend on the number of
 * streams.
 */
public final class ParallelPasses implements AutoCloseable {
    private final ExecutorService threads;

    /** Streams that start with their first task. */
    public ParallelPasses(int count) {
        threads = Executors.newFixedThreadPool(count, ParallelPasses::thread);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(
                () -> {
                    // A thread's first call takes the number of all threads over: only the second one holds.
                    torch.get_num_threads();
                    torch.set_num_threads(1);
                    work.run();
                },
                "stream");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Does tasks 0 to count - 1, and hands their results over in this order, each as soon as it and all before it are there.
     * A task closes all tensors that it makes. After an exception or an error of a task or of the consumer no further task begins,
     * and the caller gets it as it is.
     *
     * @param consumer called by the calling thread
     */
    public <T> void run(int count, IntFunction<T> task, Consumer<T> consumer) {
        run(IntStream.range(0, count), task, consumer);
    }

    /**
     * Does tasks and returns all results at once; begins with the longest task, so that all streams end at about the same time
     * (Graham 1969, doi:10.1137/0117039).
     *
     * @param lengths of the tasks, in any unit
     */
    public <T> List<T> run(int[] lengths, IntFunction<T> task) {
        List<T> results = new ArrayList<>();
        IntStream longestFirst = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparing(i -> -lengths[i]))
                .mapToInt(i -> i);
        run(longestFirst, task, results::add);
        return results;
    }

    private <T> void run(IntStream order, IntFunction<T> task, Consumer<T> consumer) {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        SortedMap<Integer, CompletableFuture<T>> begun = new TreeMap<>();
        order.forEach(i -> begun.put(
                i,
                CompletableFuture.supplyAsync(
                        () -> {
                            if (ended.get()) {
                                throw new CancellationException("another task has failed");
                            }
                            try {
                                return task.apply(i);
                            } catch (RuntimeException | Error e) {
                                failure.compareAndSet(null, e);
                                ended.set(true);
                                throw e;
                            }
                        },
                        threads)));
        Collection<CompletableFuture<T>> results = begun.values();
        try {
            results.forEach(result -> consumer.accept(result.join()));
        } catch (CompletionException e) {
            // Tasks that did not begin any more fail, too: what made them is what counts.
            Throwable first = failure.get();
            if (first instanceof Error error) {
                throw error;
            }
            throw first instanceof RuntimeException exception ? exception : e;
        } finally {
            ended.set(true);
            // What was not joined still reads the caller's tensors.
            CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                    .exceptionally(ignored -> null)
                    .join();
        }
    }

    /** Waits for running tasks. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
