package kshot.data;

import static kshot.data.TestFiles.colour;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.fixture;
import static kshot.data.TestFiles.gzipped;
import static kshot.data.TestFiles.tar;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ImageNet as it comes: a tar of a tar for each of three classes with five images each, a tar of six validation images, and the
 * development kit. The red of an image is its class, the green is 1 for validation, the blue its number.
 */
class ImageNetArchivesTest {
    private static final List<String> CLASSES = List.of("n01440764", "n01443537", "n02119789");

    /** The kit's numbers of the classes: kit fox is 1, tench 2, goldfish 300. */
    private static final String TRUTH = "2\n300\n1\n1\n2\n300\n";

    private static final int[] LABELS = {0, 1, 2, 2, 0, 1};

    @TempDir
    private Path folder;

    private final Map<String, byte[]> train = new LinkedHashMap<>();
    private final Map<String, byte[]> validation = new LinkedHashMap<>();

    private static byte[] image(int label, int part, int number) throws IOException {
        return encoded(colour(16, 16, label << 16 | part << 8 | number), "png");
    }

    @BeforeEach
    void makeArchives() throws IOException {
        for (int label = 2; label >= 0; label--) {
            Map<String, byte[]> images = new LinkedHashMap<>();
            for (int i = 4; i >= 0; i--) {
                images.put(CLASSES.get(label) + "_" + i + ".JPEG", image(label, 0, i));
            }
            train.put(CLASSES.get(label) + ".tar", tar(images));
        }
        for (int i = 0; i < 6; i++) {
            validation.put(String.format("ILSVRC2012_val_%08d.JPEG", i + 1), image(LABELS[i], 1, i));
        }
        write(folder.resolve("ILSVRC2012_img_train.tar"), tar(train));
        write(folder.resolve("ILSVRC2012_img_val.tar"), tar(validation));
        write(
                folder.resolve("ILSVRC2012_devkit_t12.tar.gz"),
                gzipped(tar(Map.of(
                        "ILSVRC2012_devkit_t12/data/meta.mat", fixture("meta.mat"),
                        "ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt",
                                TRUTH.getBytes(StandardCharsets.UTF_8),
                        "ILSVRC2012_devkit_t12/readme.txt", new byte[10]))));
    }

    private Dataset load(Path path) {
        return Datasets.load(path.toString(), DataOptions.defaults());
    }

    private static void assertTrain(Dataset dataset) {
        assertThat(dataset.train().classes()).isEqualTo(CLASSES);
        assertThat(dataset.train().size()).isEqualTo(15);
        for (int i = 0; i < 15; i++) {
            assertThat(dataset.train().image(i)).startsWith(i / 5, 0, i % 5);
            assertThat(dataset.train().label(i)).isEqualTo(i / 5);
        }
    }

    private static void assertAll(Dataset dataset) {
        assertTrain(dataset);
        assertThat(dataset.test().size()).isEqualTo(6);
        for (int i = 0; i < 6; i++) {
            byte[] image = dataset.test().image(i);
            assertThat(image[1]).isEqualTo((byte) 1);
            assertThat(dataset.test().label(i)).isEqualTo(image[0]).isEqualTo(LABELS[image[2]]);
        }
        assertThat(dataset.report().leftOut()).isEmpty();
    }

    @Test
    void archivesAreReadWhereTheyLie() {
        Dataset dataset = load(folder);
        assertAll(dataset);
        assertThat(dataset.report().source()).isEqualTo("class folders in tar archives in a folder");
        assertThat(dataset.report().classes().get(2)).isEqualTo(new ClassCount("n02119789", 5, 2));
        assertThat(dataset.report().notes())
                .contains("The classes of the 6 images of 'ILSVRC2012_img_val' are those of"
                        + " ILSVRC2012_validation_ground_truth.txt.");
    }

    @Test
    void theTrainingArchiveAloneIsADataSet() {
        Dataset dataset = load(folder.resolve("ILSVRC2012_img_train.tar"));
        assertThat(dataset.train().size() + dataset.test().size()).isEqualTo(15);
        assertThat(dataset.report().testSplitMade()).isTrue();
        assertThat(dataset.report().source()).isEqualTo("class folders in tar archives in a tar archive");
    }

    @Test
    void theOuterArchiveMayBeUnpacked() throws IOException {
        Files.delete(folder.resolve("ILSVRC2012_img_train.tar"));
        for (Map.Entry<String, byte[]> archive : train.entrySet()) {
            write(folder.resolve("train").resolve(archive.getKey()), archive.getValue());
        }
        assertAll(load(folder));
    }

    @Test
    void validationImagesMayBeInClassFolders() throws IOException {
        Files.delete(folder.resolve("ILSVRC2012_devkit_t12.tar.gz"));
        Files.delete(folder.resolve("ILSVRC2012_img_val.tar"));
        Map<String, byte[]> moved = new LinkedHashMap<>();
        int i = 0;
        for (Map.Entry<String, byte[]> image : validation.entrySet()) {
            moved.put("val/" + CLASSES.get(LABELS[i++]) + "/" + image.getKey(), image.getValue());
        }
        write(folder.resolve("val.tar"), tar(moved));
        assertAll(load(folder));
        Files.delete(folder.resolve("val.tar"));
        for (Map.Entry<String, byte[]> image : moved.entrySet()) {
            write(folder.resolve(image.getKey()), image.getValue());
        }
        assertAll(load(folder));
        write(folder.resolve("val.tar"), new byte[100]);
        assertThat(load(folder).report().leftOut())
                .as("there is a folder for that part")
                .containsExactly(new LeftOut("val.tar", Reason.NO_IMAGE));
    }

    @Test
    void labelsMayBeNamesInAText() throws IOException {
        Files.delete(folder.resolve("ILSVRC2012_devkit_t12.tar.gz"));
        StringBuilder names = new StringBuilder();
        for (int label : LABELS) {
            names.append(CLASSES.get(label)).append('\n');
        }
        Files.writeString(folder.resolve("imagenet_2012_validation_synset_labels.txt"), names);
        assertAll(load(folder));
    }

    @Test
    void withoutLabelsValidationImagesAreLeftOut() throws IOException {
        Files.delete(folder.resolve("ILSVRC2012_devkit_t12.tar.gz"));
        Dataset dataset = load(folder);
        assertThat(dataset.report().testSplitMade()).isTrue();
        assertThat(dataset.report().leftOut())
                .hasSize(6)
                .contains(new LeftOut("ILSVRC2012_img_val/ILSVRC2012_val_00000001.JPEG", Reason.UNLABELLED));
        assertThat(dataset.report().notes())
                .contains("'ILSVRC2012_img_val' has no class folders: its 6 images are left out.");
    }

    @Test
    void wrongLabelsAreRefused() throws IOException {
        Files.delete(folder.resolve("ILSVRC2012_devkit_t12.tar.gz"));
        Path truth = folder.resolve("ILSVRC2012_validation_ground_truth.txt");
        Files.writeString(truth, TRUTH);
        assertRefused("ILSVRC2012_validation_ground_truth.txt has numbers of classes, and 'meta.mat' of the same"
                + " development kit, which says which they are, is missing");
        write(folder.resolve("meta.mat"), new byte[5]);
        assertRefused("meta.mat: no MATLAB file of version 5");
        write(folder.resolve("meta.mat"), fixture("meta_plain.mat"));
        assertAll(load(folder));
        Files.writeString(truth, TRUTH + "1\n");
        assertRefused("ILSVRC2012_validation_ground_truth.txt: 7 labels; allowed: one for each of the 6 images in"
                + " 'ILSVRC2012_img_val'");
        Files.writeString(truth, TRUTH.replace("300", "7"));
        assertRefused("ILSVRC2012_validation_ground_truth.txt: class 7; allowed: a number that meta.mat names");
        Files.writeString(truth, TRUTH.replace("300", "1001"));
        assertRefused("'ILSVRC2012_img_val' has the class folder 'n00001740', which the training images lack");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder + ": " + message);
    }

    @Test
    void damagedArchivesAreRefused() throws IOException {
        Path file = folder.resolve("ILSVRC2012_img_train.tar");
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        damaged[512] ^= 1; // in the name of the first image of the first class
        Files.write(file, damaged);
        assertRefused(
                "ILSVRC2012_img_train/n02119789.tar: damaged tar archive: the checksum of the header at 512 is wrong");
        Files.write(file, Arrays.copyOf(whole, 9000));
        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        "data " + folder + ": ILSVRC2012_img_train.tar: damaged tar archive: an entry of ");
        Files.write(folder.resolve("ILSVRC2012_img_train.tar.gz"), gzipped(whole));
        Files.delete(file);
        assertThatThrownBy(() -> load(folder.resolve("ILSVRC2012_img_train.tar.gz")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith(
                        "n01440764.tar: an archive inside of a compressed archive is not read: unpack the outer one, and give"
                                + " the folder");
    }

    @Test
    void otherArchivesBesideClassFoldersAreLeftOut() throws IOException {
        Path other = TestFiles.classFolders(folder.resolve("other"), "", 4, 16, "cat", "dog");
        write(other.resolve("backup.tar"), tar(validation));
        write(other.resolve("test.tar"), new byte[10]);
        assertThat(load(other).report().leftOut())
                .containsExactly(new LeftOut("backup.tar", Reason.NO_IMAGE), new LeftOut("test.tar", Reason.NO_IMAGE));
    }
}
