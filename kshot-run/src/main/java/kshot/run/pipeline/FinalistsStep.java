package kshot.run.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kshot.common.InvalidInputException;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.evaluate.StandaloneTrainings;
import kshot.run.settings.FinalistSettings;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.StandaloneSetup;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Scores;
import kshot.search.SuccessiveHalving;
import kshot.search.SuccessiveHalving.Rung;
import kshot.search.Surrogate;
import kshot.search.SurrogateSearch;
import kshot.space.Architecture;

/** The step that trains the finalists of the search for short, rung by rung, and makes the best of them the winner. */
final class FinalistsStep implements Step {
    private final RunContext context;
    private final RunStore store;
    private final StandaloneTrainings trainings;

    FinalistsStep(Run run) {
        this.context = run.context();
        this.store = run.store();
        this.trainings = new StandaloneTrainings(run);
    }

    /** Returns how finalists are trained for so many epochs. */
    static StandaloneSetup setup(RunContext context, int epochs) {
        FinalistSettings settings = context.settings().finalists();
        return new StandaloneSetup(StandaloneSetup.Images.SEARCH, settings.images(), settings.standIn(), epochs, 0);
    }

    @Override
    public boolean isWanted() {
        return context.settings().finalists().areWanted();
    }

    @Override
    public boolean work() throws IOException {
        RunMetadata.Picks picks = store.get(RunMetadata.PICKS)
                .orElseThrow(() -> InvalidInputException.of("finalists of the run", "none", "search first"));
        RunMetadata.Finalists finalists = store.get(RunMetadata.FINALISTS).orElse(null);
        if (finalists == null || !finalists.rungs().isEmpty()) {
            return false;
        }
        List<Evaluation> first = firstRung(finalists.candidates());
        FinalistSettings settings = context.settings().finalists();
        List<Rung> rungs = settings.schedule(first.size());
        List<List<Evaluation>> ranked = SuccessiveHalving.run(
                first.stream().map(Evaluation::architecture).toList(), rungs, result(), this::training);
        List<RunMetadata.Rung> done = new ArrayList<>();
        for (int i = 0; i < rungs.size(); i++) {
            List<String> archs = ranked.get(i).stream()
                    .map(evaluation -> context.space().format(evaluation.architecture()))
                    .toList();
            done.add(new RunMetadata.Rung(setup(context, rungs.get(i).budget()), archs));
        }
        // The winner first: as long as there are no rungs, this is done again, and comes to the same.
        store.put(
                RunMetadata.PICKS,
                picks.withWinner(done.get(done.size() - 1).archs().get(0)));
        store.put(
                RunMetadata.FINALISTS,
                new RunMetadata.Finalists(
                        finalists.candidates(),
                        done,
                        settings.areGuided() ? trust(finalists.candidates(), first) : null));
        return true;
    }

    private Evaluator training(int epochs) {
        return trainings.evaluator(setup(context, epochs));
    }

    /** Returns the name of the score that says what came of a training. */
    private String result() {
        return context.settings().finalists().score().score();
    }

    /** Returns what was trained in the first rung; what had been trained before is not trained again. */
    private List<Evaluation> firstRung(List<String> candidates) {
        FinalistSettings settings = context.settings().finalists();
        if (!settings.areGuided()) {
            return training(settings.epochs())
                    .evaluate(candidates.stream().map(context.space()::parse).toList());
        }
        return new SurrogateSearch(settings.count(), settings.batch())
                .run(
                        context.space(),
                        searched(candidates),
                        context.settings().search().decidingScore(),
                        training(settings.epochs()),
                        result(),
                        context.seed().generator("finalists"));
    }

    /** Returns what the search found of candidates. */
    private List<Evaluation> searched(List<String> candidates) {
        Set<String> wanted = Set.copyOf(candidates);
        String deciding = context.settings().search().decidingScore();
        return store.architectures().stream()
                .filter(known -> wanted.contains(known.arch()))
                .map(known -> Evaluation.of(
                        context.space(), context.space().parse(known.arch()), Scores.of(deciding, known.score())))
                .toList();
    }

    private RunMetadata.Surrogate trust(List<String> candidates, List<Evaluation> trained) {
        String deciding = context.settings().search().decidingScore();
        Surrogate surrogate = Surrogate.of(context.space(), deciding, searched(candidates), trained, result());
        double[] results = trained.stream().mapToDouble(e -> e.score(result())).toArray();
        return new RunMetadata.Surrogate(
                RankCorrelation.kendallB(results, surrogate.leaveOneOut()),
                RankCorrelation.kendallB(
                        results,
                        trained.stream().mapToDouble(e -> e.score(deciding)).toArray()));
    }

    @Override
    public void discard() throws IOException {
        RunMetadata.Finalists finalists = store.get(RunMetadata.FINALISTS).orElse(null);
        if (finalists == null) {
            return;
        }
        List<Architecture> candidates =
                finalists.candidates().stream().map(context.space()::parse).toList();
        FinalistSettings settings = context.settings().finalists();
        for (Rung rung : settings.schedule(Math.min(settings.count(), candidates.size()))) {
            trainings.discard(setup(context, rung.budget()), candidates);
        }
        store.put(RunMetadata.FINALISTS, RunMetadata.Finalists.open(finalists.candidates()));
        store.get(RunMetadata.PICKS)
                .ifPresent(picks -> store.put(
                        RunMetadata.PICKS,
                        picks.withWinner(finalists.candidates().get(0))));
    }
}
