package kshot.run.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.evaluate.StandaloneTrainings;
import kshot.run.settings.FinalistSettings;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.StandaloneSetup;
import kshot.search.Evaluation;
import kshot.search.SuccessiveHalving;
import kshot.search.SuccessiveHalving.Rung;
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
        List<Architecture> candidates = candidates(finalists);
        FinalistSettings settings = context.settings().finalists();
        List<Rung> rungs = settings.schedule(candidates.size());
        List<List<Evaluation>> ranked = SuccessiveHalving.run(
                candidates, rungs, settings.score().score(), epochs -> trainings.evaluator(setup(context, epochs)));
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
        store.put(RunMetadata.FINALISTS, finalists.with(done));
        return true;
    }

    private List<Architecture> candidates(RunMetadata.Finalists finalists) {
        return finalists.candidates().stream().map(context.space()::parse).toList();
    }

    @Override
    public void discard() throws IOException {
        RunMetadata.Finalists finalists = store.get(RunMetadata.FINALISTS).orElse(null);
        if (finalists == null) {
            return;
        }
        List<Architecture> candidates = candidates(finalists);
        for (Rung rung : context.settings().finalists().schedule(candidates.size())) {
            trainings.discard(setup(context, rung.budget()), candidates);
        }
        store.put(RunMetadata.FINALISTS, finalists.with(List.of()));
        store.get(RunMetadata.PICKS)
                .ifPresent(picks -> store.put(
                        RunMetadata.PICKS,
                        picks.withWinner(finalists.candidates().get(0))));
    }
}
