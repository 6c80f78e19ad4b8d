package kshot.tensor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Ranks that are threads of this process, each with a process group of its own. */
public final class RankThreads {
    private static final String HERE = "127.0.0.1";
    private static final Duration LONG = Duration.ofMinutes(2);

    private RankThreads() {}

    /** Does the same on all ranks, and returns what comes of it by rank. */
    public static <T> List<T> run(int size, Function<Collective, T> work) {
        return run(size, LONG, work);
    }

    /**
     * Does the same on all ranks, and returns what comes of it by rank. A rank closes its collective when the others are done, too.
     *
     * @param timeout after which a call fails
     */
    static <T> List<T> run(int size, Duration timeout, Function<Collective, T> work) {
        CompletableFuture<Integer> port = new CompletableFuture<>();
        List<Collective> joined = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<CompletableFuture<T>> results = IntStream.range(0, size)
                    .mapToObj(rank -> CompletableFuture.supplyAsync(
                            () -> {
                                LibTorch.threads(); // A thread's first call takes the number of all threads over.
                                LibTorch.start(1);
                                Collective collective = rank == 0
                                        ? GroupCollective.lead(size, HERE, timeout, port::complete)
                                        : GroupCollective.join(rank, size, HERE, port.join(), HERE, timeout);
                                synchronized (joined) {
                                    joined.add(collective);
                                }
                                return work.apply(collective);
                            },
                            threads))
                    .toList();
            CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                    .exceptionally(ignored -> null)
                    .join();
            return results.stream().map(CompletableFuture::join).toList();
        } finally {
            joined.forEach(Collective::close);
            threads.shutdown();
        }
    }
}
