package kshot.study;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import org.jspecify.annotations.Nullable;

/** A {@link KStudy} as Markdown: a table and what it says of K, in plain sentences. */
final class KStudyText {
    private static final Map<Metric, String> COLUMNS = columns();

    private KStudyText() {}

    private static Map<Metric, String> columns() {
        Map<Metric, String> columns = new EnumMap<>(Metric.class);
        columns.put(Metric.KENDALL_B, "τ-b");
        columns.put(Metric.KENDALL_A, "τ-a");
        columns.put(Metric.SPEARMAN, "Spearman");
        columns.put(Metric.PEARSON, "Pearson");
        columns.put(Metric.BETWEEN_GROUPS, "top 10 % to rest");
        columns.put(Metric.WITHIN_EQUAL_FLOPS, "equal FLOPs");
        return columns;
    }

    static String of(KStudy study) {
        MarkdownTable table = new MarkdownTable("K", "predictor", COLUMNS.values(), "minutes");
        for (int k : study.ks()) {
            String minutes =
                    String.format(Locale.ROOT, "%.1f", study.trainSeconds(k).mean() / 60);
            for (String predictor : study.spreads(k, Metric.KENDALL_B).keySet()) {
                List<String> cells = COLUMNS.keySet().stream()
                        .map(metric -> cell(study.spreads(k, metric).get(predictor)))
                        .toList();
                table.row(k, Labels.plain(predictor), cells, minutes);
            }
        }
        study.baselines().forEach((name, metrics) -> {
            List<String> cells = COLUMNS.keySet().stream()
                    .map(metric -> cell(metrics, metric))
                    .toList();
            table.row("–", Labels.plain(name), cells, "");
        });
        List<String> lines = new ArrayList<>(List.of(table.toString(), ""));
        lines.add(study.architectures() + " architectures. Mean ± standard deviation over seeds: "
                + study.ks().stream()
                        .map(k -> study.trainSeconds(k).n() + " for K = " + k)
                        .collect(Collectors.joining(", "))
                + ".");
        int least = study.ks().get(0);
        for (int k : study.ks().subList(1, study.ks().size())) {
            lines.add("");
            lines.add(difference(study, least, k));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String cell(@Nullable Spread spread) {
        return spread == null ? "–" : spread.toString();
    }

    private static String cell(Metrics metrics, Metric metric) {
        return metrics.intervals().containsKey(metric)
                ? String.format(Locale.ROOT, "%.3f", metrics.value(metric))
                : "–";
    }

    /** Whether two values of K can be told apart, by two standard errors of the mean of their differences. */
    private static String difference(KStudy study, int least, int k) {
        Spread difference = study.difference(k, least, Metric.KENDALL_B, "log_likelihood");
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
}
