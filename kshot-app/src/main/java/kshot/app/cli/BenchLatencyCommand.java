package kshot.app.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.app.bench.LatencyReport;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.latency.LatencyTable;
import kshot.network.Network;
import kshot.onnx.OnnxLatency;
import kshot.run.latency.LatencyProbes;
import kshot.run.latency.LatencyTables;
import kshot.run.progress.ElapsedTime;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kshot bench latency}: how well the latency table of a space predicts whole networks. */
@Command(
        name = "latency",
        description = "Build the latency table of a space, and compare its predictions with whole networks.")
final class BenchLatencyCommand extends BenchCommand.OfSpace {
    private static final double SECONDS = 0.02;

    @Option(names = "--archs", paramLabel = "FILE", description = "Architectures, one a line.")
    private @Nullable Path archs;

    @Option(
            names = "--random",
            paramLabel = "N",
            defaultValue = "50",
            description = "Random architectures, where no file is given. Default: ${DEFAULT-VALUE}.")
    private int random;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of ONNX Runtime. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the random architectures. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--channels",
            paramLabel = "C",
            description = "3: colour images, 1: grey ones. Default: as the space.")
    private @Nullable Integer channels;

    @Option(names = "--classes", paramLabel = "N", description = "Number of classes. Default: that of the space.")
    private @Nullable Integer classes;

    @Option(
            names = "--emit",
            paramLabel = "DIR",
            description =
                    "Measure nothing here: write the networks of the table, and a Python program that times them on"
                            + " another machine, into a new folder. What it writes there is a FILE for --latency-table.")
    private @Nullable Path emit;

    @Override
    void prepare() {
        InvalidInputException.require(threads >= 1, "--threads", threads, "at least 1");
        InvalidInputException.require(random >= 2 && random <= 10_000, "--random", random, "from 2 to 10000");
        InvalidInputException.require(
                channels == null || channels == 1 || channels == 3, "--channels", channels, "1 or 3");
        InvalidInputException.require(
                classes == null || (classes >= 2 && classes <= 100_000), "--classes", classes, "from 2 to 100000");
    }

    @Override
    String measure(SearchSpace named, Console console) {
        SearchSpace space = channels == null && classes == null
                ? named
                : named.adapt(
                        named.input()
                                .withChannels(channels == null ? named.input().channels() : channels),
                        classes == null ? named.classes() : classes);
        return emit == null ? compared(space, console) : emitted(space, emit);
    }

    private String emitted(SearchSpace space, Path folder) {
        Emitted emitted = new Emitted(folder.toString(), LatencyProbes.write(folder, space));
        return json
                ? Json.document(emitted)
                : Rows.table(Map.of(
                        emitted.networks + " networks",
                        folder + "; on the other machine: python3 " + folder.resolve(LatencyProbes.PROGRAM)));
    }

    /** The folder that was written for another machine, in JSON. */
    private record Emitted(String folder, int networks) {}

    private String compared(SearchSpace space, Console console) {
        Stream<Architecture> architectures = archs == null
                ? IntStream.range(0, random).mapToObj(i -> space.sample(new Seed(seed).generator("latency", i)))
                : ArchitectureFile.read(space, archs).stream();
        long start = System.nanoTime();
        LatencyTable table = LatencyTables.ofMachine(threads, console).of(space);
        double seconds = (System.nanoTime() - start) / 1e9;
        List<Network> networks = architectures
                .map(space::network)
                .filter(network -> table.nanoseconds(network).isPresent())
                .toList();
        LatencyReport report = LatencyReport.measure(
                table, networks, network -> OnnxLatency.fastest(network, threads, SECONDS), console);
        return json
                ? Json.document(new Document(report, table.groups().size(), threads, seconds))
                : lines(report, table, seconds);
    }

    /** A report and its table in JSON. */
    private record Document(@JsonUnwrapped LatencyReport report, int groups, int threads, double tableSeconds) {}

    private String lines(LatencyReport report, LatencyTable table, double seconds) {
        Map<String, String> all = new LinkedHashMap<>(report.lines());
        all.put("table", table.groups().size() + " groups of layers, ready after " + ElapsedTime.format(seconds));
        all.put("threads", "" + threads);
        return Rows.table(all);
    }
}
