package kshot.space;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One option for each decision of a search space, in the space's order. Immutable; equal if the choices are.
 */
public final class Architecture {
    private final int[] choices;

    private Architecture(int[] choices) {
        this.choices = choices;
    }

    /** An architecture of the given choices, which are copied. */
    public static Architecture of(int... choices) {
        return new Architecture(choices.clone());
    }

    /** Number of decisions. */
    public int size() {
        return choices.length;
    }

    /** The option of decision {@code decision}. */
    public int choice(int decision) {
        return choices[decision];
    }

    /** The choices, as a copy. */
    public int[] choices() {
        return choices.clone();
    }

    /** The choices, in order. */
    public IntStream stream() {
        return Arrays.stream(choices);
    }

    /** Returns a copy with another choice of one decision. */
    public Architecture with(int decision, int option) {
        int[] changed = choices.clone();
        changed[decision] = option;
        return new Architecture(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Architecture that && Arrays.equals(choices, that.choices);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(choices);
    }

    @Override
    public String toString() {
        return Arrays.toString(choices);
    }
}
