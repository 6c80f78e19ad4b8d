package kshot.search;

import kshot.common.InvalidInputException;
import kshot.common.Range;

/**
 * The settings of a search. The number of architectures it evaluates is population × generations.
 *
 * @param population architectures of a generation, at least 1
 * @param generations at least 1; the first is random
 * @param parents number of architectures with the best scores that have children, 1 to population
 * @param mutationRate probability, for each decision of a child, to be drawn anew, in [0, 1]
 * @param crossoverRate probability of a child to have two parents rather than one, in [0, 1]
 * @param score name of the score that makes an architecture better
 * @param mergeEquivalent whether architectures that {@link kshot.space.SearchSpace#canonical} calls the same are evaluated
 *     once
 */
public record SearchSettings(
        int population,
        int generations,
        int parents,
        double mutationRate,
        double crossoverRate,
        String score,
        boolean mergeEquivalent) {
    public SearchSettings {
        Range.atLeast(1).require("search.population", population);
        Range.atLeast(1).require("search.generations", generations);
        InvalidInputException.require(
                parents >= 1 && parents <= population,
                "search.parents",
                parents,
                "from 1 to search.population, " + population);
        Range.atLeast(0).atMost(1).require("search.mutation_rate", mutationRate);
        Range.atLeast(0).atMost(1).require("search.crossover_rate", crossoverRate);
    }

    /**
     * The paper's: population 50, 20 generations, 20 parents, by accuracy. The paper does not state its rates; a mutation
     * rate of 0.1 and as many children of two parents as of one are this project's.
     */
    public static SearchSettings paper() {
        return new SearchSettings(50, 20, 20, 0.1, 0.5, "accuracy", false);
    }

    /** The same with another size. */
    public SearchSettings withSize(int newPopulation, int newGenerations, int newParents) {
        return new SearchSettings(
                newPopulation, newGenerations, newParents, mutationRate, crossoverRate, score, mergeEquivalent);
    }

    /** The same with another score. */
    public SearchSettings withScore(String newScore) {
        return new SearchSettings(
                population, generations, parents, mutationRate, crossoverRate, newScore, mergeEquivalent);
    }

    /** The same with or without the merging of equivalent architectures. */
    public SearchSettings withMergeEquivalent(boolean merge) {
        return new SearchSettings(population, generations, parents, mutationRate, crossoverRate, score, merge);
    }
}
