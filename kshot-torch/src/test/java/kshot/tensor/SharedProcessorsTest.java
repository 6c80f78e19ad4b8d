package kshot.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedProcessorsTest {
    private static final long SECOND = 1_000_000_000;

    /** Threads second by second, on so many processors, beside such loads. */
    private static List<Integer> threads(int processors, int most, double... loads) {
        AtomicInteger look = new AtomicInteger();
        SharedProcessors shared = new SharedProcessors(processors, most, () -> loads[look.getAndIncrement()]);
        List<Integer> threads = new ArrayList<>();
        for (int second = 1; second <= loads.length; second++) {
            threads.add(shared.threads(second * SECOND));
            assertThat(shared.threads(second * SECOND + SECOND / 2))
                    .as("no look within a second")
                    .isEqualTo(threads.get(second - 1));
        }
        return threads;
    }

    @Test
    void twoLooksTakeThreadsAndFiveGiveThemBack() {
        assertThat(threads(2, 2, 0.7, 1, 1, 0, 0, 0, 0, 0, 0)).containsExactly(2, 1, 1, 1, 1, 1, 1, 2, 2);
    }

    @Test
    void oneLookChangesNothing() {
        assertThat(threads(2, 2, 1, 0, 1, 0, 0, 1, 0)).containsOnly(2);
    }

    @Test
    void oneThreadIsAlwaysLeft() {
        assertThat(threads(2, 2, 2, 2, 2)).containsExactly(2, 1, 1);
        assertThat(threads(2, 1, 2, 2)).containsOnly(1);
    }

    /** Of 16 processors others use 3.4 and then 9.6; there is room for 12.6 and 6.4. */
    @Test
    void othersAreLeftWhatTheyUse() {
        assertThat(threads(16, 16, 3.4, 3.4, 9.6, 9.6)).containsExactly(16, 13, 13, 6);
        assertThat(threads(16, 8, 3.4, 3.4)).containsOnly(8);
    }
}
