package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kshot.app.config.SettingsTree;
import kshot.app.study.GroupsStudy;
import kshot.app.study.KStudy;
import kshot.app.study.Pool;
import kshot.app.study.SearchStudy;
import kshot.app.study.Truth;
import kshot.app.terminal.Console;
import kshot.app.terminal.StopRequest;
import kshot.app.terminal.StopSignals;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.common.WholeFile;
import kshot.rank.BenchmarkTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot study}: experiments over many trainings. */
@Command(
        name = "study",
        description = "Experiments over many trainings of supernets, against a benchmark table.",
        subcommands = {StudyCommand.K.class, StudyCommand.Groups.class, StudyCommand.Searches.class})
final class StudyCommand {
    private static final String SUPERNETS = "supernets";

    /** What all studies take. */
    private abstract static class Study implements Callable<Integer>, GoesOn {
        @Option(
                names = "--out",
                paramLabel = "DIR",
                required = true,
                description = "Folder of the results, and of the trainings, which studies share.")
        Path out;

        @Option(
                names = "--truth",
                paramLabel = "FILE",
                required = true,
                description = "A benchmark table, as for 'rank'.")
        private Path truth;

        @Option(names = "--column", paramLabel = "C", required = true, description = "Its column of true accuracies.")
        private String column;

        @Option(
                names = "--sample",
                paramLabel = "N",
                description = "Only so many architectures of the table, the same for all trainings. Default: all.")
        private @Nullable Integer sample;

        @Option(names = "--seeds", paramLabel = "N", defaultValue = "3", description = "Seeds. Default: 3.")
        int seeds;

        @Option(names = "--jobs", paramLabel = "N", description = "Trainings at once. Default: one for each processor.")
        @Nullable
        Integer jobs;

        @Mixin
        private SettingsOptions options = new SettingsOptions();

        @Option(names = "--json", description = "The result as JSON.")
        boolean json;

        @Spec
        CommandSpec spec;

        /** Settings of all trainings. */
        final SettingsTree settings() {
            return options.settings(settings -> settings);
        }

        final Truth truth() {
            return new Truth(BenchmarkTable.read(truth), column, sample, new Seed(1));
        }

        @Override
        public Integer call() throws IOException {
            InvalidInputException.require(seeds >= 1, "--seeds", seeds, "at least 1");
            int atOnce = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
            InvalidInputException.require(atOnce >= 1, "--jobs", atOnce, "at least 1");
            Console console = Console.ofProcess();
            StopRequest stop = new StopRequest();
            try (StopSignals signals = StopSignals.handTo(stop, console)) {
                spec.commandLine().getOut().println(study(new Pool(out.resolve(SUPERNETS), atOnce, console, stop)));
            }
            return CommandLine.ExitCode.OK;
        }

        /** What is printed. */
        abstract String study(Pool pool) throws IOException;

        /** Writes a result to files of its name; returns what is printed of it. */
        final String written(String name, String markdown, Map<String, Object> result) throws IOException {
            String document = Json.document(result);
            Files.createDirectories(out);
            WholeFile.write(out.resolve(name + ".json"), document + "\n");
            WholeFile.write(out.resolve(name + ".md"), markdown);
            return json ? document : markdown;
        }

        @Override
        public @Nullable String commandToGoOn() {
            return Files.isDirectory(out.resolve(SUPERNETS)) ? "study with the same options" : null;
        }
    }

    /** What studies of K take. */
    private abstract static class OfK extends Study {
        @Option(
                names = "--k",
                paramLabel = "K",
                split = ",",
                defaultValue = "1,2,4,8,12",
                description = "Numbers of supernets. Default: ${DEFAULT-VALUE}.")
        List<Integer> ks;
    }

    @Command(
            name = "k",
            description = "Ranking ability as K grows: Tables 7 and 9 and Figure 4 of the paper's supplement.")
    static final class K extends OfK {
        @Override
        String study(Pool pool) throws IOException {
            KStudy study = KStudy.of(pool, settings(), ks, seeds, truth());
            return written("k", study.toMarkdown(), study.toJson());
        }
    }

    @Command(name = "groups", description = "Whether the best architectures are told from the others, as K grows.")
    static final class Groups extends OfK {
        @Override
        String study(Pool pool) throws IOException {
            GroupsStudy study = GroupsStudy.of(pool, settings(), ks, seeds, truth());
            return written("groups", study.toMarkdown(), study.toJson());
        }
    }

    @Command(
            name = "search",
            description = "What searches under supernets find, by the truth of a table of the whole space.")
    static final class Searches extends OfK {
        @Override
        String study(Pool pool) throws IOException {
            SearchStudy study = SearchStudy.of(pool, settings(), ks, seeds, truth());
            return written("search", study.toMarkdown(), study.toJson());
        }
    }
}
