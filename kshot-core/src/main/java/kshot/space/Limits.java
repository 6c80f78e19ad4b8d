package kshot.space;

import java.util.List;
import java.util.stream.Stream;
import kshot.common.Range;
import kshot.network.Cost;
import kshot.network.Network;

/**
 * Hard limits of a search. No architecture above one of them is ever evaluated.
 *
 * @param all each of them; FLOPs first, then parameters, set or not
 */
public record Limits(List<Limit> all) {
    /** No limits. */
    public static final Limits NONE = of(Long.MAX_VALUE, Long.MAX_VALUE);

    public Limits {
        all = List.copyOf(all);
    }

    /**
     * Limits of what can be counted.
     *
     * @param maxFlops largest number of multiply-adds of one image; {@link Long#MAX_VALUE} for no limit
     * @param maxParameters largest number of learnable numbers; {@link Long#MAX_VALUE} for no limit
     */
    public static Limits of(long maxFlops, long maxParameters) {
        Range.atLeast(1).require("limits.max_flops", maxFlops);
        Range.atLeast(1).require("limits.max_params", maxParameters);
        return new Limits(List.of(
                new Limit("limits.max_flops", network -> Cost.of(network).flops(), maxFlops, 0, "FLOPs"),
                new Limit(
                        "limits.max_params",
                        network -> Cost.of(network).parameters(),
                        maxParameters,
                        0,
                        "parameters")));
    }

    /** The same with one more. */
    public Limits and(Limit limit) {
        return new Limits(Stream.concat(all.stream(), Stream.of(limit)).toList());
    }

    /** The same with another limit of FLOPs. */
    public Limits withMaxFlops(long maxFlops) {
        return new Limits(Stream.concat(
                        of(maxFlops, Long.MAX_VALUE).all.stream().limit(1),
                        all.stream().skip(1))
                .toList());
    }

    /** Whether a network is inside all of them. */
    public boolean allow(Network network) {
        return all.stream().allMatch(limit -> limit.allows(network));
    }
}
