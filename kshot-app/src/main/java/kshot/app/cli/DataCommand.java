package kshot.app.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import kshot.app.terminal.Console;
import kshot.data.DatasetReport;
import kshot.data.files.LeftOut;
import kshot.run.DataSplits;
import kshot.run.settings.SettingsTree;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot data}: what a data set holds, and what of it is used, without training anything. */
@Command(name = "data", description = "Describe a data set: classes, splits, and what is left out.")
final class DataCommand implements Callable<Integer> {
    private static final int LISTED = 20;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--json", description = "As JSON, with every file that is left out.")
    private boolean json;

    @Option(
            names = "--clean",
            description =
                    "Instead, remove what the cache holds of these images. They are decoded anew when they are read.")
    private boolean clean;

    @Option(
            names = "--prepare",
            description =
                    "Instead, fill the cache, and say how large it is and how fast it went. Stopped, it goes on from there.")
    private boolean prepare;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (clean) {
            Removed removed = new Removed(DataSplits.removeDecoded(options.settings(UnaryOperator.identity())));
            spec.commandLine().getOut().println(json ? Json.document(removed) : removed.text());
            return CommandLine.ExitCode.OK;
        }
        if (prepare) {
            Prepared prepared = Prepared.of(options.settings(UnaryOperator.identity()));
            spec.commandLine().getOut().println(json ? Json.document(prepared) : prepared.text());
            return CommandLine.ExitCode.OK;
        }
        DataSplits images = DataSplits.load(options.settings(UnaryOperator.identity()), Console.ofProcess());
        spec.commandLine().getOut().println(json ? Json.document(Document.of(images)) : text(images));
        return CommandLine.ExitCode.OK;
    }

    /** The decoded images that were removed from the cache. */
    private record Removed(long bytes) {
        String text() {
            return String.format(Locale.ROOT, "%,d bytes of decoded images removed", bytes);
        }
    }

    /**
     * The images that are ready for a run.
     *
     * @param images the number of images
     * @param bytes what the cache holds of them
     * @param seconds how long it took
     * @param imagesPerSecond how fast it went; null if the cache held some of them before
     */
    private record Prepared(
            int images,
            long bytes,
            double seconds,
            @Nullable Double imagesPerSecond) {
        static Prepared of(SettingsTree settings) {
            long before = DataSplits.cachedBytes(settings);
            long start = System.nanoTime();
            DataSplits splits = DataSplits.load(settings, Console.ofProcess());
            double seconds = (System.nanoTime() - start) / 1e9;
            DatasetReport report = splits.dataset().report();
            int images = report.trainImages() + report.testImages();
            return new Prepared(
                    images, DataSplits.cachedBytes(settings), seconds, before == 0 ? images / seconds : null);
        }

        String text() {
            String cache = bytes == 0
                    ? "nothing in the cache, as reading their files is as fast"
                    : String.format(Locale.ROOT, "%,d bytes in the cache", bytes);
            String speed = imagesPerSecond == null
                    ? ", some of which were there"
                    : String.format(Locale.ROOT, ", %,.0f images/s", imagesPerSecond);
            return String.format(Locale.ROOT, "%,d images ready in %.1f s%s; %s", images, seconds, speed, cache);
        }
    }

    /** The images of a class. */
    private record ClassCounts(String name, int train, int validation, int test) {
        static List<ClassCounts> of(DataSplits images) {
            int[] train = images.dataset().train().countsByClass();
            int[] validation = images.heldOut().countsByClass();
            int[] test = images.dataset().test().countsByClass();
            return IntStream.range(0, train.length)
                    .mapToObj(c -> new ClassCounts(
                            images.dataset().train().classes().get(c), train[c], validation[c], test[c]))
                    .toList();
        }
    }

    /** A file that is left out in JSON. */
    private record Ignored(String file, String reason, String detail) {
        static Ignored of(LeftOut left) {
            return new Ignored(left.path(), left.reason().words(), left.detail());
        }
    }

    /**
     * The description in JSON.
     *
     * @param train training images; they train the final network
     * @param validation those of the training images that score architectures instead of training supernets
     */
    private record Document(
            String name,
            String source,
            String image,
            List<String> classes,
            int train,
            int validation,
            int test,
            List<ClassCounts> counts,
            List<String> notes,
            List<Ignored> ignored,
            String fingerprint) {
        static Document of(DataSplits images) {
            DatasetReport report = images.dataset().report();
            return new Document(
                    report.name(),
                    report.source(),
                    report.inputShape().toString(),
                    images.dataset().train().classes(),
                    report.trainImages(),
                    images.heldOut().size(),
                    report.testImages(),
                    ClassCounts.of(images),
                    images.notes(),
                    report.leftOut().stream().map(Ignored::of).toList(),
                    report.fingerprint());
        }
    }

    private static String text(DataSplits images) {
        DatasetReport report = images.dataset().report();
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("data set", report.name());
        rows.put("image", report.inputShape().toString());
        rows.put(
                "images",
                String.format(
                        Locale.ROOT,
                        "%,d to train (%,d of them score architectures), %,d to test",
                        report.trainImages(),
                        images.heldOut().size(),
                        report.testImages()));
        IntStream.range(0, images.notes().size())
                .forEach(i -> rows.put("note " + (i + 1), images.notes().get(i)));
        StringBuilder text = new StringBuilder(Rows.table(rows)).append(System.lineSeparator());
        text.append(Rows.table(Table.of(ClassCounts.of(images))
                .text("class", ClassCounts::name)
                .column("train", "%,d", ClassCounts::train)
                .column("validation", "%,d", ClassCounts::validation)
                .column("test", "%,d", ClassCounts::test)));
        report.leftOut().stream()
                .limit(LISTED)
                .forEach(left -> text.append(System.lineSeparator())
                        .append("left out: ")
                        .append(KshotCommand.printable(left.path() + ": "
                                + left.reason().words() + (left.detail().isEmpty() ? "" : ", " + left.detail()))));
        if (report.leftOut().size() > LISTED) {
            text.append(System.lineSeparator())
                    .append(String.format(
                            Locale.ROOT,
                            "left out: %,d more; --json lists all",
                            report.leftOut().size() - LISTED));
        }
        return text.toString();
    }
}
