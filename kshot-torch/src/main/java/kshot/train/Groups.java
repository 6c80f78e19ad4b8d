package kshot.train;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import kshot.tensor.Collective;
import kshot.tensor.Numbers;

/**
 * The groups of a batch shared out to ranks: group j belongs to rank j mod N, which has all images of it. A rank alone has all.
 *
 * @param count number of groups, m
 * @param collective the ranks
 */
record Groups(int count, Collective collective) {
    private IntStream own() {
        return IntStream.iterate(collective.rank(), j -> j < count, j -> j + collective.size());
    }

    /** Returns what belongs to this rank's groups. */
    <T> List<T> own(List<T> ofAll) {
        return own().mapToObj(ofAll::get).toList();
    }

    /**
     * Returns what belongs to all groups.
     *
     * @param ofOwn what belongs to this rank's groups
     * @param ofOthers makes what stands for that of another rank's group
     */
    <T> List<T> all(List<T> ofOwn, IntFunction<T> ofOthers) {
        return IntStream.range(0, count)
                .mapToObj(group -> group % collective.size() == collective.rank()
                        ? ofOwn.get(group / collective.size())
                        : ofOthers.apply(group))
                .toList();
    }

    /** Returns where in a batch the images of this rank's groups are. A rank without a group sees those of another one. */
    IntStream positions(int batchSize) {
        int part = batchSize / count;
        IntStream seen = collective.rank() < count ? own() : IntStream.of(collective.rank() % count);
        return seen.flatMap(group -> IntStream.range(group * part, (group + 1) * part));
    }

    /**
     * Returns the numbers of all groups one after the other, of which each rank knows those of its own.
     *
     * @param ofOwn for each of this rank's groups as many numbers
     * @param zeros makes so many that stand for those of another rank's group
     */
    Numbers gather(List<Numbers> ofOwn, IntFunction<Numbers> zeros) {
        Numbers all = Numbers.joined(all(ofOwn, zeros));
        all.sum(collective);
        return all;
    }
}
