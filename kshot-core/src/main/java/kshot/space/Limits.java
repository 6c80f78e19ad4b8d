package kshot.space;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kshot.common.Range;
import kshot.network.Cost;
import kshot.network.Network;

/**
 * The hard limits of a search. No architecture above one of them is ever evaluated.
 *
 * @param all each limit, set or not
 */
public record Limits(List<Limit> all) {
    private static final String FLOPS = "FLOPs";

    /** No limits. */
    public static final Limits NONE = of(Long.MAX_VALUE, Long.MAX_VALUE);

    public Limits {
        all = List.copyOf(all);
    }

    /**
     * Returns limits of what can be counted.
     *
     * @param maxFlops largest number of multiply-adds of one image; {@link Long#MAX_VALUE} for no limit
     * @param maxParams largest number of learnable numbers; {@link Long#MAX_VALUE} for no limit
     */
    public static Limits of(long maxFlops, long maxParams) {
        Range.atLeast(1).require("maxFlops", maxFlops);
        Range.atLeast(1).require("maxParams", maxParams);
        return new Limits(List.of(
                new Limit("maxFlops", network -> Cost.of(network).flops(), maxFlops, 0, FLOPS),
                new Limit("maxParams", network -> Cost.of(network).parameters(), maxParams, 0, "parameters")));
    }

    /** Returns these limits and one more. */
    public Limits and(Limit limit) {
        return new Limits(Stream.concat(all.stream(), Stream.of(limit)).toList());
    }

    /** Returns these limits with another one of FLOPs. */
    public Limits withMaxFlops(long maxFlops) {
        Range.atLeast(1).require("maxFlops", maxFlops);
        return new Limits(all.stream()
                .map(limit -> limit.unit().equals(FLOPS) ? limit.withMost(maxFlops) : limit)
                .toList());
    }

    /** Returns these limits with other names, which stand in errors. */
    public Limits renamed(UnaryOperator<String> name) {
        return new Limits(all.stream()
                .map(limit -> limit.withName(name.apply(limit.name())))
                .toList());
    }

    /** Returns whether a network is inside all limits. */
    public boolean allow(Network network) {
        return all.stream().allMatch(limit -> limit.allows(network));
    }
}
