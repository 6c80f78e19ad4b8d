package kshot.study;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.rank.BenchmarkTable;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.evaluate.StandaloneTrainings;
import kshot.run.pipeline.Forecast;
import kshot.run.progress.ElapsedTime;
import kshot.run.settings.SettingsTree;
import kshot.run.settings.StandIn;
import kshot.run.store.StandaloneSetup;
import kshot.run.store.StandaloneTraining;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.study.result.Spread;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;

/**
 * A study of the truth about some random architectures of a space: each trained from scratch as a winner is, by several seeds, and tested.
 * Its table is a benchmark for rankings. It also says how sure the truth itself is.
 *
 * @param space name of the search space
 * @param rows the architectures, in the order in which they were drawn
 */
public record TruthStudy(String space, List<Row> rows) implements StudyResult {
    /** Name of the column of the mean test accuracy. */
    public static final String ACCURACY = "test_accuracy";

    private static final String LOG_LIKELIHOOD = "test_log_likelihood";
    private static final String SECONDS = "seconds";

    /** How often one more architecture is drawn before there are taken to be no more. */
    private static final int TRIES = 1000;

    public TruthStudy {
        rows = List.copyOf(rows);
    }

    /**
     * The truth about an architecture.
     *
     * @param arch its text form
     * @param testAccuracy share of the test images that was classified right, mean over the seeds
     * @param testLogLikelihood mean log-likelihood of the right class over test images and seeds
     * @param flops multiply-adds of one image
     * @param liveFlops those of the layers on a path from the images to the class scores
     * @param params learnable numbers
     * @param seeds the training of each seed, from 1
     */
    public record Row(
            String arch,
            double testAccuracy,
            double testLogLikelihood,
            long flops,
            long liveFlops,
            long params,
            List<Training> seeds) {
        public Row {
            seeds = List.copyOf(seeds);
        }

        /**
         * Returns the truth about an architecture.
         *
         * @param seeds the training of each seed, from 1
         */
        static Row of(String arch, Cost cost, List<Training> seeds) {
            return new Row(
                    arch,
                    mean(seeds, Training::testAccuracy),
                    mean(seeds, Training::testLogLikelihood),
                    cost.flops(),
                    cost.liveFlops(),
                    cost.parameters(),
                    seeds);
        }

        private static double mean(List<Training> seeds, ToDoubleFunction<Training> of) {
            return seeds.stream().mapToDouble(of).average().orElseThrow();
        }
    }

    /**
     * One training of an architecture.
     *
     * @param testAccuracy share of the test images that was classified right
     * @param testLogLikelihood mean log-likelihood of the right class over the test images
     * @param seconds time of the training; 0 where it diverged
     */
    public record Training(double testAccuracy, double testLogLikelihood, double seconds) {}

    /**
     * Trains what is missing.
     *
     * @param settings of the trainings
     * @param count how many architectures, the fewer among the more
     * @param seeds of each training, from 1
     * @param inside whether only architectures inside the limits of the settings are drawn
     * @param known the table of an earlier study with these settings, whose trainings are not repeated; null for none
     * @throws InvalidInputException if the space has fewer different architectures, or the known table lacks a column or
     *     holds what no training has
     */
    public static TruthStudy of(
            TrainingPool pool, SettingsTree settings, int count, int seeds, boolean inside, @Nullable Path known)
            throws IOException {
        InvalidInputException.require(count >= 2, "--archs", count, "at least 2");
        BenchmarkTable earlier = known == null ? null : BenchmarkTable.read(known);
        SettingsTree member = settings.copy();
        member.set("threads", "1");
        return pool.asItStands(
                new TrainingSpec("truth", "truth", member),
                run -> of(run, pool.atOnce(), count, seeds, inside, earlier));
    }

    private static TruthStudy of(
            Run run, int atOnce, int count, int seeds, boolean inside, @Nullable BenchmarkTable known) {
        SearchSpace space = run.context().space();
        List<Architecture> architectures = draw(
                space,
                inside ? run.context().limits() : Limits.NONE,
                count,
                run.context().seed());
        int epochs = run.context().settings().retrain().epochs();
        List<StandaloneSetup> setups = LongStream.rangeClosed(1, seeds)
                .mapToObj(seed -> new StandaloneSetup(StandaloneSetup.Images.TEST, 0, StandIn.NONE, epochs, seed))
                .toList();
        List<String> texts = architectures.stream().map(space::format).toList();
        if (known != null) {
            setups.forEach(setup -> adopt(run, setup, texts, known));
        }
        forecast(run, setups, texts, atOnce);
        StandaloneTrainings trainings = new StandaloneTrainings(run, atOnce);
        setups.forEach(setup -> trainings.evaluator(setup).evaluate(architectures));
        List<Map<String, Training>> bySeed =
                setups.stream().map(setup -> trainings(run, setup)).toList();
        return new TruthStudy(
                space.name(),
                IntStream.range(0, count)
                        .mapToObj(i -> Row.of(
                                texts.get(i),
                                Cost.of(space.network(architectures.get(i))),
                                bySeed.stream()
                                        .map(of -> Objects.requireNonNull(of.get(texts.get(i))))
                                        .toList()))
                        .toList());
    }

    private static Map<String, Training> trainings(Run run, StandaloneSetup setup) {
        return run.store().standalone(setup).stream()
                .collect(Collectors.toMap(
                        StandaloneTraining::arch,
                        training -> new Training(training.accuracy(), training.logLikelihood(), training.seconds())));
    }

    /** Takes over what a table knows of the trainings with a seed, if it has columns of the seed. */
    private static void adopt(Run run, StandaloneSetup setup, List<String> architectures, BenchmarkTable known) {
        if (!known.columns().contains(ofSeed(ACCURACY, setup.seed()))) {
            return;
        }
        Set<String> done = trainings(run, setup).keySet();
        List<String> adopted = architectures.stream()
                .filter(arch -> known.contains(arch) && !done.contains(arch))
                .toList();
        double[] accuracies = known.column(ofSeed(ACCURACY, setup.seed()), adopted);
        double[] logLikelihoods = known.column(ofSeed(LOG_LIKELIHOOD, setup.seed()), adopted);
        double[] seconds = known.column(ofSeed(SECONDS, setup.seed()), adopted);
        for (int i = 0; i < adopted.size(); i++) {
            InvalidInputException.require(
                    accuracies[i] >= 0 && accuracies[i] <= 1,
                    ofSeed(ACCURACY, setup.seed()) + " of " + adopted.get(i) + " in " + known.file(),
                    accuracies[i],
                    "0 to 1");
            run.store()
                    .putStandalone(
                            setup,
                            new StandaloneTraining(
                                    adopted.get(i), accuracies[i], logLikelihoods[i], seconds[i], Instant.now()));
        }
        run.listener().say(adopted.size() + " trainings of seed " + setup.seed() + " are those of " + known.file());
    }

    private static String ofSeed(String column, long seed) {
        return column + "_seed" + seed;
    }

    /** Says how long it will take to train what is missing. */
    private static void forecast(Run run, List<StandaloneSetup> setups, List<String> architectures, int atOnce) {
        Set<String> asked = Set.copyOf(architectures);
        long known = setups.stream()
                .flatMap(setup -> run.store().standalone(setup).stream())
                .filter(training -> asked.contains(training.arch()))
                .count();
        int missing = setups.size() * architectures.size() - (int) known;
        if (missing > 0) {
            run.listener()
                    .say("forecast: " + missing + " trainings, about "
                            + ElapsedTime.format(Forecast.standalone(run.context(), setups.get(0), missing, atOnce)));
        }
    }

    /** Draws architectures that differ in what they compute. */
    static List<Architecture> draw(SearchSpace space, Limits limits, int count, Seed seed) {
        FeasibleSampler sampler = new FeasibleSampler(space, limits);
        RandomGenerator random = seed.generator("architectures of the truth");
        Set<Architecture> met = new HashSet<>();
        List<Architecture> drawn = new ArrayList<>();
        while (drawn.size() < count) {
            drawn.add(Stream.generate(() -> sampler.sample(random))
                    .limit(TRIES)
                    .filter(architecture -> met.add(space.canonical(architecture)))
                    .findFirst()
                    .orElseThrow(() -> InvalidInputException.of(
                            "--archs", count, "at most about " + drawn.size() + ", as many as were found to differ")));
        }
        return drawn;
    }

    /** Returns the table as CSV for {@code rank} and the studies. */
    public String csv() {
        List<String> columns = new ArrayList<>(List.of(ACCURACY, LOG_LIKELIHOOD, "flops", "live_flops", "params"));
        for (int seed = 1; seed <= seeds(); seed++) {
            columns.addAll(List.of(ofSeed(ACCURACY, seed), ofSeed(LOG_LIKELIHOOD, seed), ofSeed(SECONDS, seed)));
        }
        Map<String, List<Number>> table = new LinkedHashMap<>();
        for (Row row : rows) {
            List<Number> numbers = new ArrayList<>(
                    List.of(row.testAccuracy, row.testLogLikelihood, row.flops, row.liveFlops, row.params));
            row.seeds.forEach(training ->
                    numbers.addAll(List.of(training.testAccuracy, training.testLogLikelihood, training.seconds)));
            table.put(row.arch, numbers);
        }
        return BenchmarkTable.csv(columns, table);
    }

    private int seeds() {
        return rows.get(0).seeds.size();
    }

    /**
     * Returns the standard deviation of one training of an architecture around its mean, over all architectures; NaN for one
     * seed.
     */
    double noise() {
        double squares = rows.stream()
                .flatMapToDouble(row -> row.seeds.stream()
                        .mapToDouble(training -> Math.pow(training.testAccuracy - row.testAccuracy, 2)))
                .sum();
        return seeds() > 1 ? Math.sqrt(squares / rows.size() / (seeds() - 1)) : Double.NaN;
    }

    /** Returns the mean τ-b of the accuracies of two seeds, over all pairs of seeds; null for one seed, or where it is undefined. */
    @Nullable
    Double tauOfSeeds() {
        double[] taus = IntStream.range(0, seeds())
                .boxed()
                .flatMapToDouble(i -> IntStream.range(i + 1, seeds())
                        .mapToDouble(
                                j -> tau(row -> row.seeds.get(i).testAccuracy, row -> row.seeds.get(j).testAccuracy)))
                .toArray();
        double mean = Arrays.stream(taus).average().orElse(Double.NaN);
        return Double.isNaN(mean) ? null : mean;
    }

    private double tau(ToDoubleFunction<Row> truth, ToDoubleFunction<Row> score) {
        double[] r = rows.stream().mapToDouble(truth).toArray();
        double[] s = rows.stream().mapToDouble(score).toArray();
        boolean defined = Arrays.stream(r).distinct().count() > 1
                && Arrays.stream(s).distinct().count() > 1;
        return defined ? RankCorrelation.kendallB(r, s) : Double.NaN;
    }

    @Override
    public String title() {
        return "The truth about " + rows.size() + " architectures of " + space;
    }

    /** A line of a table of figures. */
    private record Figure(String name, @Nullable Double value) {
        static Figure of(String name, double value) {
            return new Figure(name, Double.isNaN(value) ? null : value);
        }
    }

    @Override
    public List<Table<?>> tables() {
        Spread spread = Spread.of(rows.stream().map(Row::testAccuracy).toList());
        List<Figure> figures = List.of(
                Figure.of("mean", spread.mean()),
                Figure.of(
                        "best",
                        rows.stream().mapToDouble(Row::testAccuracy).max().orElseThrow()),
                Figure.of(
                        "worst",
                        rows.stream().mapToDouble(Row::testAccuracy).min().orElseThrow()),
                Figure.of("standard deviation over architectures", spread.deviation()),
                Figure.of("standard deviation of one training", noise()));
        List<Figure> taus = List.of(
                new Figure("one seed against another, mean", tauOfSeeds()),
                Figure.of("FLOPs", tau(Row::testAccuracy, Row::flops)),
                Figure.of("live FLOPs", tau(Row::testAccuracy, Row::liveFlops)),
                Figure.of("parameters", tau(Row::testAccuracy, Row::params)));
        return List.of(
                Table.of("Test accuracy:", figures)
                        .text("of the test accuracy", Figure::name)
                        .column("value", "%.4f", Figure::value),
                Table.of("How free guesses rank them:", taus)
                        .text("guess", Figure::name)
                        .column("τ-b", Figure::value));
    }

    @Override
    public List<String> notes() {
        return List.of("Each architecture was trained " + (seeds() == 1 ? "once" : seeds() + " times")
                + ", and tested on the test images; its accuracy is the mean. No ranking can be closer to the truth than"
                + " the truth of one seed is to that of another, but by chance.");
    }

    @Override
    public Map<String, String> drawings() {
        return Map.of();
    }
}
