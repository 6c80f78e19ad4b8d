package kshot.space.macro;

import java.util.List;

/**
 * A number of channels: given, or left to a decision.
 *
 * @param decision index of the decision, or {@value #FIXED} for a given number
 * @param channels the number of each option, ascending; the given number alone if there is no decision
 */
record Width(int decision, List<Integer> channels) {
    static final int FIXED = -1;

    Width {
        channels = List.copyOf(channels);
    }

    static Width of(int channels) {
        return new Width(FIXED, List.of(channels));
    }

    /** The largest number. */
    int widest() {
        return channels.get(channels.size() - 1);
    }
}
