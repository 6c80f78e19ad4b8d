package kshot.app.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import kshot.app.config.SettingsTree;
import kshot.app.pipeline.Evaluations;
import kshot.app.pipeline.Run;
import kshot.diagram.Chart;

/**
 * What searches find, by the truth of a table: NSGA-II and a random search with as many evaluations under the supernets of
 * each training, the architecture with the most FLOPs inside the limits, and the best there is.
 *
 * @param inside number of architectures of the table inside the limits
 * @param best true value of the best of them
 * @param flopsPick what one picks who looks at FLOPs alone
 * @param rows one for each training
 */
public record SearchStudy(int inside, double best, Pick flopsPick, List<Row> rows) implements Findings {
    public SearchStudy {
        rows = List.copyOf(rows);
    }

    /**
     * Searches under the supernets of one training.
     *
     * @param k K
     * @param seed of training and searches
     * @param nsga2 what NSGA-II picks
     * @param random what the random search picks
     */
    public record Row(int k, long seed, Pick nsga2, Pick random) {}

    /** Trains what is missing, and searches under each; see {@link KStudy#of}. The sample of the truth is not used. */
    public static SearchStudy of(Pool pool, SettingsTree base, List<Integer> ks, int seeds, Truth truth)
            throws IOException {
        List<Found> found =
                pool.each(ks, seeds, (k, seed) -> Member.of(base, k, seed), run -> search(run, truth)).values().stream()
                        .flatMap(List::stream)
                        .toList();
        Found first = found.get(0);
        return new SearchStudy(
                first.inside,
                first.best,
                first.flopsPick,
                found.stream().map(Found::row).toList());
    }

    /** What is known after one training; all but the row is the same for all. */
    private record Found(int inside, double best, Pick flopsPick, Row row) {}

    private static Found search(Run run, Truth truth) throws IOException {
        Searching.Known known = Searching.Known.of(run.space(), run.limits(), truth);
        try (Evaluations evaluations = Evaluations.open(run)) {
            Searching searching = Searching.of(run, run.limits(), evaluations);
            return new Found(
                    known.values().size(),
                    known.best(),
                    known.pick(searching.flopsPick()),
                    new Row(
                            run.settings().supernet().k(),
                            run.settings().seed(),
                            known.pick(searching.nsga2().best().architecture()),
                            known.pick(searching.random().best().architecture())));
        }
    }

    private Map<Integer, List<Row>> byK() {
        return rows.stream().collect(Collectors.groupingBy(Row::k, LinkedHashMap::new, Collectors.toList()));
    }

    @Override
    public String toMarkdown() {
        MarkdownTable table = new MarkdownTable("what picks", "true value", "true rank of " + inside);
        byK().forEach((k, ofK) -> {
            add(table, "NSGA-II, K = " + k, ofK.stream().map(Row::nsga2).toList());
            add(table, "random search, K = " + k, ofK.stream().map(Row::random).toList());
        });
        add(table, "the most FLOPs inside the limit", List.of(flopsPick));
        add(table, "the best there is", List.of(new Pick(best, 1)));
        return table + "\n\nMean ± standard deviation over seeds; the rank is the median.\n";
    }

    private static void add(MarkdownTable table, String what, List<Pick> picks) {
        table.row(what, Pick.truths(picks), Pick.medianRank(picks));
    }

    @Override
    public Map<String, String> toSvg() {
        Map<String, List<Chart.Point>> series = new LinkedHashMap<>();
        series.put("NSGA-II", points(Row::nsga2));
        series.put("random search", points(Row::random));
        Map<String, Double> lines = new LinkedHashMap<>();
        lines.put("most FLOPs inside the limit", flopsPick.truth());
        lines.put("best there is", best);
        return Map.of(
                "search",
                new Chart(
                                "What searches find",
                                "K",
                                "true value, " + Words.WHISKERS,
                                byK().keySet().stream().map(k -> "" + k).toList(),
                                series,
                                lines)
                        .svg());
    }

    private List<Chart.Point> points(Function<Row, Pick> pick) {
        return byK().values().stream()
                .map(ofK -> Pick.truths(ofK.stream().map(pick).toList()).toPoint())
                .toList();
    }

    @Override
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("inside", inside);
        json.put("best", best);
        json.put("flops_pick", flopsPick.toJson());
        json.put(
                "rows",
                rows.stream()
                        .map(row -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("k", row.k);
                            one.put("seed", row.seed);
                            one.put("nsga2", row.nsga2.toJson());
                            one.put("random", row.random.toJson());
                            return one;
                        })
                        .toList());
        return json;
    }
}
