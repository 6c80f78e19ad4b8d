package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

/** The evaluators that wrap others. */
class EvaluatorsTest {
    private static final SearchSpace TOY = new ToySpace(1);
    private static final Architecture A = Architecture.of(0, 0);
    private static final Architecture B = Architecture.of(1, 0);
    private static final Architecture C = Architecture.of(0, 1);
    private static final Architecture D = Architecture.of(1, 2);

    /** The first choice plus ten times the second one; counts what it is asked. */
    private static final class Counting implements Evaluator {
        private final SearchSpace space;
        private final List<List<Architecture>> asked = new ArrayList<>();

        Counting(SearchSpace space) {
            this.space = space;
        }

        @Override
        public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
            asked.add(population);
            population.forEach(architecture -> results.accept(evaluation(space, architecture, 0)));
        }
    }

    private static Evaluation evaluation(SearchSpace space, Architecture architecture, double more) {
        return Evaluation.of(
                space, architecture, Scores.of("sum", architecture.choice(0) + 10 * architecture.choice(1) + more));
    }

    private static List<Evaluation> evaluations(Architecture... architectures) {
        return List.of(architectures).stream()
                .map(architecture -> evaluation(TOY, architecture, 0))
                .toList();
    }

    @Test
    void eachIsAskedForOnceAndToldAsOftenAsItIsWanted() {
        Counting inner = new Counting(TOY);
        List<Evaluation> fresh = new ArrayList<>();
        Evaluator remembering = new RememberingEvaluator(inner, evaluations(C), fresh::add);
        assertThat(remembering.evaluate(List.of(A, B, A, C))).isEqualTo(evaluations(A, B, A, C));
        assertThat(remembering.evaluate(List.of(D, B, C))).isEqualTo(evaluations(D, B, C));
        assertThat(remembering.evaluate(List.of(C, D))).isEqualTo(evaluations(C, D));
        assertThat(inner.asked).containsExactly(List.of(A, B), List.of(D));
        assertThat(fresh).isEqualTo(evaluations(A, B, D));
    }

    /** What is known at the front is told before another is made, and each is stored before it is told. */
    @Test
    void resultsAreHandedOverAsSoonAsThoseBeforeThemAreKnown() {
        List<String> events = new ArrayList<>();
        Evaluator inner = (population, results) -> population.forEach(architecture -> {
            events.add("make " + architecture);
            results.accept(evaluation(TOY, architecture, 0));
        });
        new RememberingEvaluator(inner, evaluations(A, C), e -> events.add("store " + e.architecture()))
                .evaluate(List.of(A, B, C, D), e -> events.add("tell " + e.architecture()));
        assertThat(events)
                .containsExactly(
                        "tell [0, 0]",
                        "make [1, 0]",
                        "store [1, 0]",
                        "tell [1, 0]",
                        "tell [0, 1]",
                        "make [1, 2]",
                        "store [1, 2]",
                        "tell [1, 2]");
    }

    @Test
    void whatWasMadeBeforeACutIsNotMadeAgain() {
        Counting inner = new Counting(TOY);
        Evaluator remembering = new RememberingEvaluator(inner, List.of(), fresh -> {});
        List<Evaluation> told = new ArrayList<>();
        assertThatThrownBy(() -> remembering.evaluate(List.of(A, B, C, D), evaluation -> {
                    told.add(evaluation);
                    if (told.size() == 2) {
                        throw new IllegalStateException("cut");
                    }
                }))
                .hasMessage("cut");
        assertThat(remembering.evaluate(List.of(A, B, C, D))).isEqualTo(evaluations(A, B, C, D));
        assertThat(inner.asked).containsExactly(List.of(A, B, C, D), List.of(C, D));
    }

    /** Two cells of one function: a convolution on an edge that leads nowhere costs FLOPs, and changes no score. */
    @Test
    void equivalentArchitecturesHaveOneScoreAndEachItsOwnCost() {
        NasBench201 space = NasBench201.cifar10();
        Architecture deadEnd = space.parse("|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
        Architecture straight = space.parse("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
        Counting inner = new Counting(space);
        List<Evaluation> evaluations =
                new CanonicalEvaluator(space, inner).evaluate(List.of(deadEnd, straight, space.last()));
        assertThat(inner.asked).containsExactly(List.of(straight, straight, space.canonical(space.last())));
        assertThat(evaluations).extracting(Evaluation::architecture).containsExactly(deadEnd, straight, space.last());
        assertThat(evaluations.get(0).scores()).isEqualTo(evaluations.get(1).scores());
        assertThat(evaluations)
                .extracting(Evaluation::cost)
                .containsExactly(
                        Cost.of(space.network(deadEnd)),
                        Cost.of(space.network(straight)),
                        Cost.of(space.network(space.last())));
        assertThat(evaluations.get(0).cost().flops())
                .isGreaterThan(evaluations.get(1).cost().flops());
    }

    @Test
    void theMeanOfSeveralEvaluators() {
        List<Evaluator> evaluators = new ArrayList<>();
        for (double more : new double[] {0, 1, 5}) {
            evaluators.add((population, results) ->
                    population.forEach(architecture -> results.accept(evaluation(TOY, architecture, more))));
        }
        assertThat(new MeanEvaluator(evaluators).evaluate(List.of(A, D)))
                .containsExactly(evaluation(TOY, A, 2), evaluation(TOY, D, 2));
        assertThat(new MeanEvaluator(evaluators.subList(1, 2)).evaluate(List.of(A)))
                .containsExactly(evaluation(TOY, A, 1));
    }

    /** Of B: 3×3×3×4 multiply-adds at 16 pixels, 4×2 of the classifier; 108 + 8 + 10 learnable numbers; one width of 4. */
    @Test
    void costsAreCountedAndWidthsSummed() {
        Evaluation evaluation = new CostEvaluator(TOY).evaluate(List.of(B)).get(0);
        assertThat(evaluation.cost()).isEqualTo(Cost.of(TOY.network(B)));
        assertThat(evaluation.scores())
                .isEqualTo(Scores.of(Scores.FLOPS, 1736)
                        .with(Scores.LIVE_FLOPS, 1736)
                        .with(Scores.PARAMETERS, 126)
                        .with(Scores.LOG_WIDTHS, Math.log(4))
                        .with(Scores.KERNEL_EXTENT, 1)
                        .with(Scores.SHORTEST_PATH, 0));
        SearchSpace two = new ToySpace(2);
        Architecture wide = Architecture.of(0, 1, 1, 2);
        assertThat(new CostEvaluator(two).evaluate(List.of(wide)).get(0).score(Scores.LOG_WIDTHS))
                .isCloseTo(Math.log(8 * 16), within(1e-12));
        assertThat(new CostEvaluator(two).evaluate(List.of(wide, Architecture.of(0, 2, 1, 2))))
                .as("paths are those of widest layers, the second of which keeps the shape")
                .allSatisfy(of -> assertThat(of.score(Scores.SHORTEST_PATH)).isEqualTo(-1));
        SearchSpace cells = new NasBench201(16, 1, TOY.input(), 2);
        assertThat(new CostEvaluator(cells)
                        .evaluate(List.of(cells.last()))
                        .get(0)
                        .score(Scores.LOG_WIDTHS))
                .isZero();
    }

    /** The stem, and the hidden layers of four blocks, are convolutions of 3×3; outputs of blocks and the head are of 1×1. */
    @Test
    void widthsOfSpatialLayersCount() {
        SearchSpace space = Spaces.named("channel-bench-macro-mobilenet");
        CostEvaluator evaluator = new CostEvaluator(space);
        double narrow = Math.log(32) + 3 * Math.log(192) + Math.log(384);
        for (String arch : List.of("1111111", "1111112", "1111211")) {
            assertThat(evaluator.evaluate(List.of(space.parse(arch))).get(0).score(Scores.LOG_WIDTHS))
                    .isCloseTo(narrow, within(1e-12));
        }
        assertThat(evaluator.evaluate(List.of(space.parse("2111141"))).get(0).score(Scores.LOG_WIDTHS))
                .isCloseTo(narrow + Math.log(2) + Math.log(4), within(1e-12));
    }

    @Test
    void severalEvaluatorsGiveTheirScoresTogether() {
        Evaluator other = (population, results) -> population.forEach(a -> results.accept(
                new Evaluation(a, Scores.of("other", -a.choice(0)).with("sum", 7), new Cost(1, 2, 3))));
        Evaluator joint = new JointEvaluator(List.of(new Counting(TOY), other));
        List<Evaluation> evaluations = joint.evaluate(List.of(B, A));
        assertThat(evaluations)
                .containsExactly(
                        new Evaluation(B, Scores.of("sum", 7).with("other", -1), new Cost(1, 2, 3)),
                        new Evaluation(A, Scores.of("sum", 7).with("other", 0), new Cost(1, 2, 3)));
    }
}
