package kshot.app.cli;

import java.util.Locale;
import kshot.app.bench.CeilingReport;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.space.SearchSpace;
import kshot.study.result.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kshot bench ceiling}: the largest rates that this machine reaches. */
@Command(
        name = "ceiling",
        description = "The largest rates of single convolutions and matrix products on this machine.")
final class BenchCeilingCommand extends BenchCommand.OfTensors {
    private static final String RATE = "%.1f";

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.1",
            description = "Time of one measurement, of which the best of three counts. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Override
    String measure(SearchSpace space, Console console) {
        InvalidInputException.require(seconds > 0 && seconds <= 60, "--seconds", seconds, "more than 0, up to 60");
        CeilingReport report = CeilingReport.measure(space, batch, dtype.precision(), seconds, console);
        return json ? Json.document(report) : table(report);
    }

    private static String table(CeilingReport report) {
        String convolutions = Rows.table(Table.of(report.convolutions())
                .text("convolution", CeilingReport.Convolution::text)
                .column("forward", RATE, CeilingReport.Convolution::forwardGflops)
                .column("backward", RATE, CeilingReport.Convolution::backwardGflops)
                .column("both", RATE, CeilingReport.Convolution::trainingGflops));
        return String.format(
                Locale.ROOT,
                "%s%nGFLOP/s in %s, batch %d, %d threads; product of matrices: " + RATE,
                convolutions,
                report.limits().dtype(),
                report.batch(),
                report.limits().threads(),
                report.limits().productGflops());
    }
}
