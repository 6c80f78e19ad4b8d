package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.rank.BenchmarkTable;
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
    private static final String ACCURACY = "accuracy";
    private static final SearchSpace TOY = new ToySpace(4);
    private static final Limits LIMITS = Limits.of(18_000, 2_000);
    private static final SearchSettings SMALL = SearchSettings.paper().withSize(12, 6, 5);

    /** Every search passes the same cases. */
    enum Kind {
        NSGA2 {
            @Override
            Search make(SearchSpace s, Limits l, SearchSettings t, long seed, Evaluator e) {
                return new Nsga2(s, l, t, new Seed(seed), e);
            }
        },
        RANDOM {
            @Override
            Search make(SearchSpace s, Limits l, SearchSettings t, long seed, Evaluator e) {
                return new RandomSearch(s, l, t, new Seed(seed), e);
            }
        };

        abstract Search make(SearchSpace s, Limits l, SearchSettings t, long seed, Evaluator e);
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
        public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
            calls++;
            asked.addAll(population);
            population.stream().map(this::evaluate).forEach(results);
        }

        private Evaluation evaluate(Architecture architecture) {
            double sum = 0;
            for (int d = 0; d < architecture.size(); d++) {
                sum += (d % 2 == 0 ? -0.3 : 1 + d) * architecture.choice(d);
            }
            double accuracy = 1 / (1 + Math.exp(-sum / 10));
            return Evaluation.of(
                    space, architecture, Scores.of(ACCURACY, accuracy).with("log_likelihood", Math.log(accuracy)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void evaluatesEachArchitectureOnceAWholeGenerationAtATimeInsideTheLimits(Kind kind) {
        for (int seed = 0; seed < 10; seed++) {
            CountingEvaluator evaluator = new CountingEvaluator(TOY);
            List<List<Evaluation>> heard = new ArrayList<>();
            SearchResult result = kind.make(TOY, LIMITS, SMALL, seed, evaluator).run((generation, evaluation) -> {
                if (generation == heard.size()) {
                    heard.add(new ArrayList<>());
                }
                heard.get(generation).add(evaluation);
            });
            assertThat(evaluator.asked).hasSize(72).doesNotHaveDuplicates();
            assertThat(evaluator.calls).isEqualTo(6);
            assertThat(heard).extracting(List::size).containsExactly(12, 12, 12, 12, 12, 12);
            assertThat(heard).isEqualTo(result.generations());
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
        return kind.make(TOY, LIMITS, SMALL, seed, new CountingEvaluator(TOY)).run();
    }

    /** What was evaluated before the search was cut off is known; the rest is evaluated, and the result is the same. */
    @ParameterizedTest
    @EnumSource
    void replaysWithoutEvaluatingAgainAndGoesOn(Kind kind) {
        SearchResult whole = run(kind, 3);
        for (int known : new int[] {0, 30, 72}) {
            CountingEvaluator evaluator = new CountingEvaluator(TOY);
            List<Evaluation> fresh = new ArrayList<>();
            Evaluator remembering =
                    new RememberingEvaluator(evaluator, whole.evaluations().subList(0, known), fresh::add);
            SearchResult resumed = kind.make(TOY, LIMITS, SMALL, 3, remembering).run();
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
        SearchResult result = kind.make(space, limits, SMALL, 1, evaluator).run();
        assertThat(result.evaluations()).hasSize((int) feasible);
        assertThat(evaluator.calls).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void resultIsTheBestAndTheFrontOfAllThatWasEvaluated(Kind kind) {
        SearchResult result = run(kind, 4);
        assertThat(result.evaluations())
                .allMatch(e -> e.score(ACCURACY) <= result.best().score(ACCURACY));
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
        boolean noWorse = a.score(ACCURACY) >= b.score(ACCURACY)
                && a.cost().flops() <= b.cost().flops();
        boolean better = a.score(ACCURACY) > b.score(ACCURACY)
                || a.cost().flops() < b.cost().flops();
        return noWorse && better;
    }

    /** With the kernels of {@link ToySpace} declared equivalent, no two that differ in them only are evaluated. */
    @ParameterizedTest
    @EnumSource
    void evaluatesEquivalentArchitecturesOnce(Kind kind) {
        SearchSpace space = new KernelBlindSpace(new ToySpace(3));
        CountingEvaluator evaluator = new CountingEvaluator(space);
        kind.make(space, Limits.NONE, SMALL.withMergeEquivalent(true), 1, evaluator)
                .run();
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
        return kind.make(space, limits, settings, seed, new CountingEvaluator(space))
                .run()
                .best()
                .score(ACCURACY);
    }

    @Test
    void refusesAnEvaluatorOutOfOrder() {
        CountingEvaluator inner = new CountingEvaluator(TOY);
        Evaluator reversed = (population, results) -> {
            List<Evaluation> evaluations = new ArrayList<>(inner.evaluate(population));
            Collections.reverse(evaluations);
            evaluations.forEach(results);
        };
        refuse(reversed);
        refuse((population, results) -> inner.evaluate(population.subList(1, population.size()), results));
        refuse((population, results) -> inner.evaluate(population.subList(0, population.size() - 1), results));
        refuse((population, results) -> {
            inner.evaluate(population, results);
            inner.evaluate(population.subList(0, 1), results);
        });
    }

    private static void refuse(Evaluator evaluator) {
        Search search = Kind.NSGA2.make(TOY, LIMITS, SMALL, 1, evaluator);
        assertThatThrownBy(search::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the evaluator did not answer in the order it was asked");
    }

    @ParameterizedTest
    @EnumSource
    void aScoreThatNobodyGivesIsNamedWithThoseThatThereAre(Kind kind) {
        Search search = kind.make(TOY, LIMITS, SMALL.withScore("jacov"), 1, new CountingEvaluator(TOY));
        assertThatThrownBy(search::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("score: 'jacov' is not allowed; allowed: accuracy, log_likelihood");
    }

    /** With the true accuracies as the evaluator, 1,000 of 15,625 evaluations find one of the best 0.5 %. */
    @Test
    void findsATopArchitectureOfNasBench201() {
        BenchmarkTable table = BenchmarkTable.read(SharedData.require("nas-bench-201.csv.gz"));
        NasBench201 space = NasBench201.cifar10();
        Evaluator truth = (population, results) -> {
            double[] accuracies = table.column(
                    "cifar10_test", population.stream().map(space::format).toList());
            for (int i = 0; i < accuracies.length; i++) {
                results.accept(Evaluation.of(space, population.get(i), Scores.of(ACCURACY, accuracies[i] / 100)));
            }
        };
        double[] sorted = Arrays.stream(table.column("cifar10_test")).sorted().toArray();
        double top = sorted[sorted.length - sorted.length / 200] / 100;
        for (int seed = 0; seed < 3; seed++) {
            SearchResult result = Kind.NSGA2
                    .make(space, Limits.NONE, SearchSettings.paper(), seed, truth)
                    .run();
            assertThat(result.evaluations()).hasSize(1000);
            assertThat(result.best().score(ACCURACY)).isGreaterThanOrEqualTo(top);
        }
    }
}
