package kshot.tensor;

import java.util.function.DoubleSupplier;

/**
 * The rule by which a computation on several threads makes room for other programs. The threads of a kernel wait for each other
 * thousands of times a second, and one that another program keeps from its processor stops them all: beside one busy program, one
 * thread on two processors is seven times as fast as two.
 *
 * <p>It looks at the load of others once a second. Two looks in a row that leave room for fewer threads take some away, and five that
 * leave room for more give them back.
 */
public final class SharedProcessors {
    private static final long PERIOD = 1_000_000_000;
    private static final int LOOKS_TO_TAKE = 2;
    private static final int LOOKS_TO_GIVE = 5;

    private final int processors;
    private final int most;
    private final DoubleSupplier loadOfOthers;
    private int threads;
    private int looks;
    private int wanted;
    private long next;

    /**
     * Creates the rule.
     *
     * @param processors of the machine
     * @param most threads that compute where nobody else does, at least 1
     * @param loadOfOthers how many processors other programs have used since the last look
     */
    public SharedProcessors(int processors, int most, DoubleSupplier loadOfOthers) {
        this.processors = processors;
        this.most = most;
        this.loadOfOthers = loadOfOthers;
        this.threads = most;
        this.wanted = most;
    }

    /**
     * Returns the number of threads that should compute now.
     *
     * @param nanoseconds the time now, by a clock of any beginning
     */
    public int threads(long nanoseconds) {
        if (most > 1 && (next == 0 || nanoseconds - next >= 0)) {
            next = nanoseconds + PERIOD;
            look();
        }
        return threads;
    }

    private void look() {
        int room = (int) Math.max(1, Math.min(most, Math.round(processors - loadOfOthers.getAsDouble())));
        looks = room == wanted ? looks + 1 : 1;
        wanted = room;
        if (looks >= (wanted < threads ? LOOKS_TO_TAKE : LOOKS_TO_GIVE)) {
            threads = wanted;
        }
    }
}
