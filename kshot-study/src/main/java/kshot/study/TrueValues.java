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
import kshot.space.Limits;

/**
 * The true values and the costs of all architectures inside the limits of a study.
 *
 * @param inside what is known of each
 */
record TrueValues(Map<Architecture, Value> inside) {

    /**
     * The true value and the cost of an architecture.
     *
     * @param truth its value in the table
     * @param cost of its network
     */
    record Value(double truth, Cost cost) {}

    /**
     * Returns the values of what the limits of a run allow; those of the other runs of a study are the same.
     *
     * @param truth of the whole space; see {@link Benchmark#requireWhole}
     * @throws InvalidInputException if time is limited: each run measures it anew, so no two have the same limits
     */
    static TrueValues of(Run run, Benchmark truth) {
        return of(run, truth, run.context().limits());
    }

    /** Returns the values of what other limits than those of a run allow. */
    static TrueValues of(Run run, Benchmark truth, Limits limits) {
        Double maxLatencyMs = run.context().settings().limits().maxLatencyMs();
        InvalidInputException.require(
                maxLatencyMs == null,
                "limits.max_latency_ms",
                maxLatencyMs,
                "none in a study of searches: each training measures times of its own");
        Map<Architecture, Value> inside = new LinkedHashMap<>();
        truth.wholeTable().forEach((architecture, value) -> {
            Network network = run.context().space().network(architecture);
            if (limits.allow(network)) {
                inside.put(architecture, new Value(value, Cost.of(network)));
            }
        });
        return new TrueValues(inside);
    }

    /** Returns the best true value. */
    double best() {
        return inside.values().stream().mapToDouble(Value::truth).max().orElseThrow();
    }

    /** Returns all architectures as picks. */
    List<Pick> picks() {
        return inside.values().stream().map(this::pick).toList();
    }

    /** Returns the architectures that have the most of something, which may be many. */
    List<Pick> most(ToLongFunction<Cost> of) {
        long most = inside.values().stream()
                .mapToLong(value -> of.applyAsLong(value.cost))
                .max()
                .orElseThrow();
        return inside.values().stream()
                .filter(value -> of.applyAsLong(value.cost) == most)
                .map(this::pick)
                .toList();
    }

    /** Returns an architecture inside the limits as a pick. */
    Pick pick(Architecture architecture) {
        return pick(Objects.requireNonNull(inside.get(architecture), "inside the limits, of a whole space"));
    }

    private Pick pick(Value value) {
        long better = inside.values().stream()
                .filter(other -> other.truth > value.truth)
                .count();
        return new Pick(value.truth, 1 + (int) better);
    }
}
