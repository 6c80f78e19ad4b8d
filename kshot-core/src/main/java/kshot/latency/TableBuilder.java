package kshot.latency;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
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
import kshot.space.Architecture;
import kshot.space.SearchSpace;

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
    /** The networks that are timed, by their names, in the order of measuring. */
    private final Map<String, Network> networks;
    /** The names of those of them that are whole. */
    private final List<String> whole;

    /** Finds the groups of a space. It always finds the same ones. */
    public TableBuilder(SearchSpace space) {
        this.groups = find(space);
        this.networks = new LinkedHashMap<>(Map.of(frame(SINGLE), LayerGroup.frame(SINGLE)));
        groups.values().stream()
                .flatMap(TableBuilder::ends)
                .forEach(shape -> networks.computeIfAbsent(frame(shape), name -> LayerGroup.frame(shape)));
        groups.forEach((signature, group) -> networks.put(probe(signature), group.probe()));
        RandomGenerator random = new Seed(0).generator("latency calibration");
        Map<String, Network> calibration = new LinkedHashMap<>();
        for (int draw = 0; draw < CALIBRATION_TRIES && calibration.size() < CALIBRATION; draw++) {
            Architecture architecture = space.sample(random);
            Network network = space.network(architecture);
            if (network.isConnected()) {
                calibration.put("network " + space.format(architecture), network);
            }
        }
        this.whole = List.copyOf(calibration.keySet());
        networks.putAll(calibration);
    }

    private static Stream<FeatureShape> ends(LayerGroup group) {
        return Stream.concat(group.inputs().values().stream(), group.output().stream());
    }

    private static String frame(FeatureShape shape) {
        return "frame " + shape;
    }

    private static String probe(String signature) {
        return "layers " + signature;
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
        return ROUNDS * networks.size();
    }

    /** Returns the networks from whose times the table is made, by names that say what they are. */
    public Map<String, Network> networks() {
        return Collections.unmodifiableMap(networks);
    }

    /**
     * Measures the table on this machine.
     *
     * @param timer the function that measures a network: the nanoseconds of the fastest of a few runs
     * @param listener a listener that is told the number of measurements after each
     */
    public LatencyTable build(ToLongFunction<Network> timer, IntConsumer listener) {
        Map<String, Long> fastest = new HashMap<>();
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Network> network : networks.entrySet()) {
                fastest.merge(network.getKey(), timer.applyAsLong(network.getValue()), Math::min);
                listener.accept(++done);
            }
        }
        return table(fastest);
    }

    /**
     * Returns the table that follows from times, wherever they were measured.
     *
     * @param nanoseconds the time of each of the {@link #networks()}, by its name
     */
    public LatencyTable table(Map<String, Long> nanoseconds) {
        long session = time(nanoseconds, frame(SINGLE));
        Map<String, Long> alone = new HashMap<>();
        groups.forEach((signature, group) -> {
            double ends = ends(group)
                    .mapToLong(shape -> time(nanoseconds, frame(shape)) - session)
                    .sum();
            long layers = time(nanoseconds, probe(signature)) - session - Math.round(ends / 2);
            alone.put(signature, Math.max(0, layers));
        });
        double factor = factor(new LatencyTable(0, alone), session, nanoseconds);
        alone.replaceAll((signature, time) -> Math.round(factor * time));
        return new LatencyTable(session, alone);
    }

    private static long time(Map<String, Long> nanoseconds, String name) {
        Long time = nanoseconds.get(name);
        if (time == null) {
            throw new IllegalArgumentException("no time of " + name);
        }
        return time;
    }

    /**
     * Returns the median of the times of the whole networks relative to the sums of their layers; 1 if there is no such
     * ratio.
     */
    private double factor(LatencyTable alone, long session, Map<String, Long> nanoseconds) {
        List<Double> factors = new ArrayList<>();
        for (String name : whole) {
            long layers = alone.nanoseconds(Objects.requireNonNull(networks.get(name)))
                    .orElse(0);
            long took = time(nanoseconds, name) - session;
            if (layers > 0 && took > 0) {
                factors.add((double) took / layers);
            }
        }
        return factors.isEmpty() ? 1 : factors.stream().sorted().toList().get(factors.size() / 2);
    }
}
