package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.run.Evaluations;
import kshot.run.Run;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.search.Evaluation;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
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
                // Each by itself, and none by an equivalent one: this is the accuracy of the architecture that was
                // asked for.
                evaluations.each(
                        architectures,
                        Codes.LEARNED,
                        false,
                        e -> spec.commandLine().getOut().println(Json.line(Line.of(run.space(), e))));
            }
        }
        return CommandLine.ExitCode.OK;
    }

    /** An evaluated architecture in JSON. */
    private record Line(
            String arch, double accuracy, double logLikelihood, long flops, long liveFlops, long params, float[] code) {
        static Line of(SearchSpace space, Evaluation e) {
            return new Line(
                    space.format(e.architecture()),
                    e.accuracy(),
                    e.logLikelihood(),
                    e.cost().flops(),
                    e.cost().liveFlops(),
                    e.cost().parameters(),
                    e.code().toArray());
        }
    }
}
