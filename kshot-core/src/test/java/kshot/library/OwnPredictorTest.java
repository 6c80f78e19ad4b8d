package kshot.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.search.Archive;
import kshot.search.Enumeration;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.RandomSearch;
import kshot.search.Scores;
import kshot.search.Search;
import kshot.search.SearchResult;
import kshot.search.SearchSettings;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Predictors and a search that a person writes, who has the public classes of the library and no others. */
class OwnPredictorTest {
    private static final SearchSpace SPACE = new ToySpace(2);
    private static final Limits LIMITS = Limits.of(9_000, Long.MAX_VALUE);
    private static final List<Architecture> ALL = Enumeration.of(SPACE).toList();
    private static final List<Architecture> INSIDE =
            ALL.stream().filter(a -> LIMITS.allow(SPACE.network(a))).toList();

    /** The logarithm of the FLOPs. */
    private record FlopsPredictor(SearchSpace space) implements Evaluator {
        static final String NAME = "log_flops";

        @Override
        public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
            population.stream().map(this::evaluate).forEach(results);
        }

        private Evaluation evaluate(Architecture architecture) {
            Cost cost = Cost.of(space.network(architecture));
            return new Evaluation(architecture, Scores.of(NAME, Math.log((double) cost.flops())), cost);
        }
    }

    /** Adds the sum of the logarithms of the widths to what another predictor says. */
    private record WithWidths(Evaluator other) implements Evaluator {
        static final String NAME = "log_widths";

        @Override
        public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
            other.evaluate(
                    population,
                    e -> results.accept(new Evaluation(
                            e.architecture(), e.scores().with(NAME, logWidths(e.architecture())), e.cost())));
        }
    }

    /** The options of the widths, decisions 1 and 3, are 4, 8 and 16. */
    private static double logWidths(Architecture architecture) {
        return (2 + architecture.choice(1) + 2 + architecture.choice(3)) * Math.log(2);
    }

    /** Adds the log-rank sum of some scores of another predictor: each ranked among those of reference architectures. */
    private static final class LogRank implements Evaluator {
        static final String NAME = "log_rank";
        private final Evaluator other;
        private final List<String> names;
        private final List<Evaluation> reference;

        LogRank(Evaluator other, List<String> names, List<Architecture> reference) {
            this.other = other;
            this.names = names;
            this.reference = other.evaluate(reference);
        }

        @Override
        public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
            other.evaluate(
                    population,
                    e -> results.accept(
                            new Evaluation(e.architecture(), e.scores().with(NAME, sum(e.scores())), e.cost())));
        }

        private double sum(Scores scores) {
            return names.stream()
                    .mapToDouble(name -> logRank(scores.get(name), name))
                    .sum();
        }

        /** ln(rank / m), ranks ascending from 1, ties averaged. */
        private double logRank(double score, String name) {
            double[] others = reference.stream().mapToDouble(e -> e.score(name)).toArray();
            long lower = Arrays.stream(others).filter(s -> s < score).count();
            long equal = Arrays.stream(others).filter(s -> s == score).count();
            return Math.log((lower + (equal + 1) / 2.0) / others.length);
        }
    }

    private static final Evaluator LOG_RANK =
            new LogRank(new WithWidths(new FlopsPredictor(SPACE)), List.of(FlopsPredictor.NAME, WithWidths.NAME), ALL);

    /** From the best architecture so far to its neighbours, and to random ones where none of these is new. */
    private static final class HillClimb extends Search {
        HillClimb(SearchSpace space, Limits limits, SearchSettings settings, Seed seed, Evaluator evaluator) {
            super(space, limits, settings, seed, evaluator);
        }

        @Override
        public SearchResult run(Listener listener) {
            Archive archive = archive(listener);
            RandomGenerator random = seed.generator("hill climb");
            List<Architecture> next = draw(archive, 1, random);
            while (!next.isEmpty()) {
                archive.evaluate(next);
                SearchResult soFar = SearchResult.of(archive.generations(), settings.decidingScore());
                next = archive.meet(
                        settings.population(), () -> neighbour(soFar.best().architecture(), random), sampler::allows);
                next = next.isEmpty() ? draw(archive, 1, random) : next;
            }
            return SearchResult.of(archive.generations(), settings.decidingScore());
        }

        private Architecture neighbour(Architecture architecture, RandomGenerator random) {
            int decision = random.nextInt(architecture.size());
            return architecture.with(
                    decision, random.nextInt(space.decisions().get(decision).size()));
        }
    }

    private enum Kind {
        NSGA2,
        RANDOM,
        HILL_CLIMB;

        SearchResult run(Evaluator evaluator, String score) {
            SearchSettings settings = SearchSettings.paper().withSize(5, 20, 3).withScore(score);
            Search search = switch (this) {
                case NSGA2 -> new Nsga2(SPACE, LIMITS, settings, new Seed(1), evaluator);
                case RANDOM -> new RandomSearch(SPACE, LIMITS, settings, new Seed(1), evaluator);
                case HILL_CLIMB -> new HillClimb(SPACE, LIMITS, settings, new Seed(1), evaluator);
            };
            return search.run();
        }
    }

    /** With enough evaluations for all that is inside, the best is what looking at FLOPs alone picks. */
    @ParameterizedTest
    @EnumSource
    void aSearchByFlopsFindsTheLargestInsideTheLimits(Kind kind) {
        SearchResult result = kind.run(new FlopsPredictor(SPACE), FlopsPredictor.NAME);
        Architecture largest = new FeasibleSampler(SPACE, LIMITS).largest(new Seed(1).generator("largest"));
        long flops = Cost.of(SPACE.network(largest)).flops();
        assertThat(result.best().cost().flops()).isEqualTo(flops);
        assertThat(result.best().score(FlopsPredictor.NAME)).isEqualTo(Math.log((double) flops));
        assertThat(result.evaluations()).extracting(Evaluation::architecture).isSubsetOf(INSIDE);
    }

    @ParameterizedTest
    @EnumSource
    void aSearchByAnAggregateFindsTheBestInsideTheLimits(Kind kind) {
        SearchResult result = kind.run(LOG_RANK, LogRank.NAME);
        double best = LOG_RANK.evaluate(INSIDE).stream()
                .mapToDouble(e -> e.score(LogRank.NAME))
                .max()
                .orElseThrow();
        assertThat(result.best().score(LogRank.NAME)).isEqualTo(best);
        assertThat(result.best().scores().byName().keySet())
                .containsExactly(FlopsPredictor.NAME, WithWidths.NAME, LogRank.NAME);
    }

    /**
     * Of the 36 architectures [0, 0, 0, 0] has the fewest FLOPs and shares the narrowest widths with three others: ranks 1 and
     * 2.5. [1, 2, 1, 2] has the most FLOPs and shares the widest widths with three: ranks 36 and 34.5.
     */
    @Test
    void theLogRankSumIsThatOfTheFormula() {
        List<Evaluation> ends = LOG_RANK.evaluate(List.of(Architecture.of(0, 0, 0, 0), Architecture.of(1, 2, 1, 2)));
        assertThat(ends.get(0).score(LogRank.NAME)).isCloseTo(Math.log(1 / 36.0) + Math.log(2.5 / 36), within(1e-12));
        assertThat(ends.get(1).score(LogRank.NAME)).isCloseTo(Math.log(34.5 / 36), within(1e-12));
    }
}
