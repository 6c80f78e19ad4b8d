package kshot.study;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.diagram.Diagram;
import kshot.network.Cost;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.settings.SettingsTree;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;

/**
 * A study of what searches pick under limits of FLOPs: Figures 10 and 11 of the supplement, and numbers for what it says of them in
 * words, beside those of random architectures inside the same limit.
 *
 * @param k K
 * @param limits the limits of FLOPs, and what was found inside each
 */
public record WinnersStudy(int k, List<OfLimit> limits) implements StudyResult {
    /** Random architectures that winners are compared with. */
    private static final int RANDOM = 500;

    /** Limits where the user gives none, as shares of the space below them. */
    private static final List<Double> QUANTILES = List.of(0.25, 0.5, 0.75);

    public WinnersStudy {
        limits = List.copyOf(limits);
    }

    /**
     * The winners inside one limit.
     *
     * @param maxFlops the limit
     * @param winners regularities of the winners, over the seeds; see {@link Regularities}
     * @param random regularities of random architectures, the mean of each
     * @param architectures the winners, one for each seed
     */
    public record OfLimit(
            long maxFlops, Map<String, Spread> winners, Map<String, Double> random, List<Winner> architectures) {
        public OfLimit {
            winners = Collections.unmodifiableMap(new LinkedHashMap<>(winners));
            random = Collections.unmodifiableMap(new LinkedHashMap<>(random));
            architectures = List.copyOf(architectures);
        }

        static OfLimit of(long maxFlops, List<Winner> winners, Map<String, Double> random) {
            return new OfLimit(
                    maxFlops,
                    Spread.ofEach(winners.stream().map(Winner::regularities).toList()),
                    random,
                    winners);
        }
    }

    /**
     * The architecture that one search picked.
     *
     * @param seed of training and search
     * @param arch its text form
     * @param flops its multiply-adds
     * @param regularities see {@link Regularities}
     * @param svg its drawing
     */
    public record Winner(
            long seed,
            String arch,
            long flops,
            @JsonAnyGetter Map<String, Double> regularities,
            @JsonIgnore String svg) {
        public Winner {
            regularities = Collections.unmodifiableMap(new LinkedHashMap<>(regularities));
        }
    }

    /**
     * Trains what is missing, and searches under each training and limit.
     *
     * @param base settings of all members but for K and seed
     * @param seeds how many trainings, from 1
     * @param maxFlops limits of FLOPs; null for the quartiles of the space
     * @throws InvalidInputException if the space has no layers to look at, or no architecture is inside a limit
     */
    public static WinnersStudy of(TrainingPool pool, SettingsTree base, int k, int seeds, @Nullable List<Long> maxFlops)
            throws IOException {
        String space = base.required("space.name");
        InvalidInputException.require(
                Spaces.named(space).skeleton().isEmpty(),
                "--space",
                space,
                "a space whose layers are chosen one by one");
        List<List<OfLimit>> bySeed = pool.each(
                        List.of(k),
                        seeds,
                        (unused, seed) -> TrainingSpec.of(base, k, seed),
                        run -> search(run, maxFlops))
                .values()
                .iterator()
                .next();
        List<OfLimit> merged = new ArrayList<>();
        for (int i = 0; i < bySeed.get(0).size(); i++) {
            int limit = i;
            List<Winner> winners = bySeed.stream()
                    .flatMap(of -> of.get(limit).architectures.stream())
                    .toList();
            merged.add(OfLimit.of(
                    bySeed.get(0).get(i).maxFlops, winners, bySeed.get(0).get(i).random));
        }
        return new WinnersStudy(k, merged);
    }

    private static List<OfLimit> search(Run run, @Nullable List<Long> asked) throws IOException {
        SearchSpace space = run.context().space();
        List<OfLimit> found = new ArrayList<>();
        try (Evaluations evaluations = Evaluations.open(run)) {
            for (long maxFlops : asked == null ? quantiles(space) : asked) {
                Limits limits = run.context().limits().withMaxFlops(maxFlops);
                Architecture best =
                        RunSearches.of(run, limits, evaluations).nsga2().best().architecture();
                Winner winner = new Winner(
                        run.context().settings().seed(),
                        space.format(best),
                        Cost.of(space.network(best)).flops(),
                        Regularities.of(space, best),
                        Diagram.svg(space, best));
                found.add(OfLimit.of(maxFlops, List.of(winner), random(space, limits)));
            }
        }
        return found;
    }

    /** The same for all seeds. */
    private static List<Long> quantiles(SearchSpace space) {
        long[] flops = random(space)
                .mapToLong(architecture -> Cost.of(space.network(architecture)).flops())
                .sorted()
                .toArray();
        return QUANTILES.stream().map(q -> flops[(int) (q * flops.length)]).toList();
    }

    private static Stream<Architecture> random(SearchSpace space) {
        var random = new Seed(1).generator("quantiles of FLOPs");
        return Stream.generate(() -> space.sample(random)).limit(RANDOM);
    }

    private static Map<String, Double> random(SearchSpace space, Limits limits) {
        FeasibleSampler sampler = new FeasibleSampler(space, limits);
        var random = new Seed(1).generator("random architectures inside a limit");
        Map<String, Double> means = new LinkedHashMap<>();
        Spread.ofEach(Stream.generate(() -> Regularities.of(space, sampler.sample(random)))
                        .limit(RANDOM)
                        .toList())
                .forEach((name, spread) -> means.put(name, spread.mean()));
        return means;
    }

    @Override
    public String title() {
        return "What searches pick at limits of FLOPs, K = " + k;
    }

    @Override
    public List<Table<?>> tables() {
        List<Table<?>> tables = new ArrayList<>();
        for (OfLimit limit : limits) {
            String caption = String.format(Locale.ROOT, "At most %,d multiply-adds:", limit.maxFlops);
            tables.add(Table.of(caption, List.copyOf(limit.winners.keySet()))
                    .text("of the layers", Labels::plain)
                    .column("winners", limit.winners::get)
                    .column("random architectures", limit.random::get));
            tables.add(Table.of(limit.architectures)
                    .column("seed", Winner::seed)
                    .text("winner", winner -> "`" + winner.arch + "`")
                    .column("multiply-adds", "%,d", Winner::flops));
        }
        return tables;
    }

    @Override
    public List<String> notes() {
        return List.of(
                "Mean ± standard deviation over seeds. Shares of layers whose operation is chosen; a large kernel is 5×5"
                        + " or more. Channels relative to the widest, of layers with weights whose channels are open; a stride layer"
                        + " makes the map smaller.");
    }

    /** Each winner, drawn layer by layer. */
    @Override
    public Map<String, String> drawings() {
        Map<String, String> drawings = new LinkedHashMap<>();
        for (OfLimit limit : limits) {
            limit.architectures.forEach(
                    winner -> drawings.put("winners_" + limit.maxFlops + "_seed" + winner.seed, winner.svg));
        }
        return drawings;
    }
}
