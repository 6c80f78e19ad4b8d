package kshot.app.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.diagram.Diagram;
import kshot.diagram.LayerRow;
import kshot.latency.LatencyTable;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.onnx.OnnxLatency;
import kshot.run.latency.LatencyTableFile;
import kshot.run.latency.LatencyTables;
import kshot.run.latency.MeasuredTable;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot describe}: the costs of architectures. */
@Command(name = "describe", description = "Cost, layers and diagram of an architecture, or the costs of many.")
final class DescribeCommand implements Callable<Integer> {
    private static final double MEASURING_SECONDS = 0.2;

    @Option(names = "--space", paramLabel = "S", required = true, description = "A search space.")
    private String spaceName;

    @ArgGroup
    private Which which = new Which();

    static final class Which {
        @Option(
                names = "--arch",
                paramLabel = "A",
                description = "An architecture. Default: the last option of every decision.")
        private @Nullable String arch;

        @Option(names = "--archs", paramLabel = "FILE", description = "Many, one a line; the costs are JSON lines.")
        private @Nullable Path archs;
    }

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the architecture.")
    private @Nullable Path svg;

    @Option(
            names = "--latency",
            description =
                    "Also the milliseconds of an image in ONNX Runtime on one thread, predicted by the table of this"
                            + " machine and space, which is measured if it is not there, and those of the whole network.")
    private boolean latency;

    @Option(
            names = "--latency-table",
            paramLabel = "FILE",
            description = "Also the milliseconds that are predicted for another machine: see bench latency --emit.")
    private @Nullable Path latencyTable;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Null where latency is not asked for. */
    private @Nullable MeasuredTable measured;

    @Override
    public Integer call() throws IOException {
        SearchSpace space = Spaces.named(spaceName);
        measured = measuredTable(space);
        if (which.archs != null) {
            for (Architecture architecture : ArchitectureFile.read(space, which.archs)) {
                spec.commandLine().getOut().println(Json.line(costs(space, architecture)));
            }
            return CommandLine.ExitCode.OK;
        }
        Architecture architecture = which.arch == null ? space.last() : space.parse(which.arch);
        if (svg != null) {
            try {
                Files.writeString(svg, Diagram.svg(space, architecture));
            } catch (IOException e) {
                throw new InvalidInputException("--svg " + svg + ": cannot be written (" + e.getMessage() + ")", e);
            }
        }
        List<LayerRow> rows = Diagram.rows(space, architecture);
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? Json.document(new Document(
                                        costs(space, architecture),
                                        rows.stream().map(Layer::of).toList()))
                                : table(space, architecture, rows));
        return CommandLine.ExitCode.OK;
    }

    private @Nullable MeasuredTable measuredTable(SearchSpace space) {
        InvalidInputException.require(
                !latency || latencyTable == null, "--latency", "with --latency-table", "one of the two");
        if (latencyTable != null) {
            LatencyTableFile file = LatencyTableFile.read(latencyTable);
            return file.of(space, file.threads());
        }
        return latency
                ? new MeasuredTable(
                        LatencyTables.ofMachine(1, Console.ofProcess()).of(space), null)
                : null;
    }

    /** The costs of an architecture in JSON; the latency is there where it was asked for. */
    private record Costs(
            String arch,
            long params,
            long flops,
            long liveFlops,
            @JsonUnwrapped @Nullable Latency latency) {}

    /** The milliseconds of an image, null where there are none, and the machine that they are of, if it is another one. */
    private record Latency(
            @Nullable Double predictedLatencyMs,
            @Nullable Double latencyMs,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String latencyMachine) {}

    /** The costs of an architecture and of its layers in JSON. */
    private record Document(@JsonUnwrapped Costs costs, List<Layer> layers) {}

    /** A layer in JSON. */
    private record Layer(String name, String operation, String output, long params, long flops) {
        static Layer of(LayerRow row) {
            return new Layer(row.name(), row.operation(), row.shape().toString(), row.parameters(), row.flops());
        }
    }

    private Costs costs(SearchSpace space, Architecture architecture) {
        Network network = space.network(architecture);
        Cost cost = Cost.of(network);
        return new Costs(
                space.format(architecture),
                cost.parameters(),
                cost.flops(),
                cost.liveFlops(),
                measured == null ? null : latency(measured, network));
    }

    private static Latency latency(MeasuredTable measured, Network network) {
        return new Latency(
                predicted(measured.table(), network),
                measured.machine().isPresent() ? null : measured(network),
                measured.anotherMachine());
    }

    /** Returns null where the table has no time for a layer, or nothing leads from the images to the class scores. */
    private static @Nullable Double predicted(LatencyTable table, Network network) {
        OptionalLong time = table.nanoseconds(network);
        return time.isPresent() ? LatencyTable.milliseconds(time.getAsLong()) : null;
    }

    private static @Nullable Double measured(Network network) {
        return network.isConnected()
                ? LatencyTable.milliseconds(OnnxLatency.fastest(network, 1, MEASURING_SECONDS))
                : null;
    }

    private String table(SearchSpace space, Architecture architecture, List<LayerRow> rows) {
        Costs costs = costs(space, architecture);
        String layers = Rows.table(Table.of(rows)
                .text("layer", LayerRow::name)
                .text("operation", LayerRow::operation)
                .column("output", LayerRow::shape)
                .column("parameters", "%,d", LayerRow::parameters)
                .column("FLOPs", "%,d", LayerRow::flops));
        return String.format(
                Locale.ROOT,
                "%s%n%s%n%,d parameters, %,d FLOPs (%,d on a path from images to class scores)%s",
                costs.arch,
                layers,
                costs.params,
                costs.flops,
                costs.liveFlops,
                costs.latency == null ? "" : text(costs.latency));
    }

    private static String text(Latency latency) {
        if (latency.latencyMachine != null) {
            return String.format(
                    Locale.ROOT,
                    "%nlatency: %s ms predicted for %s",
                    rounded(latency.predictedLatencyMs),
                    latency.latencyMachine);
        }
        return String.format(
                Locale.ROOT,
                "%nlatency: %s ms predicted, %s ms measured",
                rounded(latency.predictedLatencyMs),
                rounded(latency.latencyMs));
    }

    private static String rounded(@Nullable Double milliseconds) {
        return milliseconds == null ? "no" : String.format(Locale.ROOT, "%.3f", milliseconds);
    }
}
