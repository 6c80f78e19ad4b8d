package kshot.search;

import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.Preset;
import kshot.common.Range;
import kshot.search.model.Aggregate;
import kshot.space.shipped.Spaces;

/**
 * The size and the rates of a search. The number of architectures that it evaluates is population × generations. A method
 * {@code withX} returns a copy with another X.
 *
 * @param population architectures of a generation, at least 1
 * @param generations number of generations, at least 1; the first is random
 * @param parents number of architectures with the best scores that have children, 1 to population
 * @param mutationRate probability, for each decision of a child, to be drawn anew, in [0, 1]
 * @param crossoverRate probability of a child to have two parents rather than one, in [0, 1]
 * @param score names of the scores that make an architecture better, at least one; of several their
 *     {@linkplain Aggregate aggregate}
 * @param mergeEquivalent whether architectures that {@link kshot.space.SearchSpace#canonical} calls the same are evaluated
 *     once
 */
public record SearchSettings(
        int population,
        int generations,
        int parents,
        double mutationRate,
        double crossoverRate,
        List<String> score,
        boolean mergeEquivalent) {
    /** Scores whose aggregate ranks better than any of them on benchmarks: docs/results/predictors.md. */
    private static final List<String> TOGETHER = List.of(
            Scores.LIVE_FLOPS,
            Scores.KERNEL_EXTENT,
            Scores.SHORTEST_PATH,
            Scores.LOG_WIDTHS,
            Scores.JACOBIAN_COVARIANCE,
            Scores.LOG_LIKELIHOOD);

    public SearchSettings {
        Range.atLeast(1).require("population", population);
        Range.atLeast(1).require("generations", generations);
        InvalidInputException.require(
                parents >= 1 && parents <= population, "parents", parents, "from 1 to %s, " + population, "population");
        Range.atLeast(0).atMost(1).require("mutationRate", mutationRate);
        Range.atLeast(0).atMost(1).require("crossoverRate", crossoverRate);
        score = List.copyOf(score);
        InvalidInputException.require(
                !score.isEmpty() && score.stream().distinct().count() == score.size(),
                "score",
                score,
                "at least one name, each once");
    }

    /**
     * Returns the settings of a preset for one search space. Where supernets of minutes add little or nothing to the other scores
     * (docs/results/predictors.md), {@link Preset#QUICK} does without them, and evaluates 1,000 architectures: in the default space by
     * what can be counted, in NAS-Bench-201 by untrained networks, too.
     *
     * @param space name of the space
     */
    public static SearchSettings of(Preset preset, String space) {
        return switch (preset) {
            case SMOKE -> smoke();
            case QUICK ->
                switch (space) {
                    case Spaces.DEFAULT ->
                        standard().withScore(Scores.LIVE_FLOPS, Scores.PARAMETERS, Scores.KERNEL_EXTENT);
                    case Spaces.NAS_BENCH_201 ->
                        standard()
                                .withScore(
                                        Scores.LIVE_FLOPS,
                                        Scores.KERNEL_EXTENT,
                                        Scores.SHORTEST_PATH,
                                        Scores.JACOBIAN_COVARIANCE);
                    default -> quick();
                };
            case STANDARD -> standard();
            case PAPER -> paper();
        };
    }

    /**
     * Returns the settings of {@link Preset#SMOKE}: 12 architectures. The score is the log-likelihood alone, which needs no
     * reference population.
     */
    public static SearchSettings smoke() {
        return quick().withSize(6, 2, 3).withScore(Scores.LOG_LIKELIHOOD);
    }

    /**
     * Returns the settings of {@link Preset#QUICK}: 120 architectures, by the aggregate of supernets, untrained networks and what
     * can be counted. That of the supernets is the log-likelihood, which ranks better than the accuracy where training is short.
     */
    public static SearchSettings quick() {
        return new SearchSettings(20, 6, 10, 0.1, 0.5, TOGETHER, true);
    }

    /** Returns the settings of {@link Preset#STANDARD}: those of {@link #quick}, with 1,000 architectures as in the paper. */
    public static SearchSettings standard() {
        return quick().withSize(50, 20, 20);
    }

    /**
     * Returns the settings of {@link Preset#PAPER}: 1,000 architectures, by accuracy. The paper does not state its rates; a
     * mutation rate of 0.1 and as many children of two parents as of one are this project's.
     */
    public static SearchSettings paper() {
        return standard().withScore(Scores.ACCURACY).withMergeEquivalent(false);
    }

    /** Returns a copy with other numbers of architectures, generations and parents. */
    public SearchSettings withSize(int population, int generations, int parents) {
        return new SearchSettings(
                population, generations, parents, mutationRate, crossoverRate, score, mergeEquivalent);
    }

    /** Returns a copy with the names of other scores. */
    public SearchSettings withScore(String... score) {
        return new SearchSettings(
                population, generations, parents, mutationRate, crossoverRate, List.of(score), mergeEquivalent);
    }

    /** Returns the name of the score that decides: the only one, or {@link Scores#AGGREGATE} where there are several. */
    public String decidingScore() {
        return decidingScore(score);
    }

    /** Returns the name of the score that decides among architectures by some scores. */
    public static String decidingScore(List<String> scores) {
        return scores.size() == 1 ? scores.get(0) : Scores.AGGREGATE;
    }

    public SearchSettings withMergeEquivalent(boolean mergeEquivalent) {
        return new SearchSettings(
                population, generations, parents, mutationRate, crossoverRate, score, mergeEquivalent);
    }
}
