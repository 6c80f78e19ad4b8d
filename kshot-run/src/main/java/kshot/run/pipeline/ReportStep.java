package kshot.run.pipeline;

import java.nio.file.Path;
import java.util.List;
import kshot.diagram.Diagram;
import kshot.run.report.LayerCost;
import kshot.run.report.Report;
import kshot.run.report.ReportInputs;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/** The step that writes the report of what the store holds. */
final class ReportStep implements Step {
    private final SearchSpace space;
    private final RunStore store;
    private final Path file;

    ReportStep(SearchSpace space, RunStore store, Path file) {
        this.space = space;
        this.store = store;
        this.file = file;
    }

    @Override
    public boolean work() {
        ReportInputs inputs = store.get(RunMetadata.PICKS)
                .map(picks -> inputs(space.parse(picks.winner())))
                .orElse(ReportInputs.NONE);
        Report.write(store, inputs, file);
        return true;
    }

    private ReportInputs inputs(Architecture winner) {
        List<LayerCost> layers = Diagram.rows(space, winner).stream()
                .map(row -> new LayerCost(
                        row.name(), row.operation(), row.shape().toString(), row.flops(), row.parameters()))
                .toList();
        return new ReportInputs(Diagram.svg(space, winner), layers);
    }

    /** Does nothing: a report is always written anew. */
    @Override
    public void discard() {}
}
