package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kshot.app.config.SettingsTree;
import kshot.app.pipeline.Pipeline;
import kshot.app.pipeline.Run;
import kshot.app.terminal.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The steps of {@code kshot run}, one by one on a run directory. */
final class StepCommands {
    private StepCommands() {}

    private abstract static class OneStep implements Callable<Integer> {
        @Option(names = "--run", paramLabel = "DIR", required = true, description = "Directory of a run.")
        private Path directory;

        private final Pipeline.Step step;

        OneStep(Pipeline.Step step) {
            this.step = step;
        }

        @Override
        public Integer call() throws IOException {
            try (Run run = Run.open(directory, this::change, Console.ofProcess())) {
                Pipeline.run(run, step);
            }
            return CommandLine.ExitCode.OK;
        }

        /** Changes settings of the run for this time; none unless a step has options of its own. */
        void change(SettingsTree settings) {}
    }

    @Command(name = "train", description = "Train supernets and simplex-net of a run anew.")
    static final class Train extends OneStep {
        Train() {
            super(Pipeline.Step.TRAIN);
        }
    }

    @Command(name = "search", description = "Search again under the trained supernets of a run.")
    static final class Search extends OneStep {
        Search() {
            super(Pipeline.Step.SEARCH);
        }
    }

    @Command(name = "retrain", description = "Retrain the winner of a run, and what it is compared with.")
    static final class Retrain extends OneStep {
        @Option(
                names = "--compare",
                description =
                        "Also retrain the architectures with the most FLOPs and parameters, and three random ones.")
        private boolean compare;

        Retrain() {
            super(Pipeline.Step.RETRAIN);
        }

        @Override
        void change(SettingsTree settings) {
            settings.setIfPresent("compare", compare ? "all" : null);
        }
    }

    @Command(name = "export", description = "Write the retrained winner of a run as ONNX.")
    static final class Export extends OneStep {
        Export() {
            super(Pipeline.Step.EXPORT);
        }
    }

    @Command(name = "report", description = "Write the report of a run.")
    static final class Report extends OneStep {
        Report() {
            super(Pipeline.Step.REPORT);
        }
    }
}
