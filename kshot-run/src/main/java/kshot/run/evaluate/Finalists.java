package kshot.run.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.settings.FinalistSettings;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.StandaloneSetup;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Scores;
import kshot.search.SearchResult;
import kshot.search.SuccessiveHalving;
import kshot.search.SuccessiveHalving.Rung;
import kshot.search.model.Surrogate;
import kshot.search.model.SurrogateSearch;
import kshot.space.Architecture;
import org.jspecify.annotations.Nullable;

/**
 * The finalists of a search, as the settings of a run want them: some of its architectures are trained for short, and the best of
 * them is the winner. What has been trained before is not trained again.
 */
public final class Finalists {
    private final RunContext context;
    private final RunStore store;
    private final FinalistSettings settings;
    private final String deciding;
    private final StandaloneTrainings trainings;

    /** The finalists of a run, as many trainings at once as it has threads. */
    public Finalists(Run run) {
        this(run, new StandaloneTrainings(run));
    }

    /** The finalists of a run, by its trainings. */
    public Finalists(Run run, StandaloneTrainings trainings) {
        this.context = run.context();
        this.store = run.store();
        this.settings = context.settings().finalists();
        this.deciding = context.settings().search().decidingScore();
        this.trainings = trainings;
    }

    /**
     * The outcome of the trainings of finalists.
     *
     * @param rungs the rungs, in order, and in each the finalists, the best first
     * @param surrogate how far the surrogate that chose them can be trusted; null where there was none
     */
    public record Outcome(List<Trained> rungs, RunMetadata.@Nullable Surrogate surrogate) {
        public Outcome {
            rungs = List.copyOf(rungs);
        }

        /** Returns the best of the last rung. */
        public Architecture winner() {
            return rungs.get(rungs.size() - 1).finalists().get(0);
        }
    }

    /**
     * A rung that has been trained.
     *
     * @param setup of the trainings
     * @param finalists the best first
     */
    public record Trained(StandaloneSetup setup, List<Architecture> finalists) {
        public Trained {
            finalists = List.copyOf(finalists);
        }
    }

    /** Returns how finalists are trained for so many epochs. */
    public static StandaloneSetup setup(RunContext context, int epochs) {
        FinalistSettings settings = context.settings().finalists();
        return new StandaloneSetup(StandaloneSetup.Images.SEARCH, settings.images(), settings.standIn(), epochs, 0);
    }

    /** Returns what finalists are chosen from, the best first, each with a network of its own; one if there are to be none. */
    public List<Evaluation> candidates(SearchResult result) {
        int count = settings.areWanted() && settings.areGuided() ? Integer.MAX_VALUE : settings.count();
        return result.best(count, deciding, context.space()::canonical);
    }

    /** Returns what the search of the run left as candidates, with the score that decided it; the best first. */
    public List<Evaluation> candidates(RunMetadata.Finalists known) {
        Map<String, Double> scores = store.architectures().stream()
                .collect(Collectors.toMap(EvaluatedArchitecture::arch, EvaluatedArchitecture::score));
        return known.candidates().stream()
                .map(arch -> Evaluation.of(
                        context.space(),
                        context.space().parse(arch),
                        Scores.of(deciding, Objects.requireNonNull(scores.get(arch), "the search met all candidates"))))
                .toList();
    }

    /** Returns the surrogate of the finalists of the run; empty where there are none, or none chose them. */
    Optional<Surrogate> surrogate() {
        RunMetadata.Finalists known = store.get(RunMetadata.FINALISTS).orElse(null);
        if (known == null || known.surrogate() == null) {
            return Optional.empty();
        }
        List<Evaluation> candidates = candidates(known);
        Set<String> first = Set.copyOf(known.rungs().get(0).archs());
        List<Evaluation> chosen = candidates.stream()
                .filter(candidate -> first.contains(context.space().format(candidate.architecture())))
                .toList();
        List<Evaluation> results = training(settings.epochs())
                .evaluate(chosen.stream().map(Evaluation::architecture).toList());
        List<Evaluation> trained = IntStream.range(0, chosen.size())
                .mapToObj(i -> chosen.get(i).with(results.get(i).scores()))
                .toList();
        return Optional.of(surrogate(candidates, trained));
    }

    /**
     * Trains finalists.
     *
     * @param candidates at least two, with the score that decided the search; the best first
     */
    public Outcome of(List<Evaluation> candidates) {
        List<Evaluation> first = firstRung(candidates);
        List<Rung> rungs = settings.schedule(first.size());
        Surrogate surrogate = settings.areGuided() ? surrogate(candidates, first) : null;
        // What goes on is chosen by the surrogate, for a result is that of one short training; the winner by its
        // result.
        ToDoubleFunction<Evaluation> order =
                surrogate == null || rungs.size() == 1 ? evaluation -> evaluation.score(result()) : surrogate::of;
        List<Architecture> ranked = first.stream()
                .sorted(Comparator.comparingDouble(evaluation -> -order.applyAsDouble(evaluation)))
                .map(Evaluation::architecture)
                .toList();
        List<List<Evaluation>> others =
                SuccessiveHalving.run(ranked, rungs.subList(1, rungs.size()), result(), this::training);
        List<Trained> trained = new ArrayList<>();
        trained.add(new Trained(setup(context, settings.epochs()), ranked));
        for (int i = 1; i < rungs.size(); i++) {
            trained.add(new Trained(
                    setup(context, rungs.get(i).budget()),
                    others.get(i - 1).stream().map(Evaluation::architecture).toList()));
        }
        Outcome outcome = new Outcome(trained, surrogate == null ? null : trust(surrogate, first));
        requireTrained(outcome);
        return outcome;
    }

    /** Checks that the winner is not the best of trainings that all diverged. */
    private void requireTrained(Outcome outcome) {
        String winner = context.space().format(outcome.winner());
        StandaloneSetup setup = outcome.rungs().get(outcome.rungs().size() - 1).setup();
        if (store.standalone(setup).stream().anyMatch(t -> t.arch().equals(winner) && t.isDiverged())) {
            throw new IllegalStateException(
                    "the trainings of all finalists of the last rung diverged" + StandaloneTrainings.ADVICE);
        }
    }

    private Evaluator training(int epochs) {
        return trainings.evaluator(setup(context, epochs));
    }

    /** Returns the name of the score that says what came of a training. */
    private String result() {
        return settings.score().score();
    }

    private List<Evaluation> firstRung(List<Evaluation> candidates) {
        Evaluator training = training(settings.epochs());
        return settings.areGuided()
                ? new SurrogateSearch(settings.count(), settings.batch())
                        .run(
                                context.space(),
                                candidates,
                                deciding,
                                training,
                                result(),
                                context.seed().generator("finalists"))
                : training.evaluate(
                        candidates.stream().map(Evaluation::architecture).toList());
    }

    private Surrogate surrogate(List<Evaluation> candidates, List<Evaluation> trained) {
        return Surrogate.of(context.space(), deciding, candidates, trained, result());
    }

    private RunMetadata.Surrogate trust(Surrogate surrogate, List<Evaluation> trained) {
        double[] results = trained.stream().mapToDouble(e -> e.score(result())).toArray();
        double[] scores = trained.stream().mapToDouble(e -> e.score(deciding)).toArray();
        return new RunMetadata.Surrogate(
                RankCorrelation.kendallB(results, surrogate.leaveOneOut()), RankCorrelation.kendallB(results, scores));
    }

    /** Forgets all trainings of candidates, so that they are trained anew. */
    public void discard(List<Architecture> candidates) throws IOException {
        for (Rung rung : settings.schedule(Math.min(settings.count(), candidates.size()))) {
            trainings.discard(setup(context, rung.budget()), candidates);
        }
    }
}
