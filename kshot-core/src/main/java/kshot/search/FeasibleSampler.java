package kshot.search;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * Draws architectures inside hard limits, in bounded time.
 *
 * <p>The smallest architecture is found by coordinate descent: decision by decision the cheapest option given all
 * others, until nothing changes. That is the true minimum wherever the cheapest option of a decision does not depend on
 * the others, which holds for every shipped space. A limit that it does not meet is refused.
 */
public final class FeasibleSampler {
    /** Up to this many architectures {@link #largest} looks at all of them. */
    private static final BigInteger ENUMERABLE = BigInteger.valueOf(100_000);

    /** Uniform draws that are tried before the random walk. */
    private static final int REJECTIONS = 100;

    /** Steps of the random walk for each decision: enough for every decision to be redrawn many times. */
    private static final int STEPS_PER_DECISION = 10;

    /** Random starts of the hill climbing of {@link #largest}. */
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
        return limits.allow(cost(architecture));
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
        ToDoubleFunction<Cost> inside = cost -> limits.allow(cost) ? measure.applyAsDouble(cost) : -1;
        Stream<Architecture> candidates = space.size().compareTo(ENUMERABLE) <= 0
                ? Enumeration.of(space).parallel()
                : IntStream.range(0, CLIMBS).mapToObj(climb -> climb(sample(random), random, inside));
        return candidates
                .map(architecture -> new Candidate(architecture, inside.applyAsDouble(cost(architecture))))
                .max(Comparator.comparingDouble(Candidate::value))
                .orElseThrow()
                .architecture();
    }

    private record Candidate(Architecture architecture, double value) {}

    private Architecture climb(Architecture start, RandomGenerator random, ToDoubleFunction<Cost> measure) {
        List<Integer> order = new ArrayList<>(order());
        Collections.shuffle(order, new Random(random.nextLong()));
        return descend(start, order, cost -> -measure.applyAsDouble(cost));
    }

    private List<Integer> order() {
        return IntStream.range(0, space.decisions().size()).boxed().toList();
    }

    /** Coordinate descent; each pass lowers the objective, and there are finitely many architectures, so it ends. */
    private Architecture descend(Architecture start, List<Integer> order, ToDoubleFunction<Cost> objective) {
        Architecture best = start;
        double bestValue = objective.applyAsDouble(cost(start));
        boolean improved = true;
        while (improved) {
            improved = false;
            for (int decision : order) {
                for (int option = 0; option < space.decisions().get(decision).size(); option++) {
                    Architecture next = best.with(decision, option);
                    double value = objective.applyAsDouble(cost(next));
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
        Architecture first = Architecture.of(new int[space.decisions().size()]);
        Architecture fewestFlops = descend(first, order(), Cost::flops);
        Architecture fewestParameters = descend(first, order(), Cost::parameters);
        Architecture balanced = descend(
                fewestFlops,
                order(),
                cost -> Math.max(
                        (double) cost.flops() / limits.maxFlops(),
                        (double) cost.parameters() / limits.maxParameters()));
        Optional<Architecture> inside = Stream.of(fewestFlops, fewestParameters, balanced)
                .filter(this::allows)
                .findFirst();
        return inside.orElseThrow(() -> impossible(cost(fewestFlops), cost(fewestParameters)));
    }

    private InvalidInputException impossible(Cost fewestFlops, Cost fewestParameters) {
        if (fewestFlops.flops() > limits.maxFlops()) {
            return InvalidInputException.of(
                    "limits.max_flops",
                    limits.maxFlops(),
                    "at least " + fewestFlops.flops() + ", the fewest in " + space.name());
        }
        if (fewestParameters.parameters() > limits.maxParameters()) {
            return InvalidInputException.of(
                    "limits.max_params",
                    limits.maxParameters(),
                    "at least " + fewestParameters.parameters() + ", the fewest in " + space.name());
        }
        return InvalidInputException.of(
                "limits.max_flops and limits.max_params",
                limits.maxFlops() + " together with " + limits.maxParameters(),
                "what " + space.name() + " reaches, for example " + fewestFlops.flops() + " FLOPs with "
                        + fewestFlops.parameters() + " parameters, or " + fewestParameters.flops() + " FLOPs with "
                        + fewestParameters.parameters() + " parameters");
    }

    private Cost cost(Architecture architecture) {
        return Cost.of(space.network(architecture));
    }
}
