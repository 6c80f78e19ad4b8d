package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.diagram.Histogram;
import kshot.run.Evaluations;
import kshot.run.Run;
import kshot.run.report.Codes;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;

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
     * @param k K
     * @param seed of training and search
     * @param paths how many architectures it evaluated
     * @param codes their distribution
     * @param distances between them, by {@link CodeDistances#byName}
     */
    public record Row(int k, long seed, int paths, Codes codes, Map<String, Double> distances) {
        public Row {
            distances = new LinkedHashMap<>(distances);
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
        List<Architecture> evaluated;
        List<SimplexCode> codes;
        try (Evaluations evaluations = Evaluations.open(run)) {
            evaluated = RunSearches.of(run, run.limits(), evaluations).nsga2().evaluations().stream()
                    .map(Evaluation::architecture)
                    .toList();
            codes = evaluated.stream().map(evaluations::code).toList();
        }
        return new Row(
                run.settings().supernet().k(),
                run.settings().seed(),
                evaluated.size(),
                Codes.of(codes),
                CodeDistances.of(run.space(), evaluated, codes, List.of(Decision.Kind.values()))
                        .byName());
    }

    @Override
    public String toMarkdown() {
        MarkdownTable table = new MarkdownTable(
                "K",
                "seed",
                "paths",
                "mean of λ_k",
                "deviation of λ_k",
                "relative entropy",
                "cosine similarity",
                "Euclidean distance",
                "ρ of distance and Hamming distance");
        for (Row row : rows) {
            table.row(
                    row.k,
                    row.seed,
                    row.paths,
                    list(row.codes.means()),
                    list(row.codes.deviations()),
                    row.codes.relativeEntropy(),
                    row.distances.values());
        }
        return table
                + "\n\nRelative entropy is 1 for equal shares and 0 for one supernet alone. Means over all pairs of paths;"
                + " ρ is Spearman's, of the Euclidean distance of two codes with the number of decisions in which their"
                + " architectures differ.\n";
    }

    private static String list(List<Double> values) {
        return String.join(
                ", ",
                values.stream()
                        .map(value -> String.format(Locale.ROOT, "%.3f", value))
                        .toList());
    }

    /** The histograms of each training. */
    @Override
    public Map<String, String> toSvg() {
        Map<String, String> drawings = new LinkedHashMap<>();
        for (Row row : rows) {
            Map<String, List<Double>> shares = new LinkedHashMap<>();
            IntStream.range(0, row.k)
                    .forEach(k -> shares.put("λ " + (k + 1), row.codes.shares().get(k)));
            List<Double> edges = row.codes.edges();
            drawings.put(
                    "codes_k" + row.k + "_seed" + row.seed,
                    new Histogram(
                                    "Codes of " + row.paths + " searched architectures, K = " + row.k,
                                    "λ of each supernet; share of the architectures in each bin",
                                    edges.get(0),
                                    edges.get(edges.size() - 1),
                                    shares)
                            .svg());
        }
        return drawings;
    }

    @Override
    public Map<String, Object> toJson() {
        return Map.of("rows", rows.stream().map(CodesStudy::json).toList());
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("k", row.k);
        json.put("seed", row.seed);
        json.put("paths", row.paths);
        json.put("means", row.codes.means());
        json.put("deviations", row.codes.deviations());
        json.put("relative_entropy", row.codes.relativeEntropy());
        json.putAll(row.distances);
        json.put("edges", row.codes.edges());
        json.put("shares", row.codes.shares());
        return json;
    }
}
