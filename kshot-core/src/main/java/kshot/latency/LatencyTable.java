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
 * What the parts of networks take, in nanoseconds, so that the time of a network is a sum: the run of a session, and each
 * {@link LayerGroup} of its live layers.
 *
 * @param session what one run takes whatever the network, at least 0
 * @param groups what each group adds, at least 0, by its {@link LayerGroup#signature() signature}; in
 *     their order
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
     * The time of a network, in nanoseconds; nothing if a group of it was not measured, or if its class scores do not
     * depend on the images, for such a network is never exported.
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
     * @param milliseconds largest time that is inside, above 0
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

    /** Nanoseconds in milliseconds. */
    public static double milliseconds(long nanoseconds) {
        return nanoseconds / NANOSECONDS_PER_MILLISECOND;
    }
}
