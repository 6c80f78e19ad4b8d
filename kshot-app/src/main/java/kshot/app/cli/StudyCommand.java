package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.app.terminal.StopSignals;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.common.WholeFile;
import kshot.rank.BenchmarkTable;
import kshot.run.settings.SettingsTree;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.study.Benchmark;
import kshot.study.CodesStudy;
import kshot.study.ControlStudy;
import kshot.study.EnsembleStudy;
import kshot.study.GroupsStudy;
import kshot.study.KStudy;
import kshot.study.MStudy;
import kshot.study.RegretStudy;
import kshot.study.RegulariserStudy;
import kshot.study.SearchStudy;
import kshot.study.TrainingPool;
import kshot.study.TruthStudy;
import kshot.study.WinnersStudy;
import kshot.study.result.Markdown;
import kshot.study.result.StudyResult;
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
        subcommands = {
            StudyCommand.K.class,
            StudyCommand.Groups.class,
            StudyCommand.Searches.class,
            StudyCommand.Regret.class,
            StudyCommand.Ensembles.class,
            StudyCommand.Codes.class,
            StudyCommand.M.class,
            StudyCommand.Regulariser.class,
            StudyCommand.Winners.class,
            StudyCommand.Truth.class
        })
final class StudyCommand {
    private static final String SUPERNETS = "supernets";

    /** The options of all studies. */
    private abstract static class Study implements Callable<Integer>, Resumable {
        @Option(
                names = "--out",
                paramLabel = "DIR",
                required = true,
                description = "Folder of the results, and of the trainings, which studies share.")
        Path out;

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

        /** Returns the settings of all trainings. */
        final SettingsTree settings() {
            return options.settings(settings -> settings);
        }

        @Override
        public Integer call() throws IOException {
            InvalidInputException.require(seeds >= 1, "--seeds", seeds, "at least 1");
            int atOnce = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
            InvalidInputException.require(atOnce >= 1, "--jobs", atOnce, "at least 1");
            Console console = Console.ofProcess();
            try (StopSignals signals = StopSignals.handTo(console)) {
                spec.commandLine()
                        .getOut()
                        .println(written(study(new TrainingPool(out.resolve(SUPERNETS), atOnce, console))));
            }
            return CommandLine.ExitCode.OK;
        }

        /** Trains what it needs, and measures. */
        abstract StudyResult study(TrainingPool pool) throws IOException;

        /** Returns the name of the files of the result. */
        String file() {
            return spec.name();
        }

        /** Writes a result to files of the study's name; returns what is printed of it. */
        private String written(StudyResult result) throws IOException {
            String document = Json.document(result);
            String markdown = Markdown.of(result);
            Files.createDirectories(out);
            WholeFile.write(out.resolve(file() + ".json"), document + "\n");
            WholeFile.write(out.resolve(file() + ".md"), markdown);
            for (Map.Entry<String, String> drawing : result.drawings().entrySet()) {
                WholeFile.write(out.resolve(drawing.getKey() + ".svg"), drawing.getValue());
            }
            return json ? document : markdown;
        }

        @Override
        public @Nullable String commandToGoOn() {
            return Files.isDirectory(out.resolve(SUPERNETS)) ? "study with the same options" : null;
        }
    }

    /** The options of studies that compare with a benchmark table. */
    private abstract static class OfTable extends Study {
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

        /** Returns the benchmark that rankings are measured on. */
        final Benchmark truth() {
            SearchSpace space = Spaces.named(settings().required("space.name"));
            return new Benchmark(space, BenchmarkTable.read(truth), column, sample, new Seed(1));
        }

        /** Returns the benchmark of a whole space, for whatever a search may find. */
        final Benchmark wholeTruth() {
            return truth().requireWhole();
        }
    }

    /** The options of studies over several K that compare with a benchmark table. */
    private abstract static class OfK extends OfTable {
        @Option(
                names = "--k",
                paramLabel = "K",
                split = ",",
                defaultValue = "1,2,4,8,12",
                description = "Numbers of supernets. Default: ${DEFAULT-VALUE}.")
        List<Integer> ks;
    }

    /** The option of studies whose trainings all have one K. */
    private static final class OneK {
        @Option(names = "--k", paramLabel = "K", defaultValue = "8", description = "Supernets. Default: 8.")
        int k;
    }

    @Command(
            name = "k",
            description = "Ranking ability as K grows: Tables 7 and 9 and Figure 4 of the paper's supplement.")
    static final class K extends OfK {
        @Option(
                names = "--control",
                description =
                        "Instead: the largest K beside controls that say what makes the difference to K = 1: fewer images, more supernets, codes that differ, codes that are learned.")
        private boolean control;

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return control
                    ? ControlStudy.of(pool, settings(), Collections.max(ks), seeds, truth())
                    : KStudy.of(pool, settings(), ks, seeds, truth());
        }

        @Override
        String file() {
            return control ? "k-control" : super.file();
        }
    }

    @Command(name = "groups", description = "Whether the best architectures are told from the others, as K grows.")
    static final class Groups extends OfK {
        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return GroupsStudy.of(pool, settings(), ks, seeds, truth());
        }
    }

    @Command(
            name = "search",
            description = "What searches under supernets find, by the truth of a table of the whole space.")
    static final class Searches extends OfK {
        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return SearchStudy.of(pool, settings(), ks, seeds, wholeTruth());
        }
    }

    @Command(
            name = "regret",
            description =
                    "How much better the best inside several limits of FLOPs is than what searches and their finalists pick, by the truth of a table of the whole space.")
    static final class Regret extends OfTable {
        @Option(
                names = "--quantiles",
                paramLabel = "Q",
                split = ",",
                defaultValue = "0.25,0.5,0.75,0.9,1",
                description = "Limits, as shares of the space inside them. Default: ${DEFAULT-VALUE}.")
        private List<Double> quantiles;

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return RegretStudy.of(pool, settings(), seeds, quantiles, wholeTruth());
        }
    }

    @Command(
            name = "ensemble",
            description = "K-shot against ensembles of two supernets: Table 8 of the paper's supplement.")
    static final class Ensembles extends OfTable {
        @Option(
                names = "--k",
                paramLabel = "K",
                split = ",",
                defaultValue = "2,4,8",
                description = "Numbers of supernets beside K = 1. Default: ${DEFAULT-VALUE}.")
        List<Integer> ks;

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return EnsembleStudy.of(pool, settings(), ks, seeds, wholeTruth());
        }
    }

    @Command(name = "codes", description = "Codes of searched architectures: Figure 8 of the paper's supplement.")
    static final class Codes extends Study {
        @Option(
                names = "--k",
                paramLabel = "K",
                split = ",",
                defaultValue = "2,3,4",
                description = "Numbers of supernets. Default: ${DEFAULT-VALUE}.")
        List<Integer> ks;

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return CodesStudy.of(pool, settings(), ks, seeds);
        }
    }

    @Command(
            name = "regulariser",
            description =
                    "The regulariser of codes, with its weight (the paper's where the settings have 0) and without, in a space with widths.")
    static final class Regulariser extends OfTable {
        @Mixin
        private OneK ofAll = new OneK();

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return RegulariserStudy.of(pool, settings(), ofAll.k, seeds, truth());
        }
    }

    @Command(
            name = "winners",
            description =
                    "What searches pick at several limits of FLOPs, drawn: Figures 10 and 11 of the paper's supplement.")
    static final class Winners extends Study {
        @Mixin
        private OneK ofAll = new OneK();

        @Option(
                names = "--limits",
                paramLabel = "F",
                split = ",",
                description = "Limits of FLOPs. Default: the quartiles of the space.")
        private @Nullable List<Long> limits;

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return WinnersStudy.of(pool, settings(), ofAll.k, seeds, limits);
        }
    }

    @Command(
            name = "m",
            description = "Iterative against joint training as m grows: Figure 9 of the paper's supplement.")
    static final class M extends OfTable {
        @Option(
                names = "--m",
                paramLabel = "M",
                split = ",",
                defaultValue = "1,2,4,8,16",
                description = "Groups of a batch. Default: ${DEFAULT-VALUE}.")
        List<Integer> ms;

        @Mixin
        private OneK ofAll = new OneK();

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            return MStudy.of(pool, settings(), ofAll.k, ms, seeds, truth());
        }
    }

    @Command(
            name = "truth",
            description =
                    "Random architectures trained from scratch and tested: a benchmark table of your own, truth.csv, for 'rank' and the other studies.")
    static final class Truth extends Study {
        @Option(
                names = "--archs",
                paramLabel = "N",
                defaultValue = "100",
                description = "Architectures, the fewer among the more. Default: ${DEFAULT-VALUE}.")
        private int archs;

        @Option(
                names = "--inside-limits",
                description = "Only architectures inside the limits of the settings. Default: of the whole space.")
        private boolean inside;

        @Option(
                names = "--known",
                paramLabel = "FILE",
                description =
                        "The truth.csv of an earlier study with the same settings: what it knows is not trained again.")
        private @Nullable Path known;

        @Override
        StudyResult study(TrainingPool pool) throws IOException {
            TruthStudy truth = TruthStudy.of(pool, settings(), archs, seeds, inside, known);
            WholeFile.write(out.resolve("truth.csv"), truth.csv());
            return truth;
        }
    }
}
