package kshot.data;

import java.util.stream.IntStream;

/** Whether images of rare classes train more often than others. */
public enum ClassBalance {
    /** They do where the largest class has more than {@value #UNEVEN} times the images of the smallest. */
    AUTO,
    /** Every image trains as often as any other. */
    NONE,
    /** Images of rare classes are repeated, until each class has as many as the largest. */
    SAMPLING;

    static final int UNEVEN = 3;

    /** Returns the images of an epoch. */
    public ImageSet of(ImageSet set) {
        return switch (this) {
            case AUTO -> isUneven(set) ? set.balanced() : set;
            case NONE -> set;
            case SAMPLING -> set.balanced();
        };
    }

    private static boolean isUneven(ImageSet set) {
        int[] counts = IntStream.of(set.countsByClass()).filter(n -> n > 0).toArray();
        return IntStream.of(counts).max().orElse(0)
                > (long) UNEVEN * IntStream.of(counts).min().orElse(0);
    }
}
