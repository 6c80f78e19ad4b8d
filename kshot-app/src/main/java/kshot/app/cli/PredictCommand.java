package kshot.app.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.image.ImageFormat;
import kshot.run.RunDirectory;
import kshot.run.predict.Classifier;
import kshot.run.predict.Prediction;
import kshot.run.predict.Predictions;
import kshot.run.progress.Progress;
import kshot.study.result.Table;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kshot predict}: the classes of image files by the model of a run. */
@Command(name = "predict", description = "Classes of images by the model of a run.")
final class PredictCommand implements Callable<Integer> {
    private static final int NAMED = 20;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    static final class Source {
        @Option(names = "--run", paramLabel = "DIR", description = "Directory of a run: its model.onnx.")
        private @Nullable Path run;

        @Option(names = "--model", paramLabel = "FILE", description = "A model that kshot exported.")
        private @Nullable Path model;
    }

    @Parameters(
            paramLabel = "IMAGES",
            arity = "1..*",
            description = "Image files, folders of them, zip or tar archives.")
    private List<Path> images = new ArrayList<>();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "3",
            description = "Classes shown of each image in the table, the likeliest first. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads of ONNX Runtime. Default: one for each processor.")
    private int threads;

    @ArgGroup
    private Format format = new Format();

    static final class Format {
        @Option(names = "--json", description = "As JSON, with the probabilities of all classes.")
        private boolean json;

        @Option(names = "--csv", description = "As CSV, with the probabilities of all classes.")
        private boolean csv;
    }

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Range.atLeast(1).require("--top", top);
        Range.atLeast(0).require("--threads", threads);
        Console console = Console.ofProcess();
        Path model = model();
        List<FileTree> trees = new ArrayList<>();
        try (Classifier classifier =
                Classifier.open(model, threads == 0 ? Runtime.getRuntime().availableProcessors() : threads)) {
            for (Path path : images) {
                trees.add(open(path));
            }
            List<FileEntry> files =
                    trees.stream().flatMap(tree -> tree.files().stream()).toList();
            InvalidInputException.require(!files.isEmpty(), "images to classify", "no files", "at least one image");
            Predictions predictions;
            try (Progress progress = console.progress("classify", files.size())) {
                predictions = classifier.classify(files, progress);
            }
            predictions.unreadable().stream()
                    .limit(NAMED)
                    .forEach(file ->
                            console.say("left out: " + KshotCommand.printable(file.file() + ": " + file.reason())));
            if (predictions.unreadable().size() > NAMED) {
                console.say("left out: " + (predictions.unreadable().size() - NAMED) + " more; --json names all");
            }
            InvalidInputException.require(
                    !predictions.images().isEmpty(),
                    "images to classify",
                    "none of " + files.size() + " files can be read",
                    ImageFormat.READ + " files");
            print(model, predictions);
            return CommandLine.ExitCode.OK;
        } finally {
            for (FileTree tree : trees) {
                tree.close();
            }
        }
    }

    private Path model() {
        if (source.model != null) {
            return source.model;
        }
        Path directory = Objects.requireNonNull(source.run, "one of the two is required");
        InvalidInputException.require(
                RunDirectory.isAt(directory), "run directory", directory, "one that the run command made");
        Path model = directory.resolve(RunDirectory.MODEL);
        InvalidInputException.require(
                Files.isRegularFile(model),
                "model of the run " + directory,
                "none",
                "that of a run which has come to its end: kshot run --resume --out " + directory);
        return model;
    }

    private static FileTree open(Path path) {
        try {
            return FileTree.openAny(path);
        } catch (IOException e) {
            throw new InvalidInputException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void print(Path model, Predictions predictions) {
        PrintWriter out = spec.commandLine().getOut();
        if (format.json) {
            out.println(Json.document(Document.of(model, predictions)));
        } else if (format.csv) {
            csv(predictions).forEach(out::println);
        } else {
            out.println(table(predictions));
        }
    }

    /** An image in JSON. */
    private record Image(
            String file, @JsonProperty("class") String label, double probability, Map<String, Double> probabilities) {
        static Image of(Prediction image, List<String> classes) {
            Map<String, Double> probabilities = new LinkedHashMap<>();
            IntStream.range(0, classes.size())
                    .forEach(c -> probabilities.put(
                            classes.get(c), image.probabilities().get(c)));
            return new Image(
                    image.file(),
                    classes.get(image.best()),
                    image.probabilities().get(image.best()),
                    probabilities);
        }
    }

    /** The agreement with the names of folders in JSON. */
    private record Agreement(int labelled, int right, double accuracy) {
        static Agreement of(Predictions.Agreement agreement) {
            return new Agreement(agreement.labelled(), agreement.right(), agreement.accuracy());
        }
    }

    /** All predictions in JSON; the agreement is there where some files are in folders that are named after classes. */
    private record Document(
            String model,
            List<Image> images,
            List<Predictions.Unreadable> unreadable,
            @Nullable Agreement agreement) {
        static Document of(Path model, Predictions predictions) {
            Predictions.Agreement agreement = predictions.agreement();
            return new Document(
                    model.toString(),
                    predictions.images().stream()
                            .map(image -> Image.of(image, predictions.classes()))
                            .toList(),
                    predictions.unreadable(),
                    agreement.labelled() == 0 ? null : Agreement.of(agreement));
        }
    }

    private static Stream<String> csv(Predictions predictions) {
        Stream<String> names = Stream.concat(Stream.of("file", "class", "probability"), predictions.classes().stream());
        return Stream.concat(
                Stream.of(row(names)),
                predictions.images().stream()
                        .map(image -> row(Stream.concat(
                                Stream.of(
                                        image.file(),
                                        predictions.classes().get(image.best()),
                                        "" + image.probabilities().get(image.best())),
                                image.probabilities().stream().map(String::valueOf)))));
    }

    private static String row(Stream<String> cells) {
        return CSVFormat.DEFAULT.format(cells.toArray());
    }

    private String table(Predictions predictions) {
        String rows = Rows.table(Table.of(predictions.images())
                .text("file", image -> KshotCommand.printable(image.file()))
                .text("class", image -> predictions.classes().get(image.best()))
                .column("probability", "%.3f", image -> image.probabilities().get(image.best()))
                .text("then", image -> others(image, predictions.classes())));
        Predictions.Agreement agreement = predictions.agreement();
        return agreement.labelled() == 0
                ? rows
                : rows
                        + String.format(
                                Locale.ROOT,
                                "%n%d of %d files in folders named after classes are classified as their folder says: %.2f %%",
                                agreement.right(),
                                agreement.labelled(),
                                100 * agreement.accuracy());
    }

    private String others(Prediction image, List<String> classes) {
        return image.ranked().stream()
                .limit(top)
                .skip(1)
                .map(c -> String.format(
                        Locale.ROOT,
                        "%s %.3f",
                        classes.get(c),
                        image.probabilities().get(c)))
                .collect(Collectors.joining(", "));
    }
}
