package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.diagram.Chart;
import kshot.run.Evaluations;
import kshot.run.Run;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.Spaces;

/**
 * What the regulariser r_c does, with its weight and without: to the ranking, and to the codes of architectures of different
 * widths, which it shall make distinct.
 *
 * @param k K
 * @param rows with the regulariser and without
 */
public record RegulariserStudy(int k, List<Row> rows) implements StudyResult {
    private static final String SETTING = "supernet.simplex.regulariser";
    private static final String PAPER = "1.0";

    public RegulariserStudy {
        rows = List.copyOf(rows);
    }

    /**
     * Trainings with one weight of r_c.
     *
     * @param weight a
     * @param tau Kendall's τ-b by each score, over the seeds
     * @param distances between codes of architectures of different widths, by {@link CodeDistances#byName}, over the seeds
     */
    public record Row(String weight, Map<String, Spread> tau, Map<String, Spread> distances) {
        public Row {
            tau = new LinkedHashMap<>(tau);
            distances = new LinkedHashMap<>(distances);
        }
    }

    private record Measured(Map<String, Double> tau, Map<String, Double> distances) {}

    /**
     * Trains and ranks what is missing.
     *
     * @param base settings of all members but for K, seed and the weight of r_c; where it is 0, the paper's is what the
     *     study compares with 0
     * @param k K, at least 2
     * @param seeds how many with and without, from 1
     */
    public static RegulariserStudy of(TrainingPool pool, SettingsTree base, int k, int seeds, Benchmark truth)
            throws IOException {
        InvalidInputException.require(k >= 2, "--k", k, "at least 2, for one supernet has but one code");
        String weight = base.required(SETTING);
        boolean isOff = Double.parseDouble(weight) == 0;
        String on = isOff ? PAPER : weight;
        String off = isOff ? weight : "0.0";
        String space = base.required("space.name");
        InvalidInputException.require(
                Spaces.named(space).decisions().stream().anyMatch(Decision::isWidth),
                "--space",
                space,
                "a space with width decisions: without them there is nothing to regularise");
        List<Row> rows = new ArrayList<>();
        pool.each(
                        List.of(on, off),
                        seeds,
                        (a, seed) -> TrainingSpec.of(base, k, seed).with(SETTING, a),
                        run -> measure(run, truth))
                .forEach((a, measured) -> rows.add(new Row(
                        a,
                        Spread.ofEach(measured.stream().map(Measured::tau).toList()),
                        Spread.ofEach(measured.stream().map(Measured::distances).toList()))));
        return new RegulariserStudy(k, rows);
    }

    private static Measured measure(Run run, Benchmark truth) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run)) {
            List<Evaluation> evaluated = truth.evaluate(run.space(), evaluations.evaluator());
            List<Architecture> architectures =
                    evaluated.stream().map(Evaluation::architecture).toList();
            List<SimplexCode> codes =
                    architectures.stream().map(evaluations::code).toList();
            CodeDistances distances = CodeDistances.of(run.space(), architectures, codes, List.of(Decision.Kind.WIDTH));
            return new Measured(truth.tauB(evaluated), distances.byName());
        }
    }

    @Override
    public String toMarkdown() {
        MarkdownTable table = new MarkdownTable(
                "weight of r_c",
                MarkdownTable.tauColumns(rows.get(0).tau.keySet()),
                "cosine similarity",
                "Euclidean distance",
                "ρ of distance and different widths");
        rows.forEach(row -> table.row(row.weight, row.tau.values(), row.distances.values()));
        return table + "\n\nK = " + k
                + ". Mean ± standard deviation over seeds. Similarity and distance are means over pairs of"
                + " architectures of different widths; ρ is Spearman's, of that distance with the number of widths that"
                + " differ.\n";
    }

    /** The ranking, and the distances. */
    @Override
    public Map<String, String> toSvg() {
        Map<String, List<Chart.Point>> taus = new LinkedHashMap<>();
        Map<String, List<Chart.Point>> distances = new LinkedHashMap<>();
        for (Row row : rows) {
            add(taus, row.tau);
            add(distances, row.distances);
        }
        return Map.of(
                "regulariser_tau",
                chart("Ranking with and without the regulariser", "Kendall's τ-b", taus),
                "regulariser_codes",
                chart(
                        "Codes of different widths with and without the regulariser",
                        "cosine, Euclidean distance, ρ",
                        distances));
    }

    private static void add(Map<String, List<Chart.Point>> series, Map<String, Spread> spreads) {
        spreads.forEach((name, spread) -> series.computeIfAbsent(Labels.plain(name), unused -> new ArrayList<>())
                .add(spread.toPoint()));
    }

    private String chart(String title, String measured, Map<String, List<Chart.Point>> series) {
        return new Chart(
                        title + ", K = " + k,
                        "weight of r_c",
                        measured + ", " + Labels.WHISKERS,
                        rows.stream().map(Row::weight).toList(),
                        series,
                        Map.of())
                .svg();
    }

    @Override
    public Map<String, Object> toJson() {
        return Map.of("k", k, "rows", rows.stream().map(RegulariserStudy::json).toList());
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("weight", Double.parseDouble(row.weight));
        json.put("kendall_b", Spread.toJson(row.tau));
        json.putAll(Spread.toJson(row.distances));
        return json;
    }
}
