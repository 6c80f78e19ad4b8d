package kshot.space;

import kshot.common.InvalidInputException;
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
        InvalidInputException.require(maxFlops > 0, "limit of FLOPs", maxFlops, "more than 0");
        InvalidInputException.require(maxParameters > 0, "limit of parameters", maxParameters, "more than 0");
    }

    /** Whether a network of this cost is inside. */
    public boolean allow(Cost cost) {
        return cost.flops() <= maxFlops && cost.parameters() <= maxParameters;
    }
}
