package kshot.app.cli;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import kshot.rank.Interval;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import kshot.rank.RankingOptions;
import kshot.rank.RankingReport;
import kshot.run.evaluate.Evaluations.Tally;
import kshot.run.evaluate.Ranking;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;

/** A ranking as JSON, and as text for people. */
final class RankingOutput {
    private static final Map<String, String> BASELINES = Map.of(
            RankingReport.FLOPS,
            "FLOPs",
            RankingReport.LIVE_FLOPS,
            "live FLOPs",
            RankingReport.PARAMS,
            "parameters",
            Ranking.UNIFORM_CODES,
            "uniform codes");

    private RankingOutput() {}

    /** A ranking in JSON; the tally is there where architectures were evaluated for it. */
    private record Document(
            int n,
            @JsonUnwrapped Predictor scores,
            Map<String, Gain> gains,
            Combined combined,
            Map<String, Predictor> baselines,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Predictor> predictors,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Predictor aggregate,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Predictor> without,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> voters,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Predictor surrogate,

            Options options,
            @JsonUnwrapped @Nullable Evaluated tally,
            String verdict) {}

    /** The metrics of a predictor, null where one is not defined, and the ends of the intervals of those that are. */
    private record Predictor(@JsonAnyGetter Map<Metric, @Nullable Double> values, Map<Metric, List<Double>> intervals) {
        static Predictor of(Metrics metrics) {
            Map<Metric, @Nullable Double> values = new EnumMap<>(Metric.class);
            Map<Metric, List<Double>> intervals = new EnumMap<>(Metric.class);
            for (Metric metric : Metric.values()) {
                Interval interval = metrics.intervals().get(metric);
                values.put(metric, interval == null ? null : interval.value());
                if (interval != null) {
                    intervals.put(metric, ends(interval));
                }
            }
            return new Predictor(values, intervals);
        }
    }

    private record Combined(@JsonUnwrapped Predictor predictor, Map<String, Gain> gains) {}

    /** How much larger Kendall's τ-b of a predictor is than that of a baseline. */
    private record Gain(double value, List<Double> interval) {}

    private record Options(double topFraction, int k, double binWidth, int resamples, double confidence) {}

    private record Evaluated(int networks, int evaluated) {}

    /** Returns what {@code --json} prints. */
    static Object json(Ranking ranking) {
        RankingReport report = ranking.report();
        RankingOptions options = ranking.options();
        Tally tally = ranking.tally();
        Ranking.Parts parts = ranking.parts();
        return new Document(
                report.n(),
                Predictor.of(report.scores()),
                each(report.gains(), RankingOutput::gain),
                new Combined(Predictor.of(report.combined()), each(report.combinedGains(), RankingOutput::gain)),
                each(report.baselines(), Predictor::of),
                parts == null ? null : each(parts.alone(), Predictor::of),
                parts == null ? null : Predictor.of(report.scores()),
                parts == null ? null : each(parts.without(), Predictor::of),
                parts == null ? null : parts.voters(),
                ranking.surrogate() == null ? null : Predictor.of(ranking.surrogate()),
                new Options(
                        options.topFraction(),
                        options.k(),
                        options.binWidth(),
                        options.bootstrap().resamples(),
                        options.bootstrap().confidence()),
                tally == null ? null : new Evaluated(tally.distinct(), tally.fresh()),
                report.verdict());
    }

    private static <V, W> Map<String, W> each(Map<String, V> named, Function<V, W> function) {
        Map<String, W> results = new LinkedHashMap<>();
        named.forEach((name, value) -> results.put(name, function.apply(value)));
        return results;
    }

    private static Gain gain(Interval interval) {
        return new Gain(interval.value(), ends(interval));
    }

    private static List<Double> ends(Interval interval) {
        return List.of(interval.low(), interval.high());
    }

    /** A row of the table. */
    private record Row(String predictor, Metrics metrics) {}

    /** Returns the table and the sentences for people. */
    static String text(Ranking ranking) {
        RankingReport report = ranking.report();
        RankingOptions options = ranking.options();
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("scores", report.scores()));
        rows.add(new Row(String.format("scores and%nlive FLOPs"), report.combined()));
        report.baselines().forEach((name, metrics) -> rows.add(new Row(label(name), metrics)));
        Ranking.Parts parts = ranking.parts();
        if (parts != null) {
            parts.alone().forEach((name, metrics) -> rows.add(new Row(name + " alone", metrics)));
            parts.without()
                    .forEach((name, metrics) -> rows.add(new Row(String.format("scores without%n%s", name), metrics)));
        }
        if (ranking.surrogate() != null) {
            rows.add(new Row(String.format("surrogate of%nthe finalists"), ranking.surrogate()));
        }
        Table<Row> table = Table.of(rows)
                .text("predictor", Row::predictor)
                .columns(List.of(Metric.values()), metric -> header(metric, options), RankingOutput::cell);
        return String.format(
                Locale.ROOT,
                "%s%n%d architectures; below each value its %.0f %% interval (bootstrap, %d resamples).%n%s%s%n%s%n%s%s",
                Rows.table(table),
                report.n(),
                100 * options.bootstrap().confidence(),
                options.bootstrap().resamples(),
                votes(parts),
                sentence("the scores", report.gains()),
                sentence("scores and live FLOPs together", report.combinedGains()),
                tally(ranking),
                report.verdict());
    }

    private static String votes(Ranking.@Nullable Parts parts) {
        return parts == null
                ? ""
                : String.format("The scores are an aggregate of: %s.%n", String.join(", ", parts.voters()));
    }

    private static String tally(Ranking ranking) {
        Tally tally = ranking.tally();
        return tally == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%d distinct networks; %d evaluations were made just now.%n",
                        tally.distinct(),
                        tally.fresh());
    }

    private static String label(String baseline) {
        return BASELINES.getOrDefault(baseline, baseline);
    }

    private static String header(Metric metric, RankingOptions options) {
        return switch (metric) {
            case KENDALL_A -> "tau-a";
            case KENDALL_B -> "tau-b";
            case SPEARMAN -> "Spearman";
            case PEARSON -> "Pearson";
            case BETWEEN_GROUPS ->
                String.format(Locale.ROOT, "tau-a, top%n%.0f %% to rest", 100 * options.topFraction());
            case WITHIN_FLOPS_BINS ->
                String.format(Locale.ROOT, "tau-a, FLOPs%nwithin %.0f %%", 100 * options.binWidth());
            case WITHIN_EQUAL_FLOPS -> String.format("tau-a, FLOPs%nequal");
            case PRECISION_AT_K -> String.format(Locale.ROOT, "precision%nat %d", options.k());
            case REGRET -> "regret";
        };
    }

    private static String cell(Row row, Metric metric) {
        Interval interval = row.metrics().intervals().get(metric);
        return interval == null
                ? "-"
                : String.format(Locale.ROOT, "%.3f%n%.2f..%.2f", interval.value(), interval.low(), interval.high());
    }

    private static String sentence(String what, Map<String, Interval> gains) {
        List<String> differences = new ArrayList<>();
        gains.forEach((name, gain) -> differences.add(String.format(
                Locale.ROOT, "%s %+.3f (%+.3f to %+.3f)", label(name), gain.value(), gain.low(), gain.high())));
        return "tau-b of " + what + " less that of: " + String.join(", ", differences) + ".";
    }
}
