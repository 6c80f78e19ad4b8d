package kshot.search;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/** All architectures of a small space. */
public final class Enumeration {
    private Enumeration() {}

    /**
     * Every architecture once: the last decision changes fastest.
     *
     * @throws IllegalArgumentException for a space of more architectures than an int can count
     */
    public static Stream<Architecture> of(SearchSpace space) {
        if (space.size().bitLength() > 31) {
            throw new IllegalArgumentException(space.name() + " has too many architectures to list: " + space.size());
        }
        List<Decision> decisions = space.decisions();
        return IntStream.range(0, space.size().intValueExact()).mapToObj(index -> architecture(decisions, index));
    }

    /** The digits of {@code index} in the mixed radix of the numbers of options. */
    private static Architecture architecture(List<Decision> decisions, int index) {
        int[] choices = new int[decisions.size()];
        int rest = index;
        for (int d = choices.length - 1; d >= 0; d--) {
            choices[d] = rest % decisions.get(d).size();
            rest /= decisions.get(d).size();
        }
        return Architecture.of(choices);
    }
}
