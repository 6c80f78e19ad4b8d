package kshot.app.pipeline;

import java.util.List;
import kshot.app.report.LayerCost;
import kshot.app.report.Report;
import kshot.app.report.ReportInputs;
import kshot.app.store.Facts;
import kshot.diagram.Diagram;
import kshot.space.Architecture;

/** Writes the report of what the store holds. */
final class ReportStep {
    private ReportStep() {}

    static boolean run(Run run) {
        ReportInputs inputs = run.store()
                .get(Facts.PICKS)
                .map(picks -> inputs(run, run.space().parse(picks.winner())))
                .orElse(ReportInputs.NONE);
        Report.write(run.store(), inputs, run.file(Report.FILE));
        return true;
    }

    private static ReportInputs inputs(Run run, Architecture winner) {
        List<LayerCost> layers = Diagram.rows(run.space(), winner).stream()
                .map(row -> new LayerCost(
                        row.name(), row.operation(), row.shape().toString(), row.flops(), row.parameters()))
                .toList();
        return new ReportInputs(Diagram.svg(run.space(), winner), layers);
    }
}
