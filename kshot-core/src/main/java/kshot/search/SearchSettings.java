package kshot.search;

import kshot.common.InvalidInputException;

/**
 * How a search goes. The number of architectures it evaluates is population × generations.
 *
 * @param population architectures of a generation, at least 1
 * @param generations at least 1; the first is random
 * @param parents number of architectures with the best scores that have children, 1 to population
 * @param mutationRate probability, for each decision of a child, to be drawn anew, in [0, 1]
 * @param crossoverRate probability of a child to have two parents rather than one, in [0, 1]
 * @param score what makes an architecture better
 * @param mergeEquivalent whether architectures that {@link kshot.space.SearchSpace#canonical} calls the same are evaluated
 *     once
 */
public record SearchSettings(
        int population,
        int generations,
        int parents,
        double mutationRate,
        double crossoverRate,
        Score score,
        boolean mergeEquivalent) {
    public SearchSettings {
        InvalidInputException.require(population >= 1, "population of the search", population, "at least 1");
        InvalidInputException.require(generations >= 1, "generations of the search", generations, "at least 1");
        InvalidInputException.require(
                parents >= 1 && parents <= population, "parents of the search", parents, "1 to the population");
        InvalidInputException.require(
                mutationRate >= 0 && mutationRate <= 1, "mutation rate of the search", mutationRate, "0 to 1");
        InvalidInputException.require(
                crossoverRate >= 0 && crossoverRate <= 1, "crossover rate of the search", crossoverRate, "0 to 1");
    }

    /**
     * The paper's: population 50, 20 generations, 20 parents, by accuracy. The paper does not state its rates; a mutation
     * rate of 0.1 and as many children of two parents as of one are this project's.
     */
    public static SearchSettings paper() {
        return new SearchSettings(50, 20, 20, 0.1, 0.5, Score.ACCURACY, false);
    }

    /** The same with another size. */
    public SearchSettings withSize(int newPopulation, int newGenerations, int newParents) {
        return new SearchSettings(
                newPopulation, newGenerations, newParents, mutationRate, crossoverRate, score, mergeEquivalent);
    }

    /** The same with another score. */
    public SearchSettings withScore(Score newScore) {
        return new SearchSettings(
                population, generations, parents, mutationRate, crossoverRate, newScore, mergeEquivalent);
    }

    /** The same with or without the merging of equivalent architectures. */
    public SearchSettings withMergeEquivalent(boolean merge) {
        return new SearchSettings(population, generations, parents, mutationRate, crossoverRate, score, merge);
    }
}
