package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.run.Evaluations;
import kshot.run.Run;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot evaluate}: architectures under the trained supernets of a run. */
@Command(name = "evaluate", description = "Accuracy of given architectures under the trained supernets of a run.")
final class EvaluateCommand implements Callable<Integer> {
    @Option(names = "--run", paramLabel = "DIR", required = true, description = "Directory of a run.")
    private Path directory;

    @Option(names = "--archs", paramLabel = "FILE", required = true, description = "Architectures, one a line.")
    private Path archs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (Run run = Run.open(directory, Console.ofProcess())) {
            List<Architecture> architectures = ArchitectureFile.read(run.space(), archs);
            try (Evaluations evaluations = Evaluations.open(run)) {
                evaluations.each(
                        architectures,
                        Codes.LEARNED,
                        e -> spec.commandLine()
                                .getOut()
                                .println(Json.line(toJson(run, e, evaluations.code(e.architecture())))));
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private static Map<String, Object> toJson(Run run, Evaluation e, SimplexCode code) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("arch", run.space().format(e.architecture()));
        json.putAll(e.scores().byName());
        json.put("flops", e.cost().flops());
        json.put("live_flops", e.cost().liveFlops());
        json.put("params", e.cost().parameters());
        json.put("code", code.toArray());
        return json;
    }
}
