package kshot.run.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.common.WholeFile;
import kshot.network.Cost;
import kshot.rank.BenchmarkTable;
import kshot.rank.Metrics;
import kshot.rank.RankingOptions;
import kshot.rank.RankingReport;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations.Tally;
import kshot.run.settings.Predictors;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.search.Evaluation;
import kshot.search.SearchSettings;
import kshot.search.model.Aggregate;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.jspecify.annotations.Nullable;

/**
 * The ranking of architectures of a benchmark table by scores.
 *
 * @param scores the score of each architecture, by its text, in the order of the table that was read
 * @param options of the report
 * @param report what came of it
 * @param parts what each of several predictors adds; null where there is one
 * @param surrogate the metrics of the surrogate of the run's finalists; null where the run has none for these predictors
 * @param tally what was evaluated for it, for architectures by the predictors of a run
 */
public record Ranking(
        Map<String, Double> scores,
        RankingOptions options,
        RankingReport report,
        @Nullable Parts parts,
        @Nullable Metrics surrogate,
        @Nullable Tally tally) {

    /**
     * The parts of an aggregate: what each of several predictors adds to it.
     *
     * @param alone the metrics of each, by its name
     * @param without the metrics of the aggregate of all others, by the name of the one that is left out
     * @param voters names of those that have a vote in the aggregate
     */
    public record Parts(Map<String, Metrics> alone, Map<String, Metrics> without, List<String> voters) {
        public Parts {
            voters = List.copyOf(voters);
            alone = Collections.unmodifiableMap(new LinkedHashMap<>(alone));
            without = Collections.unmodifiableMap(new LinkedHashMap<>(without));
        }
    }

    /** Name of the column of scores in a file of them. */
    public static final String SCORE_COLUMN = "score";
    /** Name of the surrogate of finalists. */
    private static final String SURROGATE = "surrogate";
    /** Name of the control among the baselines: the same supernets, mixed by uniform codes. */
    public static final String UNIFORM_CODES = "uniform_codes";

    public Ranking {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }

    /**
     * Ranks all architectures of a file of scores.
     *
     * @param truth holds at least these architectures
     * @param column of the truth
     * @param known their space, which says what they cost; null for the shipped one that has the first of them
     * @throws InvalidInputException if an architecture is missing in the truth, a column is missing, a number is none, or
     *     there are fewer than two
     */
    public static Ranking ofScores(
            BenchmarkTable truth, String column, BenchmarkTable scores, @Nullable SearchSpace known, Seed seed) {
        List<String> archs = scores.keys();
        double[] s = scores.column(SCORE_COLUMN);
        requireTwo(archs);
        SearchSpace space = known == null ? spaceOf(archs.get(0)) : known;
        double[] r = truth.column(column, archs);
        List<Cost> costs = archs.stream()
                .map(arch -> Cost.of(space.network(space.parse(arch))))
                .toList();
        RankingOptions options = RankingOptions.withDefaults(archs.size(), seed);
        return new Ranking(
                named(archs, s), options, RankingReport.of(r, s, costs, Map.of(), options), null, null, null);
    }

    private static SearchSpace spaceOf(String arch) {
        List<SearchSpace> spaces = Spaces.ofArchitecture(arch);
        InvalidInputException.require(
                spaces.size() == 1,
                "search space of architecture '" + arch + "'",
                spaces.isEmpty() ? "none of the shipped ones" : "more than one",
                "one of those, or another that --space names");
        return spaces.get(0);
    }

    /**
     * Evaluates architectures of a table by predictors of a run, and ranks them. With more than one supernet they are also
     * evaluated with uniform codes, as a control.
     *
     * @param sample how many of the table, drawn by the seed, the fewer among the more; null for all
     * @param predictors names of the scores that they are ranked by, by their aggregate where there are several
     * @throws InvalidInputException if the table is of another space, as in {@link #ofScores}, or if the supernets have not
     *     been trained
     */
    public static Ranking ofRun(
            Run run, BenchmarkTable truth, String column, @Nullable Integer sample, List<String> predictors, Seed seed)
            throws IOException {
        List<String> archs = architectures(truth, sample, seed);
        double[] r = truth.column(column, archs);
        List<Architecture> architectures =
                archs.stream().map(run.context().space()::parse).toList();
        List<Evaluation> learned = new ArrayList<>();
        Map<String, double[]> controls = new LinkedHashMap<>();
        String score = SearchSettings.decidingScore(predictors);
        Tally tally;
        Map<String, Aggregate> without = new LinkedHashMap<>();
        List<String> voters = new ArrayList<>();
        try (Evaluations evaluations = Evaluations.open(run, predictors)) {
            tally = evaluations.each(architectures, Codes.LEARNED, learned::add);
            if (predictors.size() > 1) {
                voters.addAll(evaluations.aggregate().voters());
                predictors.forEach(
                        left -> without.put(left, evaluations.aggregate().without(left)));
            }
            if (run.context().settings().supernet().k() > 1 && Predictors.needSupernets(predictors)) {
                List<Evaluation> uniform = new ArrayList<>();
                Tally ofControl = evaluations.each(architectures, Codes.UNIFORM, uniform::add);
                controls.put(UNIFORM_CODES, scores(uniform, score));
                tally = new Tally(tally.distinct(), tally.fresh() + ofControl.fresh());
            }
        }
        double[] s = scores(learned, score);
        List<Cost> costs = learned.stream().map(Evaluation::cost).toList();
        RankingOptions options = RankingOptions.withDefaults(archs.size(), seed);
        RankingReport report = RankingReport.of(r, s, costs, controls, options);
        return new Ranking(
                named(archs, s),
                options,
                report,
                without.isEmpty() ? null : parts(r, learned, without, voters, options),
                surrogate(run, predictors, r, learned, options),
                tally);
    }

    private static @Nullable Metrics surrogate(
            Run run, List<String> predictors, double[] truth, List<Evaluation> evaluations, RankingOptions options) {
        if (!predictors.equals(run.context().settings().search().score())) {
            return null;
        }
        List<Cost> costs = evaluations.stream().map(Evaluation::cost).toList();
        return new Finalists(run)
                .surrogate()
                .map(surrogate -> RankingReport.metrics(
                                truth,
                                Map.of(
                                        SURROGATE,
                                        evaluations.stream()
                                                .mapToDouble(surrogate::of)
                                                .toArray()),
                                costs,
                                options)
                        .get(SURROGATE))
                .orElse(null);
    }

    private static Parts parts(
            double[] truth,
            List<Evaluation> evaluations,
            Map<String, Aggregate> without,
            List<String> voters,
            RankingOptions options) {
        Map<String, double[]> alone = new LinkedHashMap<>();
        Map<String, double[]> others = new LinkedHashMap<>();
        without.forEach((predictor, aggregate) -> {
            alone.put(predictor, scores(evaluations, predictor));
            others.put(
                    predictor, evaluations.stream().mapToDouble(aggregate::of).toArray());
        });
        List<Cost> costs = evaluations.stream().map(Evaluation::cost).toList();
        return new Parts(
                RankingReport.metrics(truth, alone, costs, options),
                RankingReport.metrics(truth, others, costs, options),
                voters);
    }

    /**
     * Returns the architectures of a table that are ranked: all, or so many, drawn by the seed, the fewer among the more.
     *
     * @return at least two, in the order of the table
     */
    public static List<String> architectures(BenchmarkTable truth, @Nullable Integer sample, Seed seed) {
        List<String> archs = sample == null ? truth.keys() : sample(truth.keys(), sample, seed);
        requireTwo(archs);
        return archs;
    }

    /** The first so many of a shuffled table, in its order. */
    private static List<String> sample(List<String> archs, int count, Seed seed) {
        InvalidInputException.require(
                count >= 2 && count <= archs.size(),
                "--sample",
                count,
                "2 to " + archs.size() + ", the size of the table");
        List<Integer> indices = new ArrayList<>(
                Stream.iterate(0, i -> i + 1).limit(archs.size()).toList());
        Collections.shuffle(
                indices, new Random(seed.derive("ranked architectures").value()));
        return indices.subList(0, count).stream().sorted().map(archs::get).toList();
    }

    private static void requireTwo(Collection<String> archs) {
        InvalidInputException.require(archs.size() >= 2, "architectures to rank", archs.size(), "at least 2");
    }

    private static double[] scores(List<Evaluation> evaluations, String score) {
        return evaluations.stream().mapToDouble(e -> e.score(score)).toArray();
    }

    private static Map<String, Double> named(List<String> archs, double[] scores) {
        Map<String, Double> named = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            named.put(archs.get(i), scores[i]);
        }
        return named;
    }

    /** Writes the scores as a CSV file that {@link #ofScores} can read. */
    public void writeScores(Path file) throws IOException {
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        scores.forEach((arch, score) -> rows.put(arch, List.of(score)));
        WholeFile.write(file, BenchmarkTable.csv(List.of(SCORE_COLUMN), rows));
    }
}
