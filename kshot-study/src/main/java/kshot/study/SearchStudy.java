package kshot.study;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.settings.SettingsTree;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;

/**
 * A study of what searches find, by the truth of a table: NSGA-II and a random search with as many evaluations under the supernets of
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
     * @param group its name in JSON
     * @param isRival whether it is what a search has to beat, rather than all there is
     * @param truth their true values
     * @param medianRank of them
     */
    public record Group(String group, @JsonIgnore boolean isRival, Spread truth, int medianRank) {
        private static Group of(String key, boolean isRival, List<Pick> picks) {
            return new Group(key, isRival, Pick.truths(picks), Pick.medianRank(picks));
        }

        private static List<Group> of(TrueValues known) {
            return List.of(
                    of("any_inside_the_limit", false, known.picks()),
                    of("most_flops", true, known.most(Cost::flops)),
                    of("most_live_flops", true, known.most(Cost::liveFlops)));
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
        return new SearchStudy(known.inside().size(), known.best(), rivals.flopsPick, Group.of(known), rows);
    }

    /** The picks without supernets, the same for all trainings. */
    private record Rivals(TrueValues known, Pick flopsPick) {
        private static Rivals of(Run run, Benchmark truth) {
            TrueValues known = TrueValues.of(run, truth);
            // As the step search picks it.
            Architecture most = new FeasibleSampler(
                            run.context().space(), run.context().limits())
                    .largest(new Seed(run.context().settings().seed()).generator("FLOPs-only pick"));
            return new Rivals(known, known.pick(most));
        }
    }

    private static Row search(Run run, TrueValues known) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run)) {
            RunSearches searching = RunSearches.of(run, run.context().limits(), evaluations);
            return new Row(
                    run.context().settings().supernet().k(),
                    run.context().settings().seed(),
                    known.pick(searching.nsga2().best().architecture()),
                    known.pick(searching.random().best().architecture()));
        }
    }

    @Override
    public String title() {
        return "What searches find";
    }

    /** A row of the table: something that picks, and what it picks. */
    private record Picker(String name, Spread truth, int medianRank) {
        private static Picker of(String name, List<Pick> picks) {
            return new Picker(name, Pick.truths(picks), Pick.medianRank(picks));
        }
    }

    @Override
    public List<Table<?>> tables() {
        List<Picker> pickers = new ArrayList<>();
        byK().forEach((k, ofK) -> {
            pickers.add(
                    Picker.of("NSGA-II, K = " + k, ofK.stream().map(Row::nsga2).toList()));
            pickers.add(Picker.of(
                    "random search, K = " + k, ofK.stream().map(Row::random).toList()));
        });
        groups.forEach(of ->
                pickers.add(new Picker(Labels.plain(of.group) + ", mean of " + of.truth.n(), of.truth, of.medianRank)));
        pickers.add(Picker.of("FLOPs-only pick, one of those with the most", List.of(flopsPick)));
        pickers.add(Picker.of("the best there is", List.of(new Pick(best, 1))));
        return List.of(Table.of(pickers)
                .text("what picks", Picker::name)
                .column("true value", Picker::truth)
                .column("true rank of " + inside, Picker::medianRank));
    }

    @Override
    public List<String> notes() {
        return List.of("Mean ± standard deviation over seeds, or over a group; the rank is the median.");
    }

    private Map<Integer, List<Row>> byK() {
        return rows.stream().collect(Collectors.groupingBy(Row::k, LinkedHashMap::new, Collectors.toList()));
    }

    @Override
    public Map<String, String> drawings() {
        Map<String, Map<String, Spread>> points = new LinkedHashMap<>();
        byK().forEach((k, ofK) -> {
            Map<String, Spread> ofSearches = new LinkedHashMap<>();
            ofSearches.put("NSGA-II", Pick.truths(ofK.stream().map(Row::nsga2).toList()));
            ofSearches.put(
                    "random search", Pick.truths(ofK.stream().map(Row::random).toList()));
            points.put("" + k, ofSearches);
        });
        Map<String, Double> lines = new LinkedHashMap<>();
        groups.stream().filter(Group::isRival).forEach(of -> lines.put(of.group + ", mean", of.truth.mean()));
        lines.put("best there is", best);
        return Map.of("search", new SpreadChart(title(), "K", "true value", points, lines).svg());
    }
}
