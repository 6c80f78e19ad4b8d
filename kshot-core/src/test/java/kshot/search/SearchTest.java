package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.rank.BenchmarkTable;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.Limits;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.testing.SharedData;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SearchTest {
    private static final SearchSpace TOY = new ToySpace(4);
    private static final Limits LIMITS = Limits.of(18_000, 2_000);
    private static final SearchSettings SMALL = SearchSettings.paper().withSize(12, 6, 5);

    /** Every search passes the same cases. */
    enum Kind {
        NSGA2 {
            @Override
            Search make(
                    SearchSpace s, Limits l, SearchSettings t, long seed, Evaluator e, Collection<Evaluation> known) {
                return new Nsga2(s, l, t, new Seed(seed), e, known);
            }
        },
        RANDOM {
            @Override
            Search make(
                    SearchSpace s, Limits l, SearchSettings t, long seed, Evaluator e, Collection<Evaluation> known) {
                return new RandomSearch(s, l, t, new Seed(seed), e, known);
            }
        };

        abstract Search make(
                SearchSpace s, Limits l, SearchSettings t, long seed, Evaluator e, Collection<Evaluation> known);
    }

    /** Prefers wide late layers and small kernels, by an arbitrary rule; counts what it is asked. */
    private static final class CountingEvaluator implements Evaluator {
        private final SearchSpace space;
        private final List<Architecture> asked = new ArrayList<>();
        private int calls;

        CountingEvaluator(SearchSpace space) {
            this.space = space;
        }

        @Override
        public List<Evaluation> evaluate(List<Architecture> architectures) {
            calls++;
            asked.addAll(architectures);
            return architectures.stream().map(this::evaluate).toList();
        }

        private Evaluation evaluate(Architecture architecture) {
            double sum = 0;
            for (int d = 0; d < architecture.size(); d++) {
                sum += (d % 2 == 0 ? -0.3 : 1 + d) * architecture.choice(d);
            }
            double accuracy = 1 / (1 + Math.exp(-sum / 10));
            return new Evaluation(
                    architecture,
                    accuracy,
                    Math.log(accuracy),
                    Cost.of(space.network(architecture)),
                    SimplexCode.uniform(2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void evaluatesEachArchitectureOnceAWholeGenerationAtATimeInsideTheLimits(Kind kind) {
        for (int seed = 0; seed < 10; seed++) {
            CountingEvaluator evaluator = new CountingEvaluator(TOY);
            List<Integer> heard = new ArrayList<>();
            SearchResult result = kind.make(TOY, LIMITS, SMALL, seed, evaluator, List.of())
                    .run((generation, fresh) -> heard.add(fresh.size()));
            assertThat(evaluator.asked).hasSize(72).doesNotHaveDuplicates();
            assertThat(evaluator.calls).isEqualTo(6);
            assertThat(heard).containsExactly(12, 12, 12, 12, 12, 12);
            assertThat(result.generations()).hasSize(6);
            assertThat(result.evaluations()).hasSize(72).allMatch(e -> LIMITS.allow(TOY.network(e.architecture())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sameSeedSameResult(Kind kind) {
        SearchResult first = run(kind, 1);
        assertThat(run(kind, 1)).isEqualTo(first);
        assertThat(run(kind, 2)).isNotEqualTo(first);
    }

    private static SearchResult run(Kind kind, long seed) {
        return kind.make(TOY, LIMITS, SMALL, seed, new CountingEvaluator(TOY), List.of())
                .run((g, fresh) -> {});
    }

    /** What was evaluated before the search was cut off is known; the rest is evaluated, and the result is the same. */
    @ParameterizedTest
    @EnumSource
    void replaysWithoutEvaluatingAgainAndGoesOn(Kind kind) {
        SearchResult whole = run(kind, 3);
        for (int known : new int[] {0, 30, 72}) {
            CountingEvaluator evaluator = new CountingEvaluator(TOY);
            List<Evaluation> fresh = new ArrayList<>();
            SearchResult resumed = kind.make(
                            TOY,
                            LIMITS,
                            SMALL,
                            3,
                            evaluator,
                            whole.evaluations().subList(0, known))
                    .run((generation, evaluations) -> fresh.addAll(evaluations));
            assertThat(resumed).isEqualTo(whole);
            assertThat(evaluator.asked).hasSize(72 - known);
            assertThat(fresh).isEqualTo(whole.evaluations().subList(known, 72));
        }
    }

    /** 36 architectures, of which the limit leaves fewer than one generation asks for. */
    @ParameterizedTest
    @EnumSource
    void endsWhenNothingNewIsLeft(Kind kind) {
        SearchSpace space = new ToySpace(2);
        Limits limits = Limits.of(2_000, Long.MAX_VALUE);
        long feasible = Enumeration.of(space)
                .filter(a -> limits.allow(space.network(a)))
                .count();
        assertThat(feasible).isBetween(2L, 11L);
        CountingEvaluator evaluator = new CountingEvaluator(space);
        SearchResult result =
                kind.make(space, limits, SMALL, 1, evaluator, List.of()).run((g, fresh) -> {});
        assertThat(result.evaluations()).hasSize((int) feasible);
        assertThat(evaluator.calls).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void resultIsTheBestAndTheFrontOfAllThatWasEvaluated(Kind kind) {
        SearchResult result = run(kind, 4);
        assertThat(result.evaluations())
                .allMatch(e -> e.accuracy() <= result.best().accuracy());
        List<Evaluation> front = result.evaluations().stream()
                .filter(e -> result.evaluations().stream().noneMatch(other -> dominates(other, e)))
                .toList();
        assertThat(result.front().members()).containsExactlyInAnyOrderElementsOf(front);
        assertThat(result.front().members())
                .isSortedAccordingTo(
                        (a, b) -> Long.compare(a.cost().flops(), b.cost().flops()));
        assertThat(result.front().members()).contains(result.best());
    }

    private static boolean dominates(Evaluation a, Evaluation b) {
        boolean noWorse =
                a.accuracy() >= b.accuracy() && a.cost().flops() <= b.cost().flops();
        boolean better =
                a.accuracy() > b.accuracy() || a.cost().flops() < b.cost().flops();
        return noWorse && better;
    }

    /** With the kernels of {@link ToySpace} declared equivalent, no two that differ in them only are evaluated. */
    @ParameterizedTest
    @EnumSource
    void evaluatesEquivalentArchitecturesOnce(Kind kind) {
        SearchSpace space = new KernelBlindSpace(new ToySpace(3));
        CountingEvaluator evaluator = new CountingEvaluator(space);
        kind.make(space, Limits.NONE, SMALL.withMergeEquivalent(true), 1, evaluator, List.of())
                .run((g, fresh) -> {});
        Set<Architecture> canonical = new HashSet<>();
        evaluator.asked.forEach(
                a -> assertThat(canonical.add(space.canonical(a))).isTrue());
        assertThat(canonical).hasSizeBetween(20, 27);
    }

    private record KernelBlindSpace(SearchSpace inner) implements SearchSpace {
        @Override
        public Architecture canonical(Architecture architecture) {
            int[] choices = architecture.choices();
            for (int d = 0; d < choices.length; d += 2) {
                choices[d] = 0;
            }
            return Architecture.of(choices);
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public FeatureShape input() {
            return inner.input();
        }

        @Override
        public int classes() {
            return inner.classes();
        }

        @Override
        public List<Decision> decisions() {
            return inner.decisions();
        }

        @Override
        public Network network(Architecture architecture) {
            return inner.network(architecture);
        }

        @Override
        public String format(Architecture architecture) {
            return inner.format(architecture);
        }

        @Override
        public Architecture parse(String text) {
            return inner.parse(text);
        }

        @Override
        public SearchSpace adapt(FeatureShape newInput, int newClasses) {
            return inner.adapt(newInput, newClasses);
        }
    }

    @Test
    void evolutionBeatsRandomSearch() {
        SearchSpace space = new ToySpace(8);
        SearchSettings settings = SearchSettings.paper().withSize(20, 10, 8);
        Limits limits = Limits.of(60_000, Long.MAX_VALUE);
        int wins = 0;
        for (int seed = 0; seed < 10; seed++) {
            double evolved = best(Kind.NSGA2, space, limits, settings, seed);
            wins += evolved > best(Kind.RANDOM, space, limits, settings, seed) ? 1 : 0;
        }
        assertThat(wins).isEqualTo(10);
    }

    private static double best(Kind kind, SearchSpace space, Limits limits, SearchSettings settings, long seed) {
        return kind.make(space, limits, settings, seed, new CountingEvaluator(space), List.of())
                .run((g, fresh) -> {})
                .best()
                .accuracy();
    }

    @Test
    void refusesAnEvaluatorOutOfOrder() {
        CountingEvaluator inner = new CountingEvaluator(TOY);
        Evaluator reversed = architectures -> {
            List<Evaluation> evaluations = new ArrayList<>(inner.evaluate(architectures));
            Collections.reverse(evaluations);
            return evaluations;
        };
        Search search = Kind.NSGA2.make(TOY, LIMITS, SMALL, 1, reversed, List.of());
        assertThatThrownBy(() -> search.run((g, fresh) -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesEvaluationsThatAreNone() {
        Cost cost = new Cost(1, 1, 1);
        SimplexCode code = SimplexCode.uniform(1);
        assertThatThrownBy(() -> new Evaluation(Architecture.of(1), Double.NaN, -1, cost, code))
                .hasMessage("accuracy of [1]: NaN is not in [0, 1]");
        assertThatThrownBy(() -> new Evaluation(Architecture.of(1), 93.1, -1, cost, code))
                .hasMessage("accuracy of [1]: 93.1 is not in [0, 1]");
        assertThatThrownBy(() -> new Evaluation(Architecture.of(1), 0.5, Double.NaN, cost, code))
                .hasMessage("mean log-likelihood of [1]: NaN is not finite and at most 0");
    }

    /** With the true accuracies as the evaluator, 1,000 of 15,625 evaluations find one of the best 0.5 %. */
    @Test
    void findsATopArchitectureOfNasBench201() {
        BenchmarkTable table = BenchmarkTable.read(SharedData.require("nas-bench-201.csv.gz"));
        NasBench201 space = NasBench201.cifar10();
        Evaluator truth = architectures -> {
            double[] accuracies = table.column(
                    "cifar10_test", architectures.stream().map(space::format).toList());
            List<Evaluation> evaluations = new ArrayList<>();
            for (int i = 0; i < accuracies.length; i++) {
                Architecture architecture = architectures.get(i);
                evaluations.add(new Evaluation(
                        architecture,
                        accuracies[i] / 100,
                        -1,
                        Cost.of(space.network(architecture)),
                        SimplexCode.uniform(1)));
            }
            return evaluations;
        };
        double[] sorted = Arrays.stream(table.column("cifar10_test")).sorted().toArray();
        double top = sorted[sorted.length - sorted.length / 200] / 100;
        for (int seed = 0; seed < 3; seed++) {
            SearchResult result = Kind.NSGA2
                    .make(space, Limits.NONE, SearchSettings.paper(), seed, truth, List.of())
                    .run((g, f) -> {});
            assertThat(result.evaluations()).hasSize(1000);
            assertThat(result.best().accuracy()).isGreaterThanOrEqualTo(top);
        }
    }
}
