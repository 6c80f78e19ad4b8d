package kshot.run;

import java.util.List;
import kshot.diagram.Diagram;
import kshot.run.report.LayerCost;
import kshot.run.report.Report;
import kshot.run.report.ReportInputs;
import kshot.run.store.RunMetadata;
import kshot.space.Architecture;

/** Writes the report of what the store holds. */
final class ReportStep {
    private ReportStep() {}

    static boolean run(Run run) {
        ReportInputs inputs = run.store()
                .get(RunMetadata.PICKS)
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
