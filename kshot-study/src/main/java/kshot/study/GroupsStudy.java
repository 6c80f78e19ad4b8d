package kshot.study;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kshot.predict.SupernetScores;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;

/**
 * A study of whether supernets tell the best architectures from the others: Kendall's τ-a over the pairs of one of the best and one of
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
     * @param score that ranks
     * @param topFraction share of the best
     * @param tau over the seeds
     */
    public record Row(
            int k,
            String score,
            double topFraction,
            @JsonUnwrapped Spread tau) {}

    private record Group(String score, double fraction) {}

    /** Trains and ranks what is missing; see {@link KStudy#of}. */
    public static GroupsStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        Predictors.requireSupernets(base);
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

    /** Returns τ-a of a row's K and score for each share of the best. */
    private Map<String, Spread> taus(Row of) {
        Map<String, Spread> taus = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.k == of.k && row.score.equals(of.score))
                .forEach(row -> taus.put(top(row.topFraction), row.tau));
        return taus;
    }

    private static String top(double fraction) {
        return String.format(Locale.ROOT, "top %.0f %%", 100 * fraction);
    }

    /** Returns one row for each K and score. */
    private List<Row> firsts() {
        return rows.stream().filter(row -> row.topFraction == FRACTIONS.get(0)).toList();
    }

    @Override
    public String title() {
        return "The best told from the rest";
    }

    @Override
    public List<Table<?>> tables() {
        return List.of(Table.of(firsts())
                .column("K", Row::k)
                .text("score", row -> Labels.plain(row.score))
                .columns(
                        FRACTIONS,
                        GroupsStudy::top,
                        (row, fraction) -> taus(row).get(top(fraction))));
    }

    @Override
    public List<String> notes() {
        return List.of("τ-a between groups. Mean ± standard deviation over seeds.");
    }

    /** A chart for each score. */
    @Override
    public Map<String, String> drawings() {
        Map<String, String> charts = new LinkedHashMap<>();
        for (String score : SupernetScores.NAMES) {
            List<Row> ofScore =
                    firsts().stream().filter(row -> row.score.equals(score)).toList();
            SpreadChart chart = new SpreadChart(
                    title() + ", by " + Labels.plain(score),
                    "K",
                    "τ-a between groups",
                    SpreadChart.points(ofScore, row -> "" + row.k, this::taus),
                    Map.of());
            charts.put("groups_" + score, chart.svg());
        }
        return charts;
    }
}
