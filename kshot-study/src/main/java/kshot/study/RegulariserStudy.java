package kshot.study;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kshot.common.InvalidInputException;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.shipped.Spaces;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;

/**
 * The effect of the regulariser r_c, with its weight and without: on the ranking, and on the codes of architectures of
 * different widths, which it shall make distinct.
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
     * @param kendallB Kendall's τ-b by each score, over the seeds
     * @param distances between codes of architectures of different widths, by {@link CodeDistances#byName}, over the seeds
     */
    public record Row(
            double weight,
            Map<String, Spread> kendallB,
            @JsonAnyGetter Map<String, Spread> distances) {
        public Row {
            kendallB = Collections.unmodifiableMap(new LinkedHashMap<>(kendallB));
            distances = Collections.unmodifiableMap(new LinkedHashMap<>(distances));
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
        Predictors.requireSupernets(base);
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
                        Double.parseDouble(a),
                        Spread.ofEach(measured.stream().map(Measured::tau).toList()),
                        Spread.ofEach(measured.stream().map(Measured::distances).toList()))));
        return new RegulariserStudy(k, rows);
    }

    private static Measured measure(Run run, Benchmark truth) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run)) {
            List<Evaluation> evaluated = truth.evaluate(evaluations.evaluator());
            List<Architecture> architectures =
                    evaluated.stream().map(Evaluation::architecture).toList();
            List<SimplexCode> codes =
                    architectures.stream().map(evaluations::code).toList();
            CodeDistances distances =
                    CodeDistances.of(run.context().space(), architectures, codes, List.of(Decision.Kind.WIDTH));
            return new Measured(truth.tauB(evaluated), distances.byName());
        }
    }

    @Override
    public String title() {
        return "Training with and without the regulariser, K = " + k;
    }

    @Override
    public List<Table<?>> tables() {
        return List.of(Table.of(rows)
                .column("weight of r_c", "%s", Row::weight)
                .columns(rows.get(0).kendallB.keySet(), Labels::tauB, (row, score) -> row.kendallB.get(score))
                .columns(
                        CodeDistances.HEADINGS.keySet(),
                        CodeDistances.HEADINGS::get,
                        (row, name) -> row.distances.get(name)));
    }

    @Override
    public List<String> notes() {
        return List.of(
                "Mean ± standard deviation over seeds. Similarity and distance are means over pairs of architectures of"
                        + " different widths; ρ is Spearman's, of that distance with the number of widths that differ.");
    }

    /** The ranking, and the distances. */
    @Override
    public Map<String, String> drawings() {
        return Map.of(
                "regulariser_tau",
                chart("Ranking with and without the regulariser", "Kendall's τ-b", Row::kendallB),
                "regulariser_codes",
                chart(
                        "Codes of different widths with and without the regulariser",
                        "cosine, Euclidean distance, ρ",
                        Row::distances));
    }

    private String chart(String what, String measured, Function<Row, Map<String, Spread>> series) {
        return new SpreadChart(
                        what + ", K = " + k,
                        "weight of r_c",
                        measured,
                        SpreadChart.points(rows, row -> "" + row.weight, series),
                        Map.of())
                .svg();
    }
}
