package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moeaframework.core.Solution;
import org.moeaframework.core.attribute.Rank;
import org.moeaframework.core.population.FastNondominatedSorting;
import org.moeaframework.core.population.Population;

class NonDominatedSortingTest {

    /** Points (r + t, r + 1 − t) with t in [0, 1]: any of line r dominates all of line r + 1, and none of its own. */
    @Test
    void concentricFrontsByConstruction() {
        SplittableRandom random = new SplittableRandom(1);
        int n = 300;
        int[] expected = random.ints(n, 0, 7).toArray();
        IntStream.range(0, 7).forEach(rank -> expected[rank] = rank);
        double[] first = new double[n];
        double[] second = new double[n];
        for (int i = 0; i < n; i++) {
            double t = random.nextDouble();
            first[i] = t + expected[i];
            second[i] = 1 - t + expected[i];
        }
        assertThat(NonDominatedSorting.ranks(first, second)).isEqualTo(expected);
    }

    @Test
    void equalPointsShareAFrontAndEqualCoordinatesDominate() {
        double[] first = {1, 1, 1, 2, 2, 0};
        double[] second = {5, 5, 6, 5, 4, 9};
        assertThat(NonDominatedSorting.ranks(first, second)).containsExactly(0, 0, 1, 1, 0, 0);
    }

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    /** Half of the populations lie on a coarse grid, so that ties and copies abound. */
    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithMoeaFramework(int seed) {
        double[][] points = randomPoints(seed);
        int[] ranks = NonDominatedSorting.ranks(points[0], points[1]);
        double[] crowding = CrowdingDistance.of(points[0], points[1], ranks);
        Population population = new Population();
        for (int i = 0; i < ranks.length; i++) {
            Solution solution = new Solution(0, 2);
            solution.setObjectiveValues(new double[] {points[0][i], points[1][i]});
            population.add(solution);
        }
        Solution[] solutions =
                IntStream.range(0, ranks.length).mapToObj(population::get).toArray(Solution[]::new);
        new FastNondominatedSorting().evaluate(population);
        for (int i = 0; i < ranks.length; i++) {
            assertThat(ranks[i]).isEqualTo(Rank.getAttribute(solutions[i]));
            double expected = org.moeaframework.core.attribute.CrowdingDistance.getAttribute(solutions[i]);
            if (Double.isInfinite(expected)) {
                assertThat(crowding[i]).isInfinite();
            } else {
                assertThat(crowding[i]).isCloseTo(expected, within(1e-12));
            }
        }
    }

    private static double[][] randomPoints(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = random.nextInt(1, 150);
        double grid = seed % 2 == 0 ? 8 : 1e9;
        double[][] points = new double[2][n];
        for (double[] objective : points) {
            Arrays.setAll(objective, i -> Math.floor(grid * random.nextDouble()) / grid);
        }
        return points;
    }

    @Test
    void crowdingByHand() {
        double[] first = {0, 1, 4, 10};
        double[] second = {10, 6, 5, 0};
        double[] distances = CrowdingDistance.of(first, second, new int[4]);
        assertThat(distances)
                .containsExactly(
                        new double[] {Double.POSITIVE_INFINITY, 0.4 + 0.5, 0.9 + 0.6, Double.POSITIVE_INFINITY},
                        within(1e-12));
    }

    @Test
    void copiesAddNothingToAFront() {
        double[] first = {0, 1, 1, 10};
        double[] second = {10, 6, 6, 0};
        double[] distances = CrowdingDistance.of(first, second, new int[4]);
        assertThat(distances[1]).isEqualTo(2);
        assertThat(distances[2]).isZero();
    }

    @Test
    void refusesNaN() {
        assertThatThrownBy(() -> NonDominatedSorting.ranks(new double[] {1, Double.NaN}, new double[] {1, 2}))
                .hasMessage("an objective is NaN");
    }
}
