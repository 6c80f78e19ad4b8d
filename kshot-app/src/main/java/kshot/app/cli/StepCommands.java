package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.app.terminal.StopSignals;
import kshot.common.InvalidInputException;
import kshot.run.Run;
import kshot.run.RunDirectory;
import kshot.run.pipeline.ChosenModels;
import kshot.run.pipeline.Pipeline;
import kshot.run.settings.SettingsTree;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The steps of {@code kshot run}, one by one on a run directory. */
final class StepCommands {
    private StepCommands() {}

    private abstract static class OneStep implements Callable<Integer>, Resumable {
        @Option(names = "--run", paramLabel = "DIR", required = true, description = "Directory of a run.")
        private Path directory;

        private final Pipeline.Stage step;

        OneStep(Pipeline.Stage step) {
            this.step = step;
        }

        @Override
        public Integer call() throws IOException {
            Console console = Console.ofProcess();
            try (Run run = Run.open(directory, this::change, console);
                    StopSignals signals = StopSignals.handTo(console)) {
                prepare(run);
                Pipeline.run(run, step);
                finish(run);
            }
            return CommandLine.ExitCode.OK;
        }

        final Pipeline.Stage step() {
            return step;
        }

        /** Prepares the step; does nothing unless it has options of its own. */
        void prepare(Run run) throws IOException {}

        /** Does what follows the step; nothing unless options ask for it. */
        void finish(Run run) throws IOException {}

        @Override
        public @Nullable String commandToGoOn() {
            return RunDirectory.isAt(directory)
                    ? step.name().toLowerCase(Locale.ROOT) + " --run " + Resumable.quoted(directory)
                    : null;
        }

        /** Changes settings of the run for this time; none unless a step has options of its own. */
        void change(SettingsTree settings) {}
    }

    /** A step that takes its time: it goes on where it stopped, unless the user wants it all again. */
    private abstract static class LongStep extends OneStep {
        @Option(names = "--again", description = "Discard what this step and those after it have left, and begin anew.")
        private boolean again;

        LongStep(Pipeline.Stage step) {
            super(step);
        }

        @Override
        void prepare(Run run) throws IOException {
            if (again) {
                Pipeline.discard(run, step());
            }
        }
    }

    @Command(name = "train", description = "Train supernets and simplex-net of a run, or what is left of it.")
    static final class Train extends LongStep {
        Train() {
            super(Pipeline.Stage.TRAIN);
        }
    }

    @Command(name = "search", description = "Search under the trained supernets of a run, or finish the search.")
    static final class Search extends LongStep {
        Search() {
            super(Pipeline.Stage.SEARCH);
        }
    }

    @Command(
            name = "finalists",
            description = "Train the best of the search of a run for short, and make the best of them the winner.")
    static final class Finalists extends LongStep {
        Finalists() {
            super(Pipeline.Stage.FINALISTS);
        }
    }

    @Command(name = "retrain", description = "Retrain the winner of a run, and what it is compared with.")
    static final class Retrain extends LongStep {
        @Option(
                names = "--compare",
                arity = "0..1",
                fallbackValue = "all",
                paramLabel = "WHAT",
                description =
                        "What is also trained from scratch: flops_pick, yardsticks (and MobileNetV2 and ResNet-8 inside the"
                                + " limits) or all (and the largest and three random architectures). Without WHAT: all.")
        private @Nullable String compare;

        @Option(names = "--repeats", paramLabel = "N", description = "Trainings from scratch of each, with N seeds.")
        private @Nullable Integer repeats;

        @Option(
                names = "--arch",
                paramLabel = "A",
                description = "Also trains and exports this architecture, which the search evaluated.")
        private List<String> archs = List.of();

        @Option(
                names = "--front",
                paramLabel = "I",
                description = "Also trains and exports the architecture at place I of the Pareto front in the report.")
        private List<Integer> front = List.of();

        Retrain() {
            super(Pipeline.Stage.RETRAIN);
        }

        @Override
        void prepare(Run run) throws IOException {
            super.prepare(run);
            archs.forEach(arch -> ChosenModels.add(run, arch));
            front.forEach(number -> ChosenModels.addOfFront(run, number));
        }

        @Override
        void finish(Run run) throws IOException {
            if (!archs.isEmpty() || !front.isEmpty()) {
                Pipeline.run(run, Pipeline.Stage.EXPORT);
                Pipeline.run(run, Pipeline.Stage.REPORT);
            }
        }

        @Override
        void change(SettingsTree settings) {
            settings.setIfPresent("compare", compare);
            settings.setIfPresent("repeats", repeats);
        }

        @Override
        public @Nullable String commandToGoOn() {
            String command = super.commandToGoOn();
            if (command == null) {
                return null;
            }
            return command
                    + (compare == null ? "" : " --compare " + compare)
                    + (repeats == null ? "" : " --repeats " + repeats);
        }
    }

    @Command(name = "export", description = "Write the retrained winner of a run as ONNX.")
    static final class Export extends OneStep {
        @Option(names = "--int8", description = "Also write a copy of the model in 8-bit integers.")
        private boolean int8;

        @Option(
                names = "--int8-max-loss",
                paramLabel = "X",
                description =
                        "Largest loss of test accuracy with which that copy is written, from 0 to 1. Default: that of the run,"
                                + " 0.01.")
        private @Nullable Double int8MaxLoss;

        Export() {
            super(Pipeline.Stage.EXPORT);
        }

        @Override
        void change(SettingsTree settings) {
            if (int8) {
                settings.set("export.int8", "true");
            }
            settings.setIfPresent("export.int8_max_loss", int8MaxLoss);
        }

        @Override
        void finish(Run run) {
            InvalidInputException.require(
                    !int8
                            || run.store()
                                    .get(RunMetadata.MODEL)
                                    .map(RunMetadata.Model::int8)
                                    .map(RunMetadata.Int8::file)
                                    .isPresent(),
                    "int8 model",
                    "a loss of accuracy above export.int8_max_loss",
                    "a smaller one; model.onnx was written");
        }
    }

    @Command(name = "report", description = "Write the report of a run.")
    static final class Report extends OneStep {
        Report() {
            super(Pipeline.Stage.REPORT);
        }
    }
}
