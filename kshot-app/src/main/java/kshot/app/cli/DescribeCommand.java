package kshot.app.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import kshot.common.InvalidInputException;
import kshot.diagram.Diagram;
import kshot.diagram.LayerRow;
import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.Spaces;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot describe}: what architectures cost. */
@Command(name = "describe", description = "Cost, layers and diagram of an architecture, or the costs of many.")
final class DescribeCommand implements Callable<Integer> {
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

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        SearchSpace space = Spaces.named(spaceName);
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
                .println(json ? document(space, architecture, rows) : table(space, architecture, rows));
        return CommandLine.ExitCode.OK;
    }

    private static Map<String, Object> costs(SearchSpace space, Architecture architecture) {
        Cost cost = Cost.of(space.network(architecture));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("arch", space.format(architecture));
        json.put("params", cost.parameters());
        json.put("flops", cost.flops());
        json.put("live_flops", cost.liveFlops());
        return json;
    }

    private static String document(SearchSpace space, Architecture architecture, List<LayerRow> rows) {
        Map<String, Object> json = costs(space, architecture);
        json.put("layers", rows.stream().map(DescribeCommand::toJson).toList());
        return Json.document(json);
    }

    private static Map<String, Object> toJson(LayerRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", row.name());
        json.put("operation", row.operation());
        json.put("output", row.shape().toString());
        json.put("params", row.parameters());
        json.put("flops", row.flops());
        return json;
    }

    private static String table(SearchSpace space, Architecture architecture, List<LayerRow> rows) {
        Cost cost = Cost.of(space.network(architecture));
        String layers = AsciiTable.getTable(
                rows,
                List.of(
                        new Column()
                                .header("layer")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(LayerRow::name),
                        new Column()
                                .header("operation")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(LayerRow::operation),
                        new Column().header("output").with(row -> row.shape().toString()),
                        new Column()
                                .header("parameters")
                                .with(row -> String.format(Locale.ROOT, "%,d", row.parameters())),
                        new Column().header("FLOPs").with(row -> String.format(Locale.ROOT, "%,d", row.flops()))));
        return String.format(
                Locale.ROOT,
                "%s%n%s%n%,d parameters, %,d FLOPs (%,d on a path from images to class scores)",
                space.format(architecture),
                layers,
                cost.parameters(),
                cost.flops(),
                cost.liveFlops());
    }
}
