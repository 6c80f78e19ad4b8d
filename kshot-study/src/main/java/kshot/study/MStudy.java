package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.diagram.Chart;
import kshot.run.settings.SettingsTree;
import kshot.train.SupernetSettings.Mode;

/**
 * Iterative against joint training of supernets and simplex-net as m grows: Figure 9 of the supplement, with Kendall's τ-b in
 * place of the accuracy of a retrained winner. All trainings pass the images equally often.
 *
 * @param k K
 * @param rows one for each mode and m
 */
public record MStudy(int k, List<Row> rows) implements StudyResult {
    public MStudy {
        rows = List.copyOf(rows);
    }

    /**
     * τ-b of one way to train.
     *
     * @param mode how batches are shared out
     * @param m groups of a batch
     * @param tau by each score, over the seeds
     */
    public record Row(Mode mode, int m, Map<String, Spread> tau) {}

    private record Setup(Mode mode, int m) {
        TrainingSpec member(SettingsTree base, int k, long seed) {
            return TrainingSpec.of(base, k, seed)
                    .with("supernet.groups", "" + m)
                    .with("supernet.mode", Labels.key(mode));
        }
    }

    /**
     * Trains and ranks what is missing.
     *
     * @param base settings of all members but for K, mode, m and seed
     * @param k K, at least 2
     * @param ms values of m, divisors of the batch size
     * @param seeds how many for each mode and m, from 1
     */
    public static MStudy of(TrainingPool pool, SettingsTree base, int k, List<Integer> ms, int seeds, Benchmark truth)
            throws IOException {
        InvalidInputException.require(k >= 2, "--k", k, "at least 2, for one supernet has no simplex-net");
        List<Setup> setups = Stream.of(Mode.values())
                .flatMap(mode -> ms.stream().map(m -> new Setup(mode, m)))
                .toList();
        List<Row> rows = new ArrayList<>();
        pool.each(setups, seeds, (setup, seed) -> setup.member(base, k, seed), run -> truth.tauB(truth.evaluate(run)))
                .forEach((setup, taus) -> rows.add(new Row(setup.mode, setup.m, Spread.ofEach(taus))));
        return new MStudy(k, rows);
    }

    @Override
    public String toMarkdown() {
        MarkdownTable table = new MarkdownTable(
                "training", "m", MarkdownTable.tauColumns(rows.get(0).tau.keySet()));
        rows.forEach(row -> table.row(Labels.key(row.mode), row.m, row.tau.values()));
        return table + "\n\nK = " + k + ". Mean ± standard deviation over seeds. All pass the images equally often.\n";
    }

    /** A chart for each score. */
    @Override
    public Map<String, String> toSvg() {
        Map<String, String> charts = new LinkedHashMap<>();
        List<String> ms = rows.stream().map(row -> "" + row.m).distinct().toList();
        for (String score : rows.get(0).tau.keySet()) {
            Map<String, List<Chart.Point>> series = new LinkedHashMap<>();
            for (Row row : rows) {
                series.computeIfAbsent(Labels.key(row.mode), unused -> new ArrayList<>())
                        .add(Objects.requireNonNull(row.tau.get(score), score).toPoint());
            }
            charts.put(
                    "m_" + score,
                    new Chart(
                                    "Iterative against joint training, K = " + k,
                                    "m, groups of a batch",
                                    "τ-b by " + Labels.plain(score) + ", " + Labels.WHISKERS,
                                    ms,
                                    series,
                                    Map.of())
                            .svg());
        }
        return charts;
    }

    @Override
    public Map<String, Object> toJson() {
        return Map.of("k", k, "rows", rows.stream().map(MStudy::json).toList());
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mode", Labels.key(row.mode));
        json.put("m", row.m);
        json.put("kendall_b", Spread.toJson(row.tau));
        return json;
    }
}
