package kshot.run.pipeline;

import java.io.IOException;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.evaluate.Finalists;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;

/** The step that trains the finalists of the search for short, rung by rung, and makes the best of them the winner. */
final class FinalistsStep implements Step {
    private final RunContext context;
    private final RunStore store;
    private final Finalists finalists;

    FinalistsStep(Run run) {
        this.context = run.context();
        this.store = run.store();
        this.finalists = new Finalists(run);
    }

    @Override
    public boolean isWanted() {
        return context.settings().finalists().areWanted();
    }

    @Override
    public boolean work() throws IOException {
        RunMetadata.Picks picks = store.get(RunMetadata.PICKS)
                .orElseThrow(() -> InvalidInputException.of("finalists of the run", "none", "search first"));
        RunMetadata.Finalists open = store.get(RunMetadata.FINALISTS).orElse(null);
        if (open == null || !open.rungs().isEmpty()) {
            return false;
        }
        Finalists.Outcome outcome = finalists.of(finalists.candidates(open));
        List<RunMetadata.Rung> rungs = outcome.rungs().stream()
                .map(rung -> new RunMetadata.Rung(
                        rung.setup(),
                        rung.finalists().stream().map(context.space()::format).toList()))
                .toList();
        // The winner first: as long as there are no rungs, this is done again, and comes to the same.
        store.put(RunMetadata.PICKS, picks.withWinner(context.space().format(outcome.winner())));
        store.put(RunMetadata.FINALISTS, new RunMetadata.Finalists(open.candidates(), rungs, outcome.surrogate()));
        return true;
    }

    @Override
    public void discard() throws IOException {
        RunMetadata.Finalists known = store.get(RunMetadata.FINALISTS).orElse(null);
        if (known == null) {
            return;
        }
        finalists.discard(
                known.candidates().stream().map(context.space()::parse).toList());
        store.put(RunMetadata.FINALISTS, RunMetadata.Finalists.open(known.candidates()));
        store.get(RunMetadata.PICKS)
                .ifPresent(picks -> store.put(
                        RunMetadata.PICKS, picks.withWinner(known.candidates().get(0))));
    }
}
