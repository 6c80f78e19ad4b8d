package kshot.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kshot.common.InvalidInputException;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PrefetcherTest {
    private static Batch batch(long step) {
        return new Batch(1, new FeatureShape(1, 1, 1), new float[1], new long[] {step});
    }

    @Test
    void givesTheStepsInOrder() {
        try (Prefetcher prefetcher = new Prefetcher(PrefetcherTest::batch, 5, 105, 3)) {
            for (long step = 5; step < 105; step++) {
                assertThat(prefetcher.hasNext()).isTrue();
                assertThat(prefetcher.next().labels()).containsExactly(step);
            }
            assertThat(prefetcher.hasNext()).isFalse();
            assertThatThrownBy(prefetcher::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void worksAheadAndNoFurther() throws InterruptedException {
        AtomicLong last = new AtomicLong(-1);
        CountDownLatch three = new CountDownLatch(3);
        try (Prefetcher prefetcher = new Prefetcher(
                step -> {
                    last.accumulateAndGet(step, Math::max);
                    three.countDown();
                    return batch(step);
                },
                0,
                100,
                3)) {
            three.await();
            Thread.sleep(50); // for a fourth step, if it were to come
            assertThat(last).hasValue(2);
            assertThat(prefetcher.next().labels()).containsExactly(0);
        }
    }

    /** A batch of 1,024 photos of 224 pixels has 616 MB: four of them would need a heap of 10 GB. */
    @Test
    void largeBatchesAreFewer() {
        long quarter = Runtime.getRuntime().maxMemory() / 4;
        assertThat(Prefetcher.depth(64 * 3072 * 4)).isEqualTo(4);
        assertThat(Prefetcher.depth(quarter / 3)).isEqualTo(3);
        assertThat(Prefetcher.depth(2 * quarter)).isEqualTo(1);
    }

    @Test
    void errorsComeOutAtTheirStep() {
        try (Prefetcher prefetcher = new Prefetcher(
                step -> {
                    if (step == 1) {
                        throw new InvalidInputException("step 1");
                    }
                    return batch(step);
                },
                0,
                3,
                2)) {
            assertThat(prefetcher.next().labels()).containsExactly(0);
            assertThatThrownBy(prefetcher::next)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("step 1");
        }
    }

    @Test
    void closeDoesNotWaitForABatchInWork() {
        CountDownLatch never = new CountDownLatch(1);
        Prefetcher prefetcher = new Prefetcher(step -> stuck(never), 0, 10, 2);
        prefetcher.close();
        assertThatThrownBy(prefetcher::next).isInstanceOf(CancellationException.class);
        never.countDown();
    }

    @Test
    void closeFreesAThreadThatWaits() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Prefetcher prefetcher = new Prefetcher(step -> stuck(never), 0, 10, 2);
        CompletableFuture<Batch> waiting = CompletableFuture.supplyAsync(prefetcher::next);
        Thread.sleep(20);
        prefetcher.close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(Exception.class);
        assertThat(waiting).isCompletedExceptionally();
        never.countDown();
    }

    /** Work that takes no notice of an interrupt. */
    private static Batch stuck(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return batch(0);
            } catch (InterruptedException e) {
                // Goes on, as a loop over pixels would.
            }
        }
    }
}
