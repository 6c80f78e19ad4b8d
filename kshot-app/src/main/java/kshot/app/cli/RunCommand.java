package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.app.terminal.StopSignals;
import kshot.common.InvalidInputException;
import kshot.ranks.Ranks;
import kshot.run.Run;
import kshot.run.RunDirectory;
import kshot.run.pipeline.Pipeline;
import kshot.run.pipeline.Pipeline.Stage;
import kshot.run.pipeline.RunSummary;
import kshot.run.progress.ElapsedTime;
import kshot.run.settings.SettingsTree;
import kshot.run.team.Team;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot run}: everything. */
@Command(name = "run", description = "Train supernets, search, retrain the winner, export it and write the report.")
final class RunCommand implements Callable<Integer>, Resumable {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Mixin
    private RanksOptions ranks = new RanksOptions();

    @Option(names = "--k", paramLabel = "K", description = "Number of supernets, where a score asks for some.")
    private @Nullable Integer k;

    @Option(names = "--max-flops", paramLabel = "F", description = "Most multiply-adds of an image: 5M, none.")
    private @Nullable String maxFlops;

    @Option(names = "--max-params", paramLabel = "P", description = "Most learnable numbers: 300k, none.")
    private @Nullable String maxParams;

    @Option(
            names = "--max-latency-ms",
            paramLabel = "T",
            description = "Most milliseconds of an image in ONNX Runtime on this machine: 1.5, none.")
    private @Nullable String maxLatency;

    @Option(
            names = "--latency-table",
            paramLabel = "FILE",
            description = "Times of another machine, for which --max-latency-ms then holds: see bench latency --emit.")
    private @Nullable String latencyTable;

    @Option(
            names = "--compare",
            arity = "0..1",
            fallbackValue = "all",
            paramLabel = "WHAT",
            description =
                    "What is also trained from scratch: flops_pick, yardsticks (and MobileNetV2 and ResNet-8 inside the"
                            + " limits) or all (and the largest and three random architectures). Without WHAT: all.")
    private @Nullable String compare;

    @Option(
            names = "--models",
            paramLabel = "N",
            description = "Models: the winner, and N - 1 smaller ones of the Pareto front. Default: 1.")
    private @Nullable Integer models;

    @Option(names = "--repeats", paramLabel = "N", description = "Trainings from scratch of each, with N seeds.")
    private @Nullable Integer repeats;

    @Option(names = "--seed", paramLabel = "N", description = "Root of all randomness.")
    private @Nullable Long seed;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; 0: as many as processors.")
    private @Nullable Integer threads;

    @Option(
            names = "--device",
            paramLabel = "D",
            description =
                    "Device that trains and scores: auto (a graphics card where there is one), cpu, cuda, cuda:1.")
    private @Nullable String device;

    @Option(names = "--out", paramLabel = "DIR", description = "Directory of the run. Default: runs/ and the time.")
    private @Nullable Path out;

    @Option(
            names = "--resume",
            description = "Go on with the run in --out; options beside it have to agree with what it began with.")
    private boolean resume;

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description = "The last step to do: train, search, finalists, retrain, export or report. Default: report.",
            defaultValue = "REPORT")
    private Stage until;

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private @Nullable Path directory;

    @Override
    public Integer call() throws IOException {
        Console console = Console.ofProcess();
        return ranks.share(console, (place, team) -> run(console, place, team), this::given);
    }

    /** Returns what this rank was told, over the settings of rank 0 where nothing was said. */
    private SettingsTree given(SettingsTree ofLead) {
        return resume && !options.hasPreset() ? over(options.over(ofLead)) : settings();
    }

    private void run(Console console, Ranks place, Team team) throws IOException {
        long start = System.nanoTime();
        try (Run run = open(console, place, team);
                StopSignals signals = StopSignals.handTo(console)) {
            double before = Pipeline.seconds(run);
            Pipeline.runUntil(run, until);
            double seconds = before + (System.nanoTime() - start) / 1e9;
            spec.commandLine().getOut().println(until == Stage.REPORT ? summary(run, seconds) : summary(seconds));
        }
    }

    private String summary(Run run, double seconds) {
        RunSummary summary = RunSummary.of(run, seconds);
        return json ? Json.document(summary) : Rows.table(summary.lines());
    }

    /** The result of a part of the steps in JSON. */
    private record Part(String run, Stage until, double seconds) {}

    private String summary(double seconds) {
        return json
                ? Json.document(new Part(String.valueOf(directory), until, seconds))
                : "done until " + until.label() + " in " + ElapsedTime.format(seconds) + ": " + directory;
    }

    private Run open(Console console, Ranks place, Team team) throws IOException {
        if (resume) {
            InvalidInputException.require(
                    out != null, "--resume", "without --out", "with the directory of a run, --out DIR");
        }
        directory = directory();
        return resume
                ? Run.open(directory, this::resume, console, team)
                : Run.create(directory, shared(settings(), place), console, team);
    }

    /** Shares the processors of this machine out, where nobody says how many threads a rank has. */
    private static SettingsTree shared(SettingsTree settings, Ranks place) {
        if (place.localSize() > 1 && "0".equals(settings.text("threads"))) {
            settings.set("threads", "" + place.share(Runtime.getRuntime().availableProcessors()));
        }
        return settings;
    }

    /**
     * Checks that the options beside --resume agree with the run: a preset as a whole, others one by one. Only the images may
     * have been moved.
     */
    private void resume(SettingsTree ofRun) {
        SettingsTree over = over(options.over(ofRun.copy()));
        SettingsTree given = options.hasPreset() ? settings() : over;
        given.requireAgreement(ofRun, "given", "in the run");
        ofRun.setText("data.source", over.text("data.source"));
    }

    @Override
    public @Nullable String commandToGoOn() {
        return directory != null && RunDirectory.isAt(directory)
                ? "run --resume --out " + Resumable.quoted(directory) + ranks.option()
                : null;
    }

    private Path directory() {
        if (out != null) {
            return out;
        }
        String time = LocalDateTime.now(ZoneId.systemDefault())
                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
        Path directory = Path.of("runs", time);
        for (int i = 2; Files.exists(directory); i++) {
            directory = Path.of("runs", time + "-" + i);
        }
        return directory;
    }

    SettingsTree settings() {
        return options.settings(this::over);
    }

    /** Lays over other settings what options of this command say. */
    private SettingsTree over(SettingsTree settings) {
        settings.setIfPresent("supernet.k", k);
        settings.setIfPresent("limits.max_flops", limit("--max-flops", maxFlops));
        settings.setIfPresent("limits.max_params", limit("--max-params", maxParams));
        settings.setIfPresent("limits.max_latency_ms", maxLatency);
        settings.setText("limits.latency_table", latencyTable);
        settings.setIfPresent("compare", compare);
        settings.setIfPresent("models", models);
        settings.setIfPresent("repeats", repeats);
        settings.setIfPresent("seed", seed);
        settings.setIfPresent("threads", threads);
        settings.setText("device", device);
        return settings;
    }

    private static @Nullable Object limit(String option, @Nullable String text) {
        return text == null || text.equals(SettingsTree.NONE) || text.equals(SettingsTree.AUTO)
                ? text
                : NumberParser.parse(option, text);
    }
}
