package kshot.space;

import java.util.List;
import java.util.stream.Stream;
import kshot.common.Range;
import kshot.network.Cost;
import kshot.network.Network;

/**
 * Hard limits of a search. No architecture above one of them is ever evaluated.
 *
 * @param all each of them, set or not
 */
public record Limits(List<Limit> all) {
    private static final String MAX_FLOPS = "limits.max_flops";

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
        Range.atLeast(1).require("limits.max_params", maxParameters);
        return new Limits(List.of(
                flops(maxFlops),
                new Limit(
                        "limits.max_params",
                        network -> Cost.of(network).parameters(),
                        maxParameters,
                        0,
                        "parameters")));
    }

    private static Limit flops(long most) {
        Range.atLeast(1).require(MAX_FLOPS, most);
        return new Limit(MAX_FLOPS, network -> Cost.of(network).flops(), most, 0, "FLOPs");
    }

    /** The same with one more. */
    public Limits and(Limit limit) {
        return new Limits(Stream.concat(all.stream(), Stream.of(limit)).toList());
    }

    /** The same with another limit of FLOPs. */
    public Limits withMaxFlops(long maxFlops) {
        return new Limits(all.stream()
                .map(limit -> limit.setting().equals(MAX_FLOPS) ? flops(maxFlops) : limit)
                .toList());
    }

    /** Whether a network is inside all of them. */
    public boolean allow(Network network) {
        return all.stream().allMatch(limit -> limit.allows(network));
    }
}
