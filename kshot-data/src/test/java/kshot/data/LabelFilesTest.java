package kshot.data;

import static kshot.data.TestFiles.colour;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images whose labels stand in CSV files. */
class LabelFilesTest {
    private static final int IMAGES = 20;

    @TempDir
    private Path folder;

    private void images(String prefix) throws IOException {
        for (int i = 0; i < IMAGES; i++) {
            write(folder.resolve(prefix + i + ".png"), encoded(colour(16, 16, prefix.hashCode() + i), "png"));
        }
    }

    private void table(String name, String header, IntFunction<String> row) throws IOException {
        String rows = IntStream.range(0, IMAGES).mapToObj(row).collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve(name), header + rows + "\n", StandardCharsets.UTF_8);
    }

    private Dataset load() {
        return Datasets.load(folder.toString(), DataOptions.defaults().withTestFraction(0.5));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder + ": " + message);
    }

    /** The labels are "a" for even images, and "b" for odd ones. */
    private void assertEvenAndOdd() {
        Dataset dataset = load();
        assertThat(dataset.report().classes()).containsExactly(new ClassCount("a", 5, 5), new ClassCount("b", 5, 5));
        for (ImageSet set : new ImageSet[] {dataset.train(), dataset.test()}) {
            for (int i = 0; i < set.size(); i++) {
                int blue = ("images/".hashCode() + IMAGES & 0xFF) == 0 ? 0 : set.image(i)[2] & 0xFF;
                assertThat((blue - "images/".hashCode()) & 1).isEqualTo(set.label(i));
            }
        }
    }

    private static String label(int i) {
        return i % 2 == 0 ? "a" : "b";
    }

    @Test
    void readsFilesAndLabels() throws IOException {
        images("images/");
        table("labels.csv", "filename,label\n", i -> "images/" + i + ".png," + label(i));
        assertEvenAndOdd();
        assertThat(load().report().source()).isEqualTo("images with labels in labels.csv in a folder");
        assertThat(load().report().leftOut()).isEmpty();
    }

    @Test
    void columnsMayStandInAnyOrderWithoutNames() throws IOException {
        images("images/");
        table("labels.csv", "", i -> label(i) + ",images/" + i + ".png");
        assertEvenAndOdd();
    }

    @Test
    void namesMayLackFolderAndExtension() throws IOException {
        images("images/");
        table("train.csv", "age;id;species\n", i -> i + ";" + i + ";" + label(i));
        // The column 'age' names images as well: the first of two equal columns counts.
        assertEvenAndOdd();
    }

    @Test
    void tablesOfExcelAreRead() throws IOException {
        images("images/");
        String rows = IntStream.range(0, IMAGES)
                .mapToObj(i -> "\"images\\" + i + ".png\";" + label(i))
                .collect(Collectors.joining("\r\n"));
        Files.writeString(folder.resolve("a.csv"), "\uFEFFImage Path;Class\r\n" + rows, StandardCharsets.UTF_8);
        assertEvenAndOdd();
        Files.writeString(folder.resolve("a.csv"), "\uFEFFImage Path;Class\r\n" + rows, StandardCharsets.UTF_16LE);
        assertEvenAndOdd();
    }

    @Test
    void aColumnSaysThePart() throws IOException {
        images("images/");
        table(
                "labels.csv",
                "file,label,split\n",
                i -> i + ".png," + label(i) + "," + (i < 12 ? "train" : i < 16 ? "val" : "test"));
        DatasetReport report = load().report();
        assertThat(report.classes()).containsExactly(new ClassCount("a", 8, 2), new ClassCount("b", 8, 2));
        assertThat(report.notes()).containsExactly("The 4 validation images were added to the training images.");
        table("labels.csv", "file,label,split\n", i -> i + ".png," + label(i) + "," + (i < 12 ? "train" : "fold"));
        assertRefused("labels.csv, line 14: part 'fold'; allowed: train, val or test");
    }

    @Test
    void tablesAndFoldersSayThePart() throws IOException {
        images("train/");
        images("test/");
        table("train.csv", "file,label\n", i -> "train/" + i + ".png," + label(i));
        table("test.csv", "file,label\n", i -> "test/" + i + ".png," + label(i));
        assertThat(load().report().classes()).containsExactly(new ClassCount("a", 10, 10), new ClassCount("b", 10, 10));
        Files.delete(folder.resolve("test.csv"));
        Files.delete(folder.resolve("train.csv"));
        String both = IntStream.range(0, 2 * IMAGES)
                .mapToObj(i -> (i < IMAGES ? "train/" : "test/") + i % IMAGES + ".png," + label(i))
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("all.csv"), both);
        assertThat(load().report().classes()).containsExactly(new ClassCount("a", 10, 10), new ClassCount("b", 10, 10));
    }

    @Test
    void labelsThatAreNumbersAreInTheirOrder() throws IOException {
        images("images/");
        table("labels.csv", "file,label\n", i -> i + ".png," + (i % 2 == 0 ? 9 : 10));
        assertThat(load().train().classes()).containsExactly("9", "10");
    }

    @Test
    void foldersThatAreNoClassesAreNotTakenForSome() throws IOException {
        images("part_1/a");
        images("part_2/b");
        String both = IntStream.range(0, 2 * IMAGES)
                .mapToObj(i -> (i < IMAGES ? "a" : "b") + i % IMAGES + "," + (i % 2 == 0 ? "mole" : "wart"))
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("metadata.csv"), "image_id,dx\n" + both);
        assertThat(load().train().classes()).containsExactly("mole", "wart");
    }

    @Test
    void imagesWithoutALabelAreLeftOut() throws IOException {
        images("images/");
        images("images/x");
        table("labels.csv", "filename,label\n", i -> "images/" + i + ".png," + label(i));
        assertThat(load().report().leftOut())
                .hasSize(IMAGES)
                .extracting(LeftOut::reason)
                .containsOnly(Reason.UNLABELLED);
    }

    @Test
    void rowsWithoutAnImageAreRefusedIfTheyAreMany() throws IOException {
        images("images/");
        table("labels.csv", "filename,label\n", i -> "images/" + (i == 3 ? 99 : i) + ".png," + label(i));
        assertThat(load().report().leftOut())
                .contains(new LeftOut("images/99.png", Reason.MISSING, "labels.csv, line 5"));
        table("labels.csv", "filename,label\n", i -> "images/" + (i < 4 ? 90 + i : i) + ".png," + label(i));
        assertRefused("labels.csv: 4 of 20 rows name an image that is not there; the first is 'images/90.png'");
    }

    @Test
    void labelsThatContradictAreRefused() throws IOException {
        images("images/");
        table("labels.csv", "filename,label\nimages/0.png,b\n", i -> "images/" + i + ".png," + label(i));
        assertRefused("'images/0.png' has the labels 'b' (labels.csv) and 'a' (labels.csv); allowed: one label for each"
                + " image");
    }

    @Test
    void columnsThatMayAllBeLabelsAreRefused() throws IOException {
        images("images/");
        table("labels.csv", "filename,age,sex\n", i -> "images/" + i + ".png," + i + "," + label(i));
        assertRefused("labels.csv names images, but none of its columns [filename, age, sex] is known as their label;"
                + " call it 'label'");
    }

    @Test
    void numbersToBePredictedAreNoClasses() throws IOException {
        images("images/");
        table("labels.csv", "filename,age\n", i -> "images/" + i + ".png,1" + i);
        assertRefused(
                "20 different labels of 20 images in [labels.csv]; allowed: 2 to half as many as there are images");
    }
}
