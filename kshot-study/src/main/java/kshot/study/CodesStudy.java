package kshot.study;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.diagram.Histogram;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.TrainedSupernets;
import kshot.run.report.CodeDistribution;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;

/**
 * The codes λ of the architectures that a search evaluates: Figure 8 of the supplement. How they are distributed, and
 * whether architectures that are far apart have codes that are.
 *
 * @param rows one for each training, those of one K together
 */
public record CodesStudy(List<Row> rows) implements StudyResult {
    public CodesStudy {
        rows = List.copyOf(rows);
    }

    /**
     * The codes of one search.
     *
     * @param seed of training and search
     * @param paths how many architectures it evaluated
     * @param codes their distribution
     * @param start distribution of the codes of the same architectures before the training
     * @param distances between the codes, by {@link CodeDistances#byName}
     */
    public record Row(
            long seed,
            int paths,
            @JsonUnwrapped CodeDistribution codes,
            CodeDistribution start,
            @JsonAnyGetter Map<String, Double> distances) {
        public Row {
            distances = Collections.unmodifiableMap(new LinkedHashMap<>(distances));
        }
    }

    /**
     * Trains what is missing, and searches under each.
     *
     * @param base settings of all members but for K and seed
     * @param ks values of K, at least 2
     * @param seeds how many for each K, from 1
     */
    public static CodesStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds) throws IOException {
        Predictors.requireSupernets(base);
        for (int k : ks) {
            InvalidInputException.require(k >= 2, "--k", k, "at least 2, for one supernet has but one code");
        }
        List<Row> rows = new ArrayList<>();
        pool.each(ks, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), CodesStudy::search)
                .values()
                .forEach(rows::addAll);
        return new CodesStudy(rows);
    }

    private static Row search(Run run) throws IOException {
        List<Architecture> architectures;
        List<Architecture> scored;
        List<SimplexCode> codes;
        try (Evaluations evaluations = Evaluations.open(run)) {
            architectures = RunSearches.of(run, run.context().limits(), evaluations).nsga2().evaluations().stream()
                    .map(Evaluation::architecture)
                    .toList();
            scored = architectures.stream().map(evaluations::scored).toList();
            codes = architectures.stream().map(evaluations::code).toList();
        }
        return new Row(
                run.context().settings().seed(),
                architectures.size(),
                CodeDistribution.of(codes),
                CodeDistribution.of(TrainedSupernets.initialCodes(run.context(), scored)),
                CodeDistances.of(run.context().space(), architectures, codes, List.of(Decision.Kind.values()))
                        .byName());
    }

    @Override
    public String title() {
        return "Codes of searched architectures";
    }

    @Override
    public List<Table<?>> tables() {
        return List.of(Table.of(rows)
                .column("K", row -> row.codes.k())
                .column("seed", Row::seed)
                .column("paths", Row::paths)
                .column("mean of λ_k", row -> list(row.codes.means()))
                .column("deviation of λ_k", row -> list(row.codes.deviations()))
                .column("deviation at the start", row -> list(row.start.deviations()))
                .column("relative entropy", row -> row.codes.relativeEntropy())
                .column("entropy at the start", row -> row.start.relativeEntropy())
                .columns(
                        CodeDistances.HEADINGS.keySet(),
                        CodeDistances.HEADINGS::get,
                        (row, name) -> row.distances.get(name)));
    }

    private static String list(List<Double> values) {
        return values.stream()
                .map(value -> String.format(Locale.ROOT, "%.3f", value))
                .collect(Collectors.joining(", "));
    }

    @Override
    public List<String> notes() {
        return List.of(
                "Relative entropy is 1 for equal shares and 0 for one supernet alone. Similarity and distance are means"
                        + " over all pairs of paths; ρ is Spearman's, of the Euclidean distance of two codes with the number of"
                        + " decisions in which their architectures differ.");
    }

    /** The histograms of each training. */
    @Override
    public Map<String, String> drawings() {
        Map<String, String> drawings = new LinkedHashMap<>();
        for (Row row : rows) {
            int k = row.codes.k();
            Map<String, List<Double>> shares = new LinkedHashMap<>();
            IntStream.range(0, k)
                    .forEach(i -> shares.put("λ " + (i + 1), row.codes.shares().get(i)));
            List<Double> edges = row.codes.edges();
            Histogram histogram = new Histogram(
                    "Codes of " + row.paths + " searched architectures, K = " + k,
                    "λ of each supernet; share of the architectures in each bin",
                    edges.get(0),
                    edges.get(edges.size() - 1),
                    shares);
            drawings.put("codes_k" + k + "_seed" + row.seed, histogram.svg());
        }
        return drawings;
    }
}
