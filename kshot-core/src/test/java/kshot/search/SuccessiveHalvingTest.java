package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import kshot.search.SuccessiveHalving.Rung;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;

/** Scores made up by hand: architecture i of eight has those of row i, at budgets 1, 2 and 4. */
class SuccessiveHalvingTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-201");
    private static final double[][] SCORES = {
        {0.50, 0.60, 0.70},
        {0.55, 0.58, 0.99},
        {0.40, 0.90, 0.99},
        {0.52, 0.61, 0.69},
        {0.10, 0.20, 0.30},
        {0.51, 0.59, 0.68},
        {0.52, 0.62, 0.71},
        {0.20, 0.20, 0.20},
    };

    private static Architecture architecture(int i) {
        return SPACE.last().with(0, i % 5).with(1, i / 5);
    }

    private static int index(Evaluation evaluation) {
        return IntStream.range(0, SCORES.length)
                .filter(i -> architecture(i).equals(evaluation.architecture()))
                .findFirst()
                .orElseThrow();
    }

    private static Evaluator at(int budget, List<String> asked) {
        return (population, results) -> population.forEach(architecture -> {
            Evaluation evaluation = Evaluation.of(SPACE, architecture, Scores.of("unknown", 0));
            int column = Map.of(1, 0, 2, 1, 4, 2).get(budget);
            asked.add(budget + ":" + index(evaluation));
            results.accept(Evaluation.of(SPACE, architecture, Scores.of("s", SCORES[index(evaluation)][column])));
        });
    }

    /** Li et al. 2018, Table 1, bracket s = 4 of R = 81 and η = 3: 81, 27, 9, 3 and 1 configurations for 1, 3, 9, 27 and 81. */
    @Test
    void rungsAreThoseOfHyperband() {
        assertThat(SuccessiveHalving.rungs(81, 1, 3, 10))
                .containsExactly(new Rung(81, 1), new Rung(27, 3), new Rung(9, 9), new Rung(3, 27));
        assertThat(SuccessiveHalving.rungs(81, 1, 3, 2)).containsExactly(new Rung(81, 1), new Rung(27, 3));
        assertThat(SuccessiveHalving.rungs(7, 5, 2, 10)).containsExactly(new Rung(7, 5), new Rung(3, 10));
        assertThat(SuccessiveHalving.rungs(1, 5, 2, 10)).isEmpty();
    }

    /**
     * At budget 1 the best four are 1 (0.55), 3 and 6 (0.52 both, 3 is the earlier), 5 (0.51); at budget 2 the best two of them
     * are 6 (0.62) and 3 (0.61); at budget 4 it is 6. Architecture 2 would have won with more time, and never gets it.
     */
    @Test
    void theBestHalfGoesOn() {
        List<Architecture> candidates = IntStream.range(0, 8)
                .mapToObj(SuccessiveHalvingTest::architecture)
                .toList();
        List<String> asked = new ArrayList<>();
        List<List<Evaluation>> ranked = SuccessiveHalving.run(
                candidates, SuccessiveHalving.rungs(8, 1, 2, 3), "s", budget -> at(budget, asked));
        assertThat(ranked.stream()
                        .map(rung ->
                                rung.stream().map(SuccessiveHalvingTest::index).toList()))
                .containsExactly(List.of(1, 3, 6, 5, 0, 2, 7, 4), List.of(6, 3, 5, 1), List.of(6, 3));
        assertThat(asked).hasSize(8 + 4 + 2).contains("2:5").doesNotContain("2:2", "4:1");
    }

    @Test
    void candidatesAreTheBestOfASearchThatDiffer() {
        List<Evaluation> evaluations = new ArrayList<>();
        at(1, new ArrayList<>())
                .evaluate(
                        IntStream.range(0, 8)
                                .mapToObj(SuccessiveHalvingTest::architecture)
                                .toList(),
                        evaluations::add);
        SearchResult result = SearchResult.of(List.of(evaluations.subList(0, 3), evaluations.subList(3, 8)), "s");
        assertThat(result.best(3, "s", UnaryOperator.identity()))
                .extracting(Evaluation::architecture)
                .contains(architecture(1), architecture(3), architecture(6));
        // As if 1 and 6 were the same network.
        assertThat(result.best(3, "s", a -> a.equals(architecture(6)) ? architecture(1) : a))
                .extracting(Evaluation::architecture)
                .containsExactly(architecture(1), architecture(3), architecture(5));
        assertThat(result.best(100, "s", UnaryOperator.identity())).hasSize(8);
    }
}
