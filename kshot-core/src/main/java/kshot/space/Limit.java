package kshot.space;

import java.math.BigDecimal;
import java.util.function.ToLongFunction;
import kshot.network.Network;

/**
 * A hard limit of one cost. Costs are whole numbers, so that sums of them are exact and a limit that is the cost of a
 * network holds that network.
 *
 * @param setting by which the user sets it, for example {@code limits.max_flops}
 * @param cost of a network, at least 0; {@link Long#MAX_VALUE} for a network that is outside every limit
 *     that is set
 * @param most largest cost that is inside; {@link Long#MAX_VALUE} for no limit
 * @param decimals of the cost when people read it: 6 for nanoseconds that are shown in milliseconds
 * @param unit what people call it then
 */
public record Limit(String setting, ToLongFunction<Network> cost, long most, int decimals, String unit) {

    /** Whether a network is inside. */
    public boolean allows(Network network) {
        return !isSet() || cost.applyAsLong(network) <= most;
    }

    /** Whether it limits anything. */
    public boolean isSet() {
        return most < Long.MAX_VALUE;
    }

    /** A cost as people read it, exactly. */
    public String text(long value) {
        return BigDecimal.valueOf(value, decimals).stripTrailingZeros().toPlainString();
    }
}
