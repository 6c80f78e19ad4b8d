package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.rank.BenchmarkTable;
import kshot.run.Run;
import kshot.run.evaluate.Ranking;
import kshot.run.settings.Predictors;
import kshot.run.team.Team;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot rank}: ranking ability, of scores in a file or of the supernets of a run. */
@Command(
        name = "rank",
        description = "How well scores, or the predictors of a run, rank architectures of a benchmark table.")
final class RankCommand implements Callable<Integer> {
    @Option(
            names = "--truth",
            paramLabel = "FILE",
            required = true,
            description =
                    "A benchmark table: CSV whose first column is 'arch', or JSON by architecture; gzipped or not.")
    private Path truth;

    @Option(names = "--column", paramLabel = "C", required = true, description = "Its column of true accuracies.")
    private String column;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    static final class Source {
        @ArgGroup(exclusive = false, multiplicity = "1")
        private @Nullable OfFile file;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private @Nullable OfRun run;
    }

    static final class OfFile {
        @Option(
                names = "--scores",
                paramLabel = "FILE",
                required = true,
                description = "The scores: CSV with the columns 'arch' and 'score'.")
        private Path scores;

        @Option(
                names = "--space",
                paramLabel = "S",
                description = "The search space. Default: the shipped one whose architectures these are.")
        private @Nullable String space;
    }

    static final class OfRun {
        @Option(
                names = "--run",
                paramLabel = "DIR",
                required = true,
                description = "A run: architectures are evaluated by its predictors, each once.")
        private Path directory;

        @Option(
                names = "--sample",
                paramLabel = "N",
                description = "Only so many architectures of the table, drawn by the seed.")
        private @Nullable Integer sample;

        @Option(
                names = {"--predictors", "--score"},
                paramLabel = "LIST",
                split = ",",
                completionCandidates = PredictorNames.class,
                description =
                        "What scores architectures, with commas between: ${COMPLETION-CANDIDATES}; of several their"
                                + " aggregate. Default: what the run searches by.")
        private @Nullable List<String> predictors;

        @Option(names = "--scores-out", paramLabel = "FILE", description = "Write the scores as CSV.")
        private @Nullable Path scoresOut;
    }

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the sample and of the intervals. Default: 1.")
    private long seed;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Mixin
    private RanksOptions ranks = new RanksOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        BenchmarkTable table = BenchmarkTable.read(truth);
        OfRun run = source.run;
        if (run == null) {
            print(rank(table, Objects.requireNonNull(source.file)));
            return CommandLine.ExitCode.OK;
        }
        Console console = Console.ofProcess();
        return ranks.share(console, (place, team) -> print(rank(table, run, console, team)), settings -> settings);
    }

    private void print(Ranking ranking) {
        spec.commandLine()
                .getOut()
                .println(json ? Json.document(RankingOutput.json(ranking)) : RankingOutput.text(ranking));
    }

    private Ranking rank(BenchmarkTable table, OfFile of) {
        BenchmarkTable scores = BenchmarkTable.read(of.scores);
        @Nullable SearchSpace space = of.space == null ? null : Spaces.named(of.space);
        return Ranking.ofScores(table, column, scores, space, new Seed(seed));
    }

    private Ranking rank(BenchmarkTable table, OfRun of, Console console, Team team) throws IOException {
        if (of.scoresOut != null) {
            Path folder = of.scoresOut.toAbsolutePath().getParent();
            InvalidInputException.require(
                    folder != null && Files.isWritable(folder) && !Files.isDirectory(of.scoresOut),
                    "--scores-out",
                    of.scoresOut,
                    "a file in a folder that exists and is writable");
        }
        @Nullable
        List<String> asked = of.predictors == null ? null : Predictors.requireKnown("--predictors", of.predictors);
        try (Run run = Run.open(of.directory, console, team)) {
            List<String> predictors =
                    asked == null ? run.context().settings().search().score() : asked;
            Ranking ranking = Ranking.ofRun(run, table, column, of.sample, predictors, new Seed(seed));
            if (of.scoresOut != null) {
                ranking.writeScores(of.scoresOut);
            }
            return ranking;
        }
    }
}
