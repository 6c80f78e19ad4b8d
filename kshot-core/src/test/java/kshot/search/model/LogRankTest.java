package kshot.search.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import kshot.search.Enumeration;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Scores;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

class LogRankTest {
    /** Ranks by hand: 1 → 1; 3, twice → (2 + 3) / 2; 7 → 4. */
    private static final LogRank RANK = new LogRank(3, 7, 1, 3);

    @Test
    void ofAMemberItIsThatOfItsMeanRank() {
        assertThat(RANK.of(1)).isCloseTo(Math.log(1 / 5.0), within(1e-15));
        assertThat(RANK.of(3)).isCloseTo(Math.log(2.5 / 5), within(1e-15));
        assertThat(RANK.of(7)).isCloseTo(Math.log(4 / 5.0), within(1e-15));
    }

    @Test
    void betweenMembersItIsInterpolated() {
        assertThat(RANK.rank(2)).isEqualTo(1.75);
        assertThat(RANK.rank(4)).isEqualTo(2.875);
    }

    /** One range, 6, beyond the population is half of what is left: of rank 1 below and of one rank above. */
    @Test
    void beyondThePopulationItGoesOn() {
        assertThat(RANK.rank(13)).isEqualTo(4.5);
        assertThat(RANK.rank(-5)).isEqualTo(0.5);
    }

    @Test
    void neverFalls() {
        double[] ranks = DoubleStream.iterate(-100, s -> s < 100, s -> s + 0.25)
                .map(RANK::of)
                .toArray();
        for (int i = 1; i < ranks.length; i++) {
            assertThat(ranks[i]).isGreaterThan(ranks[i - 1]).isFinite().isNegative();
        }
    }

    @Test
    void aPopulationOfOneScoreStillTellsOthersApart() {
        LogRank rank = new LogRank(2, 2);
        assertThat(rank.rank(2)).isEqualTo(1.5);
        assertThat(rank.rank(3)).isEqualTo(2.25);
        assertThat(rank.rank(1)).isEqualTo(0.75);
    }

    @Test
    void refusesNoScoresAndThoseThatAreNoNumbers() {
        assertThatThrownBy(LogRank::new).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LogRank(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * Three scores of two architectures, of two kinds: a and b share one vote, c has one; d is the same for both and has none.
     * By a and c the second is better, ranks 2 and 2 of 2; by b the first.
     */
    /** The population is the whole space of 36: a follows four decisions, b the first alone. */
    @Test
    void aScoreOfOneDecisionHasNoVote() {
        SearchSpace space = new ToySpace(2);
        List<Evaluation> reference = Enumeration.of(space)
                .map(a ->
                        Evaluation.of(space, a, Scores.of("a", a.stream().sum()).with("b", a.choice(0))))
                .toList();
        Aggregate aggregate = Aggregate.of(space, Map.of("a", "counted", "b", "trained"), reference);
        assertThat(aggregate.voters()).containsExactly("a");
        Aggregate ofA = Aggregate.of(space, Map.of("a", "counted"), reference);
        reference.forEach(e -> assertThat(aggregate.of(e)).isEqualTo(ofA.of(e)));
        assertThat(aggregate.without("a").voters())
                .as("then it is all there is")
                .containsExactly("b");
    }

    @Test
    void eachKindOfScoreHasOneVoteInASum() {
        SearchSpace space = new ToySpace(1);
        Architecture first = space.last().with(0, 0);
        Architecture second = space.last();
        Evaluator evaluator = (population, results) -> population.forEach(a -> results.accept(Evaluation.of(
                space,
                a,
                Scores.of("a", a.equals(first) ? 1 : 2)
                        .with("b", a.equals(first) ? 9 : -9)
                        .with("c", a.equals(first) ? 0 : 3)
                        .with("d", 7))));
        Map<String, String> kinds = Map.of("a", "counted", "b", "counted", "c", "trained", "d", "trained");
        List<Evaluation> reference = evaluator.evaluate(List.of(first, second));
        double low = Math.log(1 / 3.0);
        double high = Math.log(2 / 3.0);
        double ofFirst = (low + high) / 2 + low;
        double ofSecond = (high + low) / 2 + high;
        LogRankSum sum = LogRankSum.of(kinds, reference);
        assertThat(sum.of(reference.get(0).scores())).isCloseTo(ofFirst, within(1e-15));
        assertThat(sum.of(reference.get(1).scores())).isCloseTo(ofSecond, within(1e-15));
        assertThat(sum.voters()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(LogRankSum.of(Map.of("b", "counted", "c", "trained"), reference)
                        .of(reference.get(0).scores()))
                .isCloseTo(high + low, within(1e-15));

        // They agree in one of two decisions: (2 + 1, 1; 1, 2 + 1) α = (−d, d), so α = (−d, d) / 2, and the effects are
        // mean ∓ d / 2.
        double mean = (ofFirst + ofSecond) / 2;
        double d = (ofSecond - ofFirst) / 2;
        List<Evaluation> evaluations = new AggregateEvaluator(evaluator, Aggregate.of(space, kinds, reference))
                .evaluate(List.of(second, first));
        assertThat(evaluations.get(0).score(Scores.AGGREGATE)).isCloseTo(ofSecond + mean + d / 2, within(1e-12));
        assertThat(evaluations.get(1).score(Scores.AGGREGATE)).isCloseTo(ofFirst + mean - d / 2, within(1e-12));
        assertThat(evaluations.get(0).score("b")).isEqualTo(-9);
        assertThatThrownBy(() -> new LogRankSum(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
