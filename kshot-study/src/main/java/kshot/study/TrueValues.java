package kshot.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.run.Run;
import kshot.space.Architecture;

/**
 * What is true of all architectures inside the limits of a study.
 *
 * @param facts by architecture
 */
record TrueValues(Map<Architecture, Fact> facts) {

    /**
     * What is true of one.
     *
     * @param truth its value in the table
     * @param cost of its network
     */
    record Fact(double truth, Cost cost) {}

    /**
     * Looks up whatever the limits of a run allow. Those of the other runs of a study are the same.
     *
     * @param truth of the whole space; see {@link Benchmark#requireWhole}
     * @throws InvalidInputException if time is limited: each run measures it anew, so no two have the same limits
     */
    static TrueValues of(Run run, Benchmark truth) {
        Double maxLatencyMs = run.settings().limits().maxLatencyMs();
        InvalidInputException.require(
                maxLatencyMs == null,
                "limits.max_latency_ms",
                maxLatencyMs,
                "none in a study of searches: each training measures times of its own");
        List<String> keys = truth.table().keys();
        double[] values = truth.table().column(truth.column(), keys);
        Map<Architecture, Fact> inside = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Architecture architecture = run.space().parse(keys.get(i));
            Network network = run.space().network(architecture);
            if (run.limits().allow(network)) {
                inside.put(architecture, new Fact(values[i], Cost.of(network)));
            }
        }
        return new TrueValues(inside);
    }

    double best() {
        return facts.values().stream().mapToDouble(Fact::truth).max().orElseThrow();
    }

    /** All of them. */
    List<Pick> picks() {
        return facts.values().stream().map(this::pick).toList();
    }

    /** Those that have the most of something, which may be many. */
    List<Pick> most(ToLongFunction<Cost> of) {
        long most = facts.values().stream()
                .mapToLong(fact -> of.applyAsLong(fact.cost))
                .max()
                .orElseThrow();
        return facts.values().stream()
                .filter(fact -> of.applyAsLong(fact.cost) == most)
                .map(this::pick)
                .toList();
    }

    /** One that is inside the limits. */
    Pick pick(Architecture architecture) {
        return pick(Objects.requireNonNull(facts.get(architecture), "inside the limits, of a whole space"));
    }

    private Pick pick(Fact fact) {
        long better = facts.values().stream()
                .filter(other -> other.truth > fact.truth)
                .count();
        return new Pick(fact.truth, 1 + (int) better);
    }
}
