package kshot.study;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kshot.predict.SupernetScores;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import kshot.rank.RankingReport;
import kshot.run.Run;
import kshot.run.evaluate.Ranking;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.run.store.TrainingPoint;
import kshot.search.Scores;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;

/**
 * The ranking ability of supernets as K grows: Tables 7 and 9 and Figure 4 of the supplement. Every K is trained with the same
 * settings on the same number of images, once for each seed, and ranks the same architectures. Rankings are by several
 * predictors: each score, each score with uniform codes, and each score together with live FLOPs.
 *
 * @param architectures number of architectures that are ranked
 * @param baselines the metrics of what costs nothing, on the same architectures
 * @param summary one row for each K, over its seeds
 * @param members one row for each training, those of one K together
 */
public record KStudy(
        int architectures, Map<String, Map<Metric, Double>> baselines, List<OfK> summary, List<Member> members)
        implements StudyResult {
    /** The metrics that the table shows. */
    private static final Map<Metric, String> COLUMNS = new EnumMap<>(Map.of(
            Metric.KENDALL_B, "τ-b",
            Metric.KENDALL_A, "τ-a",
            Metric.SPEARMAN, "Spearman",
            Metric.PEARSON, "Pearson",
            Metric.BETWEEN_GROUPS, "top 10 % to rest",
            Metric.WITHIN_EQUAL_FLOPS, "equal FLOPs"));

    public KStudy {
        baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
        summary = List.copyOf(summary);
        members = List.copyOf(members);
    }

    /**
     * The metrics of one K.
     *
     * @param k K
     * @param trainSeconds mean time of a training, beside others
     * @param spreads for each metric the spread of each predictor that has it
     */
    public record OfK(
            int k, double trainSeconds, @JsonAnyGetter Map<Metric, Map<String, Spread>> spreads) {
        private static OfK of(int k, List<Member> members) {
            Map<Metric, Map<String, Spread>> spreads = new EnumMap<>(Metric.class);
            for (Metric metric : Metric.values()) {
                Map<String, List<Double>> values = new LinkedHashMap<>();
                members.forEach(member -> member.predictors.forEach((name, metrics) -> {
                    if (metrics.containsKey(metric)) {
                        values.computeIfAbsent(name, n -> new ArrayList<>()).add(metrics.get(metric));
                    }
                }));
                Map<String, Spread> ofMetric = new LinkedHashMap<>();
                values.forEach((name, of) -> ofMetric.put(name, Spread.of(of)));
                spreads.put(metric, ofMetric);
            }
            Spread seconds =
                    Spread.of(members.stream().map(Member::trainSeconds).toList());
            return new OfK(k, seconds.mean(), Collections.unmodifiableMap(spreads));
        }

        private Map<String, Spread> of(Metric metric) {
            return spreads.getOrDefault(metric, Map.of());
        }
    }

    /**
     * The metrics of one training.
     *
     * @param k K
     * @param seed of the training
     * @param trainSeconds time of the training, beside others
     * @param predictors the metrics of each predictor that are defined for it, by its name
     */
    public record Member(
            int k,
            long seed,
            double trainSeconds,
            @JsonAnyGetter Map<String, Map<Metric, Double>> predictors) {
        /** Returns a training whose supernets rank by each score. */
        static Member of(int k, long seed, double trainSeconds, Map<String, RankingReport> byScore) {
            Map<String, Map<Metric, Double>> predictors = new LinkedHashMap<>();
            byScore.forEach((score, report) -> {
                predictors.put(score, values(report.scores()));
                Metrics uniform = report.baselines().get(Ranking.UNIFORM_CODES);
                if (uniform != null) {
                    predictors.put(score + "_" + Ranking.UNIFORM_CODES, values(uniform));
                }
                predictors.put(score + "_and_" + RankingReport.LIVE_FLOPS, values(report.combined()));
            });
            return new Member(k, seed, trainSeconds, Collections.unmodifiableMap(predictors));
        }
    }

    /** The rankings by one training, and one of its reports for what is the same for all trainings. */
    private record Ranked(Member member, RankingReport report) {}

    /**
     * Trains and ranks what is missing.
     *
     * @param base settings of all members but for K and seed
     * @param ks values of K
     * @param seeds how many for each K, from 1
     */
    public static KStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        Predictors.requireSupernets(base);
        List<Ranked> ranked =
                pool
                        .each(ks, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), run -> rank(run, truth))
                        .values()
                        .stream()
                        .flatMap(List::stream)
                        .toList();
        return of(ranked.get(0).report, ranked.stream().map(Ranked::member).toList());
    }

    /**
     * Sums up trainings.
     *
     * @param any a ranking by one of them, whose baselines all share
     * @param members those of the smallest K first
     */
    static KStudy of(RankingReport any, List<Member> members) {
        Map<String, Map<Metric, Double>> baselines = new LinkedHashMap<>();
        any.baselines().forEach((name, metrics) -> baselines.put(name, values(metrics)));
        baselines.remove(Ranking.UNIFORM_CODES);
        List<OfK> summary = new ArrayList<>();
        members.stream()
                .collect(Collectors.groupingBy(Member::k, LinkedHashMap::new, Collectors.toList()))
                .forEach((k, of) -> summary.add(OfK.of(k, of)));
        return new KStudy(any.n(), baselines, summary, members);
    }

    private static Ranked rank(Run run, Benchmark truth) throws IOException {
        Map<String, RankingReport> byScore = new LinkedHashMap<>();
        for (String score : SupernetScores.NAMES) {
            byScore.put(score, truth.ranking(run, List.of(score)).report());
        }
        List<String> predictors = run.context().settings().search().score();
        if (predictors.size() > 1) {
            byScore.put(Scores.AGGREGATE, truth.ranking(run, predictors).report());
        }
        return new Ranked(
                Member.of(
                        run.context().settings().supernet().k(),
                        run.context().settings().seed(),
                        trainSeconds(run),
                        byScore),
                byScore.values().iterator().next());
    }

    /** Returns the time of a run's training, beside others. */
    static double trainSeconds(Run run) {
        return run.store().training(TrainingPoint.SUPERNET).stream()
                .mapToDouble(TrainingPoint::seconds)
                .max()
                .orElse(0);
    }

    private static Map<Metric, Double> values(Metrics metrics) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        metrics.intervals().forEach((metric, interval) -> values.put(metric, interval.value()));
        return Collections.unmodifiableMap(values);
    }

    /**
     * Returns how much larger a metric of a predictor is with one K than with another, seed by seed: trainings of one seed hold
     * out the same images and draw the same architectures, so that they share much of their noise.
     */
    Spread difference(int k, int other, Metric metric, String predictor) {
        Map<Long, Double> ofOther = bySeed(other, metric, predictor);
        return Spread.of(bySeed(k, metric, predictor).entrySet().stream()
                .map(of -> of.getValue() - Objects.requireNonNull(ofOther.get(of.getKey()), "the same seeds"))
                .toList());
    }

    private Map<Long, Double> bySeed(int k, Metric metric, String predictor) {
        Map<Long, Double> values = new LinkedHashMap<>();
        members.stream().filter(member -> member.k == k).forEach(member -> {
            Map<Metric, Double> metrics = Objects.requireNonNull(member.predictors.get(predictor), predictor);
            values.put(member.seed, Objects.requireNonNull(metrics.get(metric), metric.key()));
        });
        return values;
    }

    @Override
    public String title() {
        return "Ranking ability as K grows";
    }

    /** A row of the table; a baseline has neither K nor time. */
    private record Row(
            String k,
            String predictor,
            Map<Metric, ?> metrics,
            @Nullable Double minutes) {}

    @Override
    public List<Table<?>> tables() {
        Stream<Row> predictors = summary.stream()
                .flatMap(of -> of.of(Metric.KENDALL_B).keySet().stream().map(name -> {
                    Map<Metric, Spread> metrics = new EnumMap<>(Metric.class);
                    of.spreads.forEach((metric, spreads) -> {
                        if (spreads.containsKey(name)) {
                            metrics.put(metric, spreads.get(name));
                        }
                    });
                    return new Row("" + of.k, name, metrics, of.trainSeconds / 60);
                }));
        Stream<Row> free = baselines.entrySet().stream().map(of -> new Row("–", of.getKey(), of.getValue(), null));
        return List.of(Table.of(Stream.concat(predictors, free).toList())
                .text("K", Row::k)
                .text("predictor", row -> Labels.plain(row.predictor))
                .columns(COLUMNS.keySet(), COLUMNS::get, (row, metric) -> row.metrics.get(metric))
                .column("minutes", "%.1f", Row::minutes));
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(architectures + " architectures. Mean ± standard deviation over seeds: "
                + summary.stream()
                        .map(of -> members.stream()
                                        .filter(member -> member.k == of.k)
                                        .count() + " for K = " + of.k)
                        .collect(Collectors.joining(", "))
                + ".");
        summary.stream().skip(1).forEach(of -> notes.add(difference(summary.get(0).k, of.k)));
        return notes;
    }

    /** Says whether two values of K can be told apart, by two standard errors of the mean of their differences. */
    private String difference(int least, int k) {
        Spread difference = difference(k, least, Metric.KENDALL_B, "log_likelihood");
        String start = String.format(
                Locale.ROOT, "τ-b by log-likelihood, K = %d less K = %d: %+.3f", k, least, difference.mean());
        if (difference.n() == 1) {
            return start + "; one seed says nothing of the noise between trainings.";
        }
        long needed = (long) Math.ceil(4 * Math.pow(difference.deviation() / difference.mean(), 2));
        return start
                + String.format(Locale.ROOT, " ± %.3f (standard error, seed by seed). ", difference.error())
                + (Math.abs(difference.mean()) > 2 * difference.error()
                        ? "That is more than the noise between trainings."
                        : "That is inside the noise between trainings; to tell a difference of this size, if it is real, would "
                                + "take about " + needed + " seeds of each.");
    }

    /** Figure 4: τ-b of scores with and without learned codes, beside what costs nothing. */
    @Override
    public Map<String, String> drawings() {
        Map<String, Double> lines = new LinkedHashMap<>();
        for (String name : List.of(RankingReport.FLOPS, RankingReport.LIVE_FLOPS)) {
            Map<Metric, Double> metrics = Objects.requireNonNull(baselines.get(name), name);
            lines.put(name, Objects.requireNonNull(metrics.get(Metric.KENDALL_B), name));
        }
        SpreadChart chart = new SpreadChart(
                title(), "K", "Kendall's τ-b", SpreadChart.points(summary, of -> "" + of.k, KStudy::drawn), lines);
        return Map.of("k", chart.svg());
    }

    private static Map<String, Spread> drawn(OfK of) {
        Map<String, Spread> drawn = new LinkedHashMap<>(of.of(Metric.KENDALL_B));
        drawn.keySet().removeIf(name -> name.endsWith(RankingReport.LIVE_FLOPS));
        return drawn;
    }
}
