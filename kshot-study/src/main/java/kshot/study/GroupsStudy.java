package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kshot.diagram.Chart;
import kshot.predict.SupernetScores;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;

/**
 * Whether supernets tell the best architectures from the others: Kendall's τ-a over the pairs of one of the best and one of
 * the rest, as the supplement has it for high-performance architectures. Of the trainings of {@link KStudy}.
 *
 * @param rows one for each K, score and share of the best
 */
public record GroupsStudy(List<Row> rows) implements StudyResult {
    /** Shares of architectures that count as the best. */
    private static final List<Double> FRACTIONS = List.of(0.1, 0.2, 0.5);

    public GroupsStudy {
        rows = List.copyOf(rows);
    }

    /**
     * τ-a between the groups.
     *
     * @param k K
     * @param score name of the score that ranks
     * @param fraction share of the best
     * @param tau over the seeds
     */
    public record Row(int k, String score, double fraction, Spread tau) {}

    private record Group(String score, double fraction) {}

    /** Trains and ranks what is missing; see {@link KStudy#of}. */
    public static GroupsStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        List<Row> rows = new ArrayList<>();
        pool.each(ks, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), run -> taus(run, truth))
                .forEach((k, ofSeeds) -> ofSeeds.get(0)
                        .keySet()
                        .forEach(group -> rows.add(new Row(
                                k,
                                group.score,
                                group.fraction,
                                Spread.of(ofSeeds.stream()
                                        .map(taus -> Objects.requireNonNull(taus.get(group)))
                                        .toList())))));
        return new GroupsStudy(rows);
    }

    private static Map<Group, Double> taus(Run run, Benchmark truth) throws IOException {
        double[] values = truth.values();
        List<Evaluation> evaluated = truth.evaluate(run);
        Map<Group, Double> taus = new LinkedHashMap<>();
        for (String score : SupernetScores.NAMES) {
            double[] scores =
                    evaluated.stream().mapToDouble(e -> e.score(score)).toArray();
            for (double fraction : FRACTIONS) {
                taus.put(new Group(score, fraction), RankCorrelation.betweenGroups(values, scores, fraction));
            }
        }
        return taus;
    }

    @Override
    public String toMarkdown() {
        MarkdownTable table = new MarkdownTable(
                "K",
                "score",
                FRACTIONS.stream()
                        .map(fraction -> String.format(Locale.ROOT, "top %.0f %%", 100 * fraction))
                        .toList());
        Map<List<Object>, List<Spread>> taus = new LinkedHashMap<>();
        for (Row row : rows) {
            taus.computeIfAbsent(List.of(row.k, Labels.plain(row.score)), unused -> new ArrayList<>())
                    .add(row.tau);
        }
        taus.forEach(table::row);
        return table + "\n\nMean ± standard deviation over seeds.\n";
    }

    /** A chart for each score. */
    @Override
    public Map<String, String> toSvg() {
        Map<String, String> charts = new LinkedHashMap<>();
        List<String> ks = rows.stream().map(row -> "" + row.k).distinct().toList();
        for (String score : SupernetScores.NAMES) {
            Map<String, List<Chart.Point>> series = new LinkedHashMap<>();
            for (double fraction : FRACTIONS) {
                series.put(
                        String.format(Locale.ROOT, "top %.0f %%", 100 * fraction),
                        rows.stream()
                                .filter(row -> row.score.equals(score) && row.fraction == fraction)
                                .map(row -> row.tau.toPoint())
                                .toList());
            }
            charts.put(
                    "groups_" + score,
                    new Chart(
                                    "The best told from the rest, by " + Labels.plain(score),
                                    "K",
                                    "τ-a between groups, " + Labels.WHISKERS,
                                    ks,
                                    series,
                                    Map.of())
                            .svg());
        }
        return charts;
    }

    @Override
    public Map<String, Object> toJson() {
        return Map.of(
                "rows",
                rows.stream()
                        .map(row -> {
                            Map<String, Object> json = new LinkedHashMap<>();
                            json.put("k", row.k);
                            json.put("score", row.score);
                            json.put("top_fraction", row.fraction);
                            json.putAll(row.tau.toJson());
                            return json;
                        })
                        .toList());
    }
}
