package kshot.app.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Locale;
import kshot.app.bench.CeilingReport;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.space.SearchSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kshot bench ceiling}: the largest rates that this machine reaches. */
@Command(
        name = "ceiling",
        description = "The largest rates of single convolutions and matrix products on this machine.")
final class BenchCeilingCommand extends BenchCommand.OfTensors {
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
        String convolutions = AsciiTable.getTable(
                report.convolutions(),
                List.of(
                        new Column()
                                .header("convolution")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(rate -> String.format(
                                        Locale.ROOT,
                                        "%d×%d, %d to %d, stride %d, on %dx%dx%d",
                                        rate.kernel(),
                                        rate.kernel(),
                                        rate.in(),
                                        rate.out(),
                                        rate.stride(),
                                        rate.in(),
                                        rate.height(),
                                        rate.width())),
                        new Column().header("forward").with(rate -> rounded(rate.forwardGflops())),
                        new Column().header("backward").with(rate -> rounded(rate.backwardGflops())),
                        new Column().header("both").with(rate -> rounded(rate.trainingGflops()))));
        return String.format(
                Locale.ROOT,
                "%s%nGFLOP/s in %s, batch %d, %d threads; product of matrices: %s",
                convolutions,
                report.limits().dtype(),
                report.batch(),
                report.limits().threads(),
                rounded(report.limits().productGflops()));
    }

    private static String rounded(double gflops) {
        return String.format(Locale.ROOT, "%.1f", gflops);
    }
}
