package kshot.space;

import kshot.common.Range;
import kshot.network.Cost;

/**
 * Hard limits of a search. No architecture above one of them is ever evaluated.
 *
 * @param maxFlops largest number of multiply-adds of one image; {@link Long#MAX_VALUE} for no limit
 * @param maxParameters largest number of learnable numbers; {@link Long#MAX_VALUE} for no limit
 */
public record Limits(long maxFlops, long maxParameters) {
    /** No limits. */
    public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);

    public Limits {
        Range.atLeast(1).require("limits.max_flops", maxFlops);
        Range.atLeast(1).require("limits.max_params", maxParameters);
    }

    /** Whether a network of this cost is inside. */
    public boolean allow(Cost cost) {
        return cost.flops() <= maxFlops && cost.parameters() <= maxParameters;
    }
}
