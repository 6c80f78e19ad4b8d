package kshot.space;

import java.math.BigDecimal;
import java.util.function.ToLongFunction;
import kshot.network.Network;

/**
 * A hard limit of one cost of a network. Costs are whole numbers, so that sums of them are exact and a limit that is the cost of a
 * network holds that network.
 *
 * @param name what errors call it, for example {@code maxFlops}
 * @param cost the cost of a network, at least 0; {@link Long#MAX_VALUE} for a network that is outside every limit
 *     that is set
 * @param most largest cost that is inside; {@link Long#MAX_VALUE} for no limit
 * @param decimals decimals of the cost when people read it: 6 for nanoseconds that are shown in milliseconds
 * @param unit unit of the cost then
 */
public record Limit(String name, ToLongFunction<Network> cost, long most, int decimals, String unit) {

    Limit withName(String name) {
        return new Limit(name, cost, most, decimals, unit);
    }

    Limit withMost(long most) {
        return new Limit(name, cost, most, decimals, unit);
    }

    /** Returns whether a network is inside. */
    public boolean allows(Network network) {
        return !isSet() || cost.applyAsLong(network) <= most;
    }

    /** Returns whether it limits anything. */
    public boolean isSet() {
        return most < Long.MAX_VALUE;
    }

    /** Returns a cost as people read it, exactly. */
    public String text(long value) {
        return BigDecimal.valueOf(value, decimals).stripTrailingZeros().toPlainString();
    }
}
