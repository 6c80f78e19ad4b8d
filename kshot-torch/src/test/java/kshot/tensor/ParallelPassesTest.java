package kshot.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ParallelPassesTest {
    @Test
    void resultsComeInOrderThoughTheLongestBeginsFirst() {
        List<Integer> begun = new CopyOnWriteArrayList<>();
        try (ParallelPasses one = new ParallelPasses(1)) {
            List<Integer> results = one.run(new int[] {2, 5, 1, 5}, i -> {
                begun.add(i);
                return 10 * i;
            });
            assertThat(results).containsExactly(0, 10, 20, 30);
        }
        assertThat(begun).as("equal ones in their order").containsExactly(1, 3, 0, 2);
    }

    /** Each waits for the other. */
    @Test
    void tasksAreSideBySide() {
        CountDownLatch both = new CountDownLatch(2);
        try (ParallelPasses two = new ParallelPasses(2)) {
            List<Integer> results = new ArrayList<>();
            two.run(
                    2,
                    i -> {
                        both.countDown();
                        try {
                            both.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return i;
                    },
                    results::add);
            assertThat(results).containsExactly(0, 1);
        }
    }

    @Test
    void afterAFailureNoTaskBegins() {
        List<Integer> begun = new CopyOnWriteArrayList<>();
        List<Integer> results = new ArrayList<>();
        try (ParallelPasses one = new ParallelPasses(1)) {
            assertThatThrownBy(() -> one.run(
                            100,
                            i -> {
                                begun.add(i);
                                if (i == 1) {
                                    throw new IllegalStateException("of task 1");
                                }
                                return i;
                            },
                            results::add))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("of task 1");
        }
        assertThat(results).containsExactly(0);
        assertThat(begun).containsExactly(0, 1);
    }

    /** Task 0 does not begin, and its result is looked at before that of task 1. */
    @Test
    void theFailureThatIsReportedIsTheFirst() {
        try (ParallelPasses one = new ParallelPasses(1)) {
            assertThatThrownBy(() -> one.run(new int[] {1, 2}, i -> {
                        throw new IllegalStateException("of task " + i);
                    }))
                    .hasMessage("of task 1");
        }
    }

    @Test
    void anErrorArrivesAsItIsAndNoFurtherTaskBegins() {
        List<Integer> begun = new CopyOnWriteArrayList<>();
        OutOfMemoryError error = new OutOfMemoryError("of task 1");
        try (ParallelPasses one = new ParallelPasses(1)) {
            assertThatThrownBy(() -> one.run(
                            100,
                            i -> {
                                begun.add(i);
                                if (i == 1) {
                                    throw error;
                                }
                                return i;
                            },
                            result -> {}))
                    .isSameAs(error);
        }
        assertThat(begun).containsExactly(0, 1);
    }
}
