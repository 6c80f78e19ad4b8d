package kshot.run.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import kshot.classification.Calibration;
import kshot.classification.ConfusionMatrix;
import kshot.run.report.page.Format;
import kshot.run.report.page.Html;
import kshot.run.report.page.Parts;
import kshot.run.report.page.Table;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunMetadata.Mistake;

/** The section of the page about the winner as a classifier: its classes, its confusions, its certainty, its mistakes. */
final class ClassesSection {
    /** The most classes whose confusion matrix is a table of numbers; of more it is a picture. */
    private static final int MOST_IN_TABLE = 20;

    private static final int CONFUSIONS = 12;
    private static final int PIXELS_OF_PICTURE = 600;

    private final RunMetadata.Test test;
    private final ConfusionMatrix confusion;
    private final List<String> classes;

    ClassesSection(RunMetadata.Test test, List<String> classes) {
        this.test = test;
        this.confusion = test.confusion();
        this.classes = classes;
    }

    Html html() {
        boolean few = classes.size() <= MOST_IN_TABLE;
        List<Html> parts = new ArrayList<>();
        parts.add(figures());
        parts.add(few ? perClass() : Parts.details("All " + classes.size() + " classes", perClass()));
        parts.add(few ? matrix() : picture());
        if (!confusion.confusions(1).isEmpty()) {
            parts.add(confusions());
        }
        parts.add(Parts.details("How sure it is, and how often it is right then", calibration()));
        if (!test.mistakes().isEmpty()) {
            parts.add(mistakes());
        }
        return Html.join(parts);
    }

    private Html figures() {
        return Html.of(
                """
                <p class="figure-of-merit"><strong>{}</strong> balanced accuracy on the test images: the mean over the
                classes of the share that is recognised. Its probabilities are off by {} on average (expected calibration
                error).</p>
                """,
                Format.percent(confusion.balancedAccuracy()),
                Format.percent(test.calibration().expectedError()));
    }

    /** The classes, the least recognised first. */
    private Html perClass() {
        Table table = new Table("Classes, the least recognised first")
                .text("Class")
                .number("test images")
                .number("recall: recognised, of its images")
                .number("precision: right, of what is taken for it");
        IntStream.range(0, classes.size())
                .boxed()
                .sorted(Comparator.comparingDouble(confusion::recall))
                .forEach(c -> table.row(
                        false,
                        classes.get(c),
                        Format.count(confusion.images(c)),
                        share(confusion.recall(c)),
                        share(confusion.precision(c))));
        return table.html();
    }

    private static Object share(double value) {
        return Double.isNaN(value) ? "–" : Parts.bar(value);
    }

    private Html matrix() {
        Table table =
                new Table("Confusion matrix: each row is a true class, each column what its images were taken for");
        table.text("");
        classes.forEach(table::number);
        for (int label = 0; label < classes.size(); label++) {
            List<Object> cells = new ArrayList<>();
            cells.add(classes.get(label));
            for (int predicted = 0; predicted < classes.size(); predicted++) {
                cells.add(cell(label, predicted));
            }
            table.row(false, cells.toArray());
        }
        return table.html();
    }

    private Html cell(int label, int predicted) {
        int images = confusion.counts().get(label).get(predicted);
        if (images == 0) {
            return Html.of("<span class=\"cell none\">·</span>");
        }
        double share = (double) images / confusion.images(label);
        return Html.of(
                "<span class=\"cell {}\" style=\"--share:{}\">{}</span>",
                label == predicted ? "right" : "wrong",
                Format.number(share, 3),
                Format.count(images));
    }

    /** The confusion matrix of many classes as a picture, which is drawn on any background. */
    private Html picture() {
        int n = classes.size();
        BufferedImage image = new BufferedImage(n, n, BufferedImage.TYPE_INT_ARGB);
        for (int label = 0; label < n; label++) {
            for (int predicted = 0; predicted < n; predicted++) {
                double share =
                        (double) confusion.counts().get(label).get(predicted) / Math.max(1, confusion.images(label));
                // The square root makes single mistakes visible beside hundreds of right answers.
                int alpha = (int) Math.round(255 * Math.sqrt(share));
                image.setRGB(predicted, label, (alpha << 24) | (label == predicted ? 0x1F6FD6 : 0xD2691E));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Html.of(
                """
                <figure><img class="pixels" width="{}" height="{}" alt="{}" src="data:image/png;base64,{}">
                <figcaption>Confusion matrix: each row is a true class, from the top in the order of their names, each column
                what its images were taken for. Blue is right, orange wrong.</figcaption></figure>
                """,
                PIXELS_OF_PICTURE,
                PIXELS_OF_PICTURE,
                "Confusion matrix of " + n + " classes; the tables list the classes and the most frequent mistakes.",
                Base64.getEncoder().encodeToString(png.toByteArray()));
    }

    private Html confusions() {
        Table table = new Table("The most frequent mistakes")
                .text("Class")
                .text("taken for")
                .number("images")
                .number("of the class");
        confusion
                .confusions(CONFUSIONS)
                .forEach(c -> table.row(
                        false,
                        classes.get(c.label()),
                        classes.get(c.predicted()),
                        Format.count(c.images()),
                        Parts.bar((double) c.images() / confusion.images(c.label()))));
        return table.html();
    }

    private Html calibration() {
        Table table = new Table("Test images by the probability that the winner gives its best class")
                .text("probability")
                .number("images")
                .number("mean probability")
                .number("right");
        for (Calibration.Bin bin : test.calibration().bins()) {
            int from = (int) Math.min(Calibration.BINS - 1, bin.probability() * Calibration.BINS);
            table.row(
                    false,
                    10 * from + " to " + 10 * (from + 1) + " %",
                    Format.count(bin.images()),
                    Format.percent(bin.probability()),
                    Parts.bar(bin.accuracy()));
        }
        return table.html();
    }

    private Html mistakes() {
        List<Html> pictures = test.mistakes().stream().map(this::mistake).toList();
        return Html.of("""
                <h3>The most confident mistakes</h3>
                <div class="mistakes">{}</div>
                """, Html.join(pictures));
    }

    private Html mistake(Mistake mistake) {
        String label = classes.get(mistake.label());
        String predicted = classes.get(mistake.predicted());
        return Html.of(
                """
                <figure><img class="pixels" alt="{}" src="data:image/png;base64,{}"><figcaption><b>{}</b>
                taken for <b>{}</b>, {}</figcaption></figure>
                """,
                "Test image " + mistake.image(),
                mistake.png(),
                label,
                predicted,
                Format.percent(mistake.probability()));
    }
}
