package kshot.app.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kshot.rank.Interval;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import kshot.rank.RankingOptions;
import kshot.rank.RankingReport;
import kshot.run.Evaluations.Tally;
import kshot.run.Ranking;

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

    static Map<String, Object> json(Ranking ranking) {
        RankingReport report = ranking.report();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("n", report.n());
        json.putAll(json(report.scores()));
        json.put("gains", gains(report.gains()));
        Map<String, Object> combined = json(report.combined());
        combined.put("gains", gains(report.combinedGains()));
        json.put("combined", combined);
        Map<String, Object> baselines = new LinkedHashMap<>();
        report.baselines().forEach((name, metrics) -> baselines.put(name, json(metrics)));
        json.put("baselines", baselines);
        RankingOptions options = ranking.options();
        Map<String, Object> ofReport = new LinkedHashMap<>();
        ofReport.put("top_fraction", options.topFraction());
        ofReport.put("k", options.k());
        ofReport.put("bin_width", options.binWidth());
        ofReport.put("resamples", options.bootstrap().resamples());
        ofReport.put("confidence", options.bootstrap().confidence());
        json.put("options", ofReport);
        Tally tally = ranking.tally();
        if (tally != null) {
            json.put("networks", tally.distinct());
            json.put("evaluated", tally.fresh());
        }
        json.put("verdict", report.verdict());
        return json;
    }

    private static Map<String, Object> json(Metrics metrics) {
        Map<String, Object> json = new LinkedHashMap<>();
        Map<String, Object> intervals = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            Interval interval = metrics.intervals().get(metric);
            json.put(metric.key(), interval == null ? null : interval.value());
            if (interval != null) {
                intervals.put(metric.key(), List.of(interval.low(), interval.high()));
            }
        }
        json.put("intervals", intervals);
        return json;
    }

    /** Of Kendall's τ-b, over each baseline. */
    private static Map<String, Object> gains(Map<String, Interval> gains) {
        Map<String, Object> json = new LinkedHashMap<>();
        gains.forEach((name, gain) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("value", gain.value());
            one.put("interval", List.of(gain.low(), gain.high()));
            json.put(name, one);
        });
        return json;
    }

    /** A row of the table. */
    private record Row(String predictor, Metrics metrics) {}

    static String text(Ranking ranking) {
        RankingReport report = ranking.report();
        RankingOptions options = ranking.options();
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("scores", report.scores()));
        rows.add(new Row("scores and live FLOPs", report.combined()));
        report.baselines().forEach((name, metrics) -> rows.add(new Row(label(name), metrics)));
        List<ColumnData<Row>> columns = new ArrayList<>();
        columns.add(new Column()
                .header("predictor")
                .dataAlign(HorizontalAlign.LEFT)
                .maxWidth(14)
                .with(Row::predictor));
        for (Metric metric : Metric.values()) {
            columns.add(new Column().header(header(metric, options)).with(row -> cell(row, metric)));
        }
        return String.format(
                Locale.ROOT,
                "%s%n%d architectures; below each value its %.0f %% interval (bootstrap, %d resamples).%n%s%n%s%n%s%s",
                AsciiTable.getTable(rows, columns),
                report.n(),
                100 * options.bootstrap().confidence(),
                options.bootstrap().resamples(),
                sentence("the scores", report.gains()),
                sentence("scores and live FLOPs together", report.combinedGains()),
                tally(ranking),
                report.verdict());
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
