package kshot.latency;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.search.Enumeration;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;

/**
 * A builder of latency tables, which has each layer group of a space measured once and alone.
 *
 * <ol>
 *   <li>The groups are found from all networks of a small space. In a larger space they are found from random networks,
 *       until {@value #QUIET_DRAWS} networks in a row contain no new group.
 *   <li>The probe of each group, the frame of each shape (a probe without layers) and {@value #CALIBRATION} whole
 *       networks are timed in turn, {@value #ROUNDS} times over. The fastest time of each counts, because other work of
 *       the machine can only add to it.
 *   <li>The time of a group is the time of its probe minus that of its frames; each end of the probe is one half of a
 *       frame. In a network a group takes a little longer, because its weights are no longer in the nearest cache. This
 *       is corrected by one factor for all groups: the median of the factors that the whole networks need.
 * </ol>
 */
public final class TableBuilder {
    /** The number of whole networks from which the factor is computed. */
    static final int CALIBRATION = 11;

    /** The number of times that everything is measured. */
    static final int ROUNDS = 5;

    /** The largest size of a space of which all architectures are looked at. */
    private static final BigInteger LISTED = BigInteger.valueOf(20_000);

    private static final int QUIET_DRAWS = 1000;

    /** The most draws of random networks: a bound for spaces with more groups than could ever be measured. */
    private static final int MOST_DRAWS = 20_000;

    private static final int CALIBRATION_TRIES = 1000;

    private static final FeatureShape SINGLE = new FeatureShape(1, 1, 1);

    private final Map<String, LayerGroup> groups;
    private final Map<FeatureShape, Network> frames;
    private final Map<String, Network> probes;
    private final List<Network> whole;

    /** Finds the groups of a space. It always finds the same ones. */
    public TableBuilder(SearchSpace space) {
        this.groups = find(space);
        this.frames = new LinkedHashMap<>(Map.of(SINGLE, LayerGroup.frame(SINGLE)));
        this.probes = new LinkedHashMap<>();
        groups.forEach((signature, group) -> {
            Stream.concat(group.inputs().values().stream(), group.output().stream())
                    .forEach(shape -> frames.computeIfAbsent(shape, LayerGroup::frame));
            probes.put(signature, group.probe());
        });
        RandomGenerator random = new Seed(0).generator("latency calibration");
        this.whole = Stream.generate(() -> space.network(space.sample(random)))
                .limit(CALIBRATION_TRIES)
                .filter(Network::isConnected)
                .limit(CALIBRATION)
                .toList();
    }

    private static Map<String, LayerGroup> find(SearchSpace space) {
        if (space.size().compareTo(LISTED) <= 0) {
            Map<String, LayerGroup> groups = new LinkedHashMap<>();
            Enumeration.of(space).map(space::network).forEach(network -> add(network, groups));
            return groups;
        }
        RandomGenerator random = new Seed(0).generator("layer groups");
        Map<String, LayerGroup> groups = new LinkedHashMap<>();
        int quiet = 0;
        for (int draw = 0; draw < MOST_DRAWS && quiet < QUIET_DRAWS; draw++) {
            int before = groups.size();
            add(space.network(space.sample(random)), groups);
            quiet = groups.size() > before ? 0 : quiet + 1;
        }
        return groups;
    }

    private static void add(Network network, Map<String, LayerGroup> groups) {
        if (network.isConnected()) {
            LayerGroup.of(network).forEach(group -> groups.putIfAbsent(group.signature(), group));
        }
    }

    /** Returns whether a table has the time of every group. */
    public boolean isComplete(LatencyTable table) {
        return table.groups().keySet().containsAll(groups.keySet());
    }

    /** Returns the number of measurements that {@link #build} will make. */
    public int measurements() {
        return ROUNDS * networks().size();
    }

    private List<Network> networks() {
        return Stream.of(frames.values(), probes.values(), whole)
                .flatMap(Collection::stream)
                .toList();
    }

    /**
     * Measures the table.
     *
     * @param timer the function that measures a network: the nanoseconds of the fastest of a few runs
     * @param listener a listener that is told the number of measurements after each
     */
    public LatencyTable build(ToLongFunction<Network> timer, IntConsumer listener) {
        Map<Network, Long> fastest = new HashMap<>();
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Network network : networks()) {
                fastest.merge(network, timer.applyAsLong(network), Math::min);
                listener.accept(++done);
            }
        }
        long session = time(fastest, frames.get(SINGLE));
        Map<String, Long> alone = new HashMap<>();
        groups.forEach((signature, group) -> {
            double ends = Stream.concat(group.inputs().values().stream(), group.output().stream())
                    .mapToLong(shape -> time(fastest, frames.get(shape)) - session)
                    .sum();
            long layers = time(fastest, probes.get(signature)) - session - Math.round(ends / 2);
            alone.put(signature, Math.max(0, layers));
        });
        double factor = factor(new LatencyTable(0, alone), session, fastest);
        alone.replaceAll((signature, time) -> Math.round(factor * time));
        return new LatencyTable(session, alone);
    }

    private static long time(Map<Network, Long> fastest, @Nullable Network network) {
        return Objects.requireNonNull(fastest.get(Objects.requireNonNull(network)));
    }

    /**
     * Returns the median of the times of the whole networks relative to the sums of their layers; 1 if there is no such
     * ratio.
     */
    private double factor(LatencyTable alone, long session, Map<Network, Long> fastest) {
        List<Double> factors = new ArrayList<>();
        for (Network network : whole) {
            long layers = alone.nanoseconds(network).orElse(0);
            long took = time(fastest, network) - session;
            if (layers > 0 && took > 0) {
                factors.add((double) took / layers);
            }
        }
        return factors.isEmpty() ? 1 : factors.stream().sorted().toList().get(factors.size() / 2);
    }
}
