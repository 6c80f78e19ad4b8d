package kshot.latency;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import kshot.common.Range;
import kshot.network.Network;
import kshot.space.Limit;

/**
 * A table of the times of the parts of networks, in nanoseconds. The time of a network is a sum: that of a run of a
 * session, and that of each {@link LayerGroup} of its live layers.
 *
 * @param session the time that one run takes whatever the network is, at least 0
 * @param groups the time that each group adds, at least 0, by its {@link LayerGroup#signature() signature} and in the
 *     order of the signatures
 */
public record LatencyTable(long session, Map<String, Long> groups) {
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;
    private static final int DECIMALS = 6;

    public LatencyTable {
        groups = Collections.unmodifiableMap(new TreeMap<>(groups));
        Range nanoseconds = Range.atLeast(0).atMost(1e15);
        nanoseconds.require("nanoseconds of a session", session);
        groups.forEach((signature, time) -> nanoseconds.require("nanoseconds of " + signature, time));
    }

    /**
     * Returns the predicted time of a network in nanoseconds. It is empty if a group of the network was not measured,
     * or if its class scores do not depend on the images, because such a network is never exported.
     */
    public OptionalLong nanoseconds(Network network) {
        List<LayerGroup> parts = network.isConnected() ? LayerGroup.of(network) : List.of();
        if (parts.isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = session;
        for (LayerGroup part : parts) {
            Long time = groups.get(part.signature());
            if (time == null) {
                return OptionalLong.empty();
            }
            sum += time;
        }
        return OptionalLong.of(sum);
    }

    /**
     * Returns the hard limit of a search. What has no time is outside.
     *
     * @param milliseconds the largest time that is inside, above 0
     */
    public Limit limit(double milliseconds) {
        Range.moreThan(0).require("maxLatencyMs", milliseconds);
        return new Limit(
                "maxLatencyMs",
                network -> nanoseconds(network).orElse(Long.MAX_VALUE),
                Math.round(milliseconds * NANOSECONDS_PER_MILLISECOND),
                DECIMALS,
                "ms");
    }

    /** Converts nanoseconds to milliseconds. */
    public static double milliseconds(long nanoseconds) {
        return nanoseconds / NANOSECONDS_PER_MILLISECOND;
    }
}
