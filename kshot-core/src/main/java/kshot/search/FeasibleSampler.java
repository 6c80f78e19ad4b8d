package kshot.search;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.Limit;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * Draws architectures inside hard limits, in bounded time.
 *
 * <p>The smallest architecture is found by coordinate descent: decision by decision the cheapest option given all
 * others, until nothing changes. That is the true minimum wherever the cheapest option of a decision does not depend on
 * the others, which holds for FLOPs and parameters in every shipped space. Where it is outside the limits, all of up to
 * 100,000 architectures are looked at, and more random descents are made in a larger space. A limit that none of these
 * meets is refused.
 */
public final class FeasibleSampler {
    /** Up to this many architectures all of them are looked at. */
    private static final BigInteger ENUMERABLE = BigInteger.valueOf(100_000);

    /** Uniform draws that are tried before the random walk. */
    private static final int REJECTIONS = 100;

    /** Steps of the random walk for each decision: enough for every decision to be redrawn many times. */
    private static final int STEPS_PER_DECISION = 10;

    /** Random starts of climbs and descents in larger spaces. */
    private static final int CLIMBS = 8;

    private final SearchSpace space;
    private final Limits limits;
    private final Architecture smallest;

    /**
     * A sampler of a space inside limits.
     *
     * @throws InvalidInputException naming the smallest reachable value if no architecture is inside
     */
    public FeasibleSampler(SearchSpace space, Limits limits) {
        this.space = space;
        this.limits = limits;
        this.smallest = findSmallest();
    }

    /**
     * Refuses limits that no architecture is inside of.
     *
     * @throws InvalidInputException naming the smallest reachable value
     */
    public static void requireReachable(SearchSpace space, Limits limits) {
        new FeasibleSampler(space, limits).findSmallest();
    }

    /** A small architecture inside the limits. */
    public Architecture smallest() {
        return smallest;
    }

    /** Whether an architecture is inside the limits. */
    public boolean allows(Architecture architecture) {
        return limits.allow(space.network(architecture));
    }

    /**
     * An architecture inside the limits. Uniform draws come first, so that the result is uniform over the architectures
     * inside; where the limits are so tight that {@value #REJECTIONS} draws are all outside, it is the end of a random walk
     * from the smallest architecture, by changes of one decision that stay inside, which reaches beyond what rejection can
     * but is not uniform.
     */
    public Architecture sample(RandomGenerator random) {
        return Stream.generate(() -> space.sample(random))
                .limit(REJECTIONS)
                .filter(this::allows)
                .findFirst()
                .orElseGet(() -> walk(random));
    }

    private Architecture walk(RandomGenerator random) {
        List<Decision> decisions = space.decisions();
        Architecture here = smallest;
        for (int step = 0; step < STEPS_PER_DECISION * decisions.size(); step++) {
            int decision = random.nextInt(decisions.size());
            Architecture next =
                    here.with(decision, random.nextInt(decisions.get(decision).size()));
            here = allows(next) ? next : here;
        }
        return here;
    }

    /** The architecture with the most FLOPs inside the limits: what one picks who looks at FLOPs alone. */
    public Architecture largest(RandomGenerator random) {
        return largest(random, Cost::flops);
    }

    /**
     * The architecture that costs most inside the limits. Exact in spaces of up to 100,000 architectures, otherwise the
     * best of several hill climbs.
     *
     * @param measure what is to be large, at least 0
     */
    public Architecture largest(RandomGenerator random, ToDoubleFunction<Cost> measure) {
        ToDoubleFunction<Network> inside =
                network -> limits.allow(network) ? measure.applyAsDouble(Cost.of(network)) : -1;
        Stream<Architecture> candidates = isEnumerable()
                ? Enumeration.of(space).parallel()
                : IntStream.range(0, CLIMBS).mapToObj(climb -> climb(sample(random), random, inside));
        return candidates
                .map(architecture -> new Candidate(architecture, inside.applyAsDouble(space.network(architecture))))
                .max(Comparator.comparingDouble(Candidate::value))
                .orElseThrow()
                .architecture();
    }

    private boolean isEnumerable() {
        return space.size().compareTo(ENUMERABLE) <= 0;
    }

    private record Candidate(Architecture architecture, double value) {}

    private Architecture climb(Architecture start, RandomGenerator random, ToDoubleFunction<Network> measure) {
        List<Integer> order = new ArrayList<>(order());
        Collections.shuffle(order, new Random(random.nextLong()));
        return descend(start, order, network -> -measure.applyAsDouble(network));
    }

    private List<Integer> order() {
        return IntStream.range(0, space.decisions().size()).boxed().toList();
    }

    /** Coordinate descent; each pass lowers the objective, and there are finitely many architectures, so it ends. */
    private Architecture descend(Architecture start, List<Integer> order, ToDoubleFunction<Network> objective) {
        Architecture best = start;
        double bestValue = objective.applyAsDouble(space.network(start));
        boolean improved = true;
        while (improved) {
            improved = false;
            for (int decision : order) {
                for (int option = 0; option < space.decisions().get(decision).size(); option++) {
                    Architecture next = best.with(decision, option);
                    double value = objective.applyAsDouble(space.network(next));
                    if (value < bestValue) {
                        best = next;
                        bestValue = value;
                        improved = true;
                    }
                }
            }
        }
        return best;
    }

    private Architecture findSmallest() {
        List<Architecture> least = limits.all().stream()
                .map(limit -> descend(first(), order(), limit.cost()::applyAsLong))
                .toList();
        Stream<Architecture> quick = Stream.concat(
                least.stream(), Stream.of(least.get(0)).map(start -> descend(start, order(), this::load)));
        // Only looked for where the quick ones are outside.
        Stream<Architecture> thorough = Stream.concat(
                limits.all().stream().map(limit -> least(limit.cost()::applyAsLong)),
                Stream.generate(() -> least(this::load)).limit(1));
        return Stream.concat(quick, thorough).filter(this::allows).findFirst().orElseThrow(this::impossible);
    }

    private Architecture first() {
        return Architecture.of(new int[space.decisions().size()]);
    }

    /** The part of a limit that a network takes, of the limit of which it takes most. */
    private double load(Network network) {
        return limits.all().stream()
                .mapToDouble(limit -> (double) limit.cost().applyAsLong(network) / limit.most())
                .max()
                .orElseThrow();
    }

    /** The architecture that costs least: of all in a space that can be listed, otherwise the best of several descents. */
    private Architecture least(ToDoubleFunction<Network> cost) {
        RandomGenerator random = new Seed(0).generator("smallest");
        Stream<Architecture> candidates = isEnumerable()
                ? Enumeration.of(space).parallel()
                : Stream.concat(
                                Stream.of(first()),
                                Stream.generate(() -> space.sample(random)).limit(CLIMBS))
                        .map(start -> descend(start, order(), cost));
        return candidates
                .map(architecture -> new Candidate(architecture, cost.applyAsDouble(space.network(architecture))))
                .min(Comparator.comparingDouble(Candidate::value))
                .orElseThrow()
                .architecture();
    }

    private InvalidInputException impossible() {
        List<Limit> set = limits.all().stream().filter(Limit::isSet).toList();
        List<Network> least = set.stream()
                .map(limit -> space.network(least(limit.cost()::applyAsLong)))
                .toList();
        for (int i = 0; i < set.size(); i++) {
            Limit limit = set.get(i);
            if (!limit.allows(least.get(i))) {
                return InvalidInputException.of(
                        limit.name(),
                        limit.text(limit.most()),
                        "at least " + limit.text(limit.cost().applyAsLong(least.get(i))) + ", the smallest in "
                                + space.name());
            }
        }
        return InvalidInputException.of(
                joined(set, " and ", Limit::name),
                joined(set, " together with ", limit -> limit.text(limit.most())),
                "what " + space.name() + " reaches, for example "
                        + joined(least, ", or ", network -> joined(set, " with ", limit -> amount(limit, network))));
    }

    private static String amount(Limit limit, Network network) {
        return limit.text(limit.cost().applyAsLong(network)) + " " + limit.unit();
    }

    private static <T> String joined(List<T> things, String separator, Function<T, String> text) {
        return things.stream().map(text).collect(Collectors.joining(separator));
    }
}
