package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;
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
     * @param kendallB τ-b by each score, over the seeds
     */
    public record Row(Mode mode, int m, Map<String, Spread> kendallB) {
        public Row {
            kendallB = Collections.unmodifiableMap(new LinkedHashMap<>(kendallB));
        }
    }

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
        Predictors.requireSupernets(base);
        InvalidInputException.require(k >= 2, "--k", k, "at least 2, for one supernet has no simplex-net");
        List<Setup> setups = Stream.of(Mode.values())
                .flatMap(mode -> ms.stream().map(m -> new Setup(mode, m)))
                .toList();
        List<Row> rows = new ArrayList<>();
        pool.each(setups, seeds, (setup, seed) -> setup.member(base, k, seed), run -> truth.tauB(truth.evaluate(run)))
                .forEach((setup, taus) -> rows.add(new Row(setup.mode, setup.m, Spread.ofEach(taus))));
        return new MStudy(k, rows);
    }

    private List<String> scores() {
        return List.copyOf(rows.get(0).kendallB.keySet());
    }

    @Override
    public String title() {
        return "Iterative against joint training, K = " + k;
    }

    @Override
    public List<Table<?>> tables() {
        return List.of(Table.of(rows)
                .text("training", row -> Labels.key(row.mode))
                .column("m", Row::m)
                .columns(scores(), Labels::tauB, (row, score) -> row.kendallB.get(score)));
    }

    @Override
    public List<String> notes() {
        return List.of("Mean ± standard deviation over seeds. All trainings pass the images equally often.");
    }

    /** A chart for each score. */
    @Override
    public Map<String, String> drawings() {
        Map<String, String> charts = new LinkedHashMap<>();
        for (String score : scores()) {
            Map<String, Map<String, Spread>> points = new LinkedHashMap<>();
            rows.forEach(row -> points.computeIfAbsent("" + row.m, m -> new LinkedHashMap<>())
                    .put(Labels.key(row.mode), Objects.requireNonNull(row.kendallB.get(score), score)));
            charts.put(
                    "m_" + score,
                    new SpreadChart(title(), "m, groups of a batch", Labels.tauB(score), points, Map.of()).svg());
        }
        return charts;
    }
}
