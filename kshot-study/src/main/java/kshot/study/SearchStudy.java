package kshot.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import kshot.common.Seed;
import kshot.diagram.Chart;
import kshot.network.Cost;
import kshot.run.Evaluations;
import kshot.run.Run;
import kshot.run.settings.SettingsTree;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;

/**
 * What searches find, by the truth of a table: NSGA-II and a random search with as many evaluations under the supernets of
 * each training, what one picks without supernets, and the best there is.
 *
 * @param inside number of architectures of the table inside the limits
 * @param best true value of the best of them
 * @param flopsPick the pick of a run by FLOPs alone: one of those with the most
 * @param groups by what one may look for without supernets, all that have the most of it, for nothing chooses among them
 * @param rows one for each training
 */
public record SearchStudy(int inside, double best, Pick flopsPick, List<Group> groups, List<Row> rows)
        implements StudyResult {
    public SearchStudy {
        groups = List.copyOf(groups);
        rows = List.copyOf(rows);
    }

    /**
     * Architectures among which one picks at random.
     *
     * @param key its name in JSON
     * @param isRival whether it is what a search has to beat, rather than all there is
     * @param truths their true values
     * @param medianRank of them
     */
    public record Group(String key, boolean isRival, Spread truths, int medianRank) {
        private static Group of(String key, boolean isRival, List<Pick> picks) {
            return new Group(key, isRival, Pick.truths(picks), Pick.medianRank(picks));
        }

        private static List<Group> of(TrueValues known) {
            return List.of(
                    of("any_inside_the_limit", false, known.picks()),
                    of("most_flops", true, known.most(Cost::flops)),
                    of("most_live_flops", true, known.most(Cost::liveFlops)));
        }

        /** What it is, and how many share it. */
        private String text() {
            return Labels.plain(key) + ", mean of " + truths.n();
        }

        private Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("group", key);
            json.put("truth", truths.toJson());
            json.put("median_rank", medianRank);
            return json;
        }
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
    public static SearchStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        TrainingSpec any = TrainingSpec.of(base, ks.get(0), 1);
        Rivals rivals = pool.asItStands(any, run -> Rivals.of(run, truth));
        TrueValues known = rivals.known;
        List<Row> rows = pool
                .each(ks, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), run -> search(run, known))
                .values()
                .stream()
                .flatMap(List::stream)
                .toList();
        return new SearchStudy(known.facts().size(), known.best(), rivals.flopsPick, Group.of(known), rows);
    }

    /** What there is without supernets, the same for all trainings. */
    private record Rivals(TrueValues known, Pick flopsPick) {
        private static Rivals of(Run run, Benchmark truth) {
            TrueValues known = TrueValues.of(run, truth);
            // As the step search picks it.
            Architecture most = new FeasibleSampler(run.space(), run.limits())
                    .largest(new Seed(run.settings().seed()).generator("FLOPs-only pick"));
            return new Rivals(known, known.pick(most));
        }
    }

    private static Row search(Run run, TrueValues known) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run)) {
            RunSearches searching = RunSearches.of(run, run.limits(), evaluations);
            return new Row(
                    run.settings().supernet().k(),
                    run.settings().seed(),
                    known.pick(searching.nsga2().best().architecture()),
                    known.pick(searching.random().best().architecture()));
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
        groups.forEach(group -> table.row(group.text(), group.truths, group.medianRank));
        add(table, "FLOPs-only pick, one of those with the most", List.of(flopsPick));
        add(table, "the best there is", List.of(new Pick(best, 1)));
        return table + "\n\nMean ± standard deviation over seeds, or over a group; the rank is the median.\n";
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
        groups.stream()
                .filter(Group::isRival)
                .forEach(group -> lines.put(Labels.plain(group.key) + ", mean", group.truths.mean()));
        lines.put("best there is", best);
        return Map.of(
                "search",
                new Chart(
                                "What searches find",
                                "K",
                                "true value, " + Labels.WHISKERS,
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
        json.put("groups", groups.stream().map(Group::toJson).toList());
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
