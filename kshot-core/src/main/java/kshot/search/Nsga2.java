package kshot.search;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.Limits;
import kshot.space.SearchSpace;

/**
 * NSGA-II (Deb et al. 2002, doi:10.1109/4235.996017) over error and FLOPs under hard limits, as the paper searches: the
 * first generation is drawn inside the limits; then the architectures of the population with the best scores have
 * children by crossover and mutation, and the fronts of old and new, the loneliest of the last one, are the next
 * population. A child outside the limits is never evaluated, and no architecture twice.
 *
 * <p>All randomness is a function of seed and generation. A search that was cut off takes the same way again: with
 * an evaluator that remembers, see {@link RememberingEvaluator}, it soon comes to where it was.
 */
public final class Nsga2 extends Search {
    /**
     * Makes a search.
     *
     * @param evaluator gives at least the score that the settings name
     * @throws kshot.common.InvalidInputException if no architecture is inside the limits
     */
    public Nsga2(SearchSpace space, Limits limits, SearchSettings settings, Seed seed, Evaluator evaluator) {
        super(space, limits, settings, seed, evaluator);
    }

    @Override
    public SearchResult run(Listener listener) {
        Archive archive = archive(listener);
        List<Architecture> generation = draw(archive, settings.population(), generator(0));
        List<Evaluation> population = List.of();
        for (int g = 1; !generation.isEmpty(); g++) {
            population = survivors(population, archive.evaluate(generation));
            generation = g < settings.generations() ? children(archive, parents(population), generator(g)) : List.of();
        }
        return SearchResult.of(archive.generations(), settings.decidingScore());
    }

    private RandomGenerator generator(int generation) {
        return seed.generator("search", generation);
    }

    private List<Evaluation> parents(List<Evaluation> population) {
        return population.stream()
                .sorted(SearchResult.bestFirst(settings.decidingScore()))
                .limit(settings.parents())
                .toList();
    }

    /** Children; where crossover and mutation lead to nothing new any more, random architectures fill the rest. */
    private List<Architecture> children(Archive archive, List<Evaluation> parents, RandomGenerator random) {
        int count = settings.population();
        List<Architecture> children = archive.meet(count, () -> child(parents, random), sampler::allows);
        List<Architecture> others = draw(archive, count - children.size(), random);
        return Stream.concat(children.stream(), others.stream()).toList();
    }

    private Architecture child(List<Evaluation> parents, RandomGenerator random) {
        Architecture child = anyOf(parents, random);
        if (random.nextDouble() < settings.crossoverRate()) {
            child = crossover(child, anyOf(parents, random), random);
        }
        return mutate(child, random);
    }

    private static Architecture anyOf(List<Evaluation> parents, RandomGenerator random) {
        return parents.get(random.nextInt(parents.size())).architecture();
    }

    /** Uniform crossover: each decision from either parent. */
    private static Architecture crossover(Architecture a, Architecture b, RandomGenerator random) {
        return Architecture.of(IntStream.range(0, a.size())
                .map(decision -> (random.nextBoolean() ? a : b).choice(decision))
                .toArray());
    }

    private Architecture mutate(Architecture architecture, RandomGenerator random) {
        List<Decision> decisions = space.decisions();
        return Architecture.of(IntStream.range(0, decisions.size())
                .map(decision -> random.nextDouble() < settings.mutationRate()
                        ? random.nextInt(decisions.get(decision).size())
                        : architecture.choice(decision))
                .toArray());
    }

    /** The first fronts of old and new; of the front that does not fit whole, the loneliest. */
    private List<Evaluation> survivors(List<Evaluation> old, List<Evaluation> fresh) {
        List<Evaluation> all = Stream.concat(old.stream(), fresh.stream()).toList();
        double[] errors = ParetoFront.errors(all, settings.decidingScore());
        double[] flops = ParetoFront.flops(all);
        int[] ranks = NonDominatedSorting.ranks(errors, flops);
        double[] crowding = CrowdingDistance.of(errors, flops, ranks);
        return IntStream.range(0, all.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> ranks[i]).thenComparingDouble(i -> -crowding[i]))
                .limit(settings.population())
                .map(all::get)
                .toList();
    }
}
