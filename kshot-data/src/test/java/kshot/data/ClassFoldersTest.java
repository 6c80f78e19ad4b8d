package kshot.data;

import static kshot.data.TestFiles.bytes;
import static kshot.data.TestFiles.classFolders;
import static kshot.data.TestFiles.colour;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.grey;
import static kshot.data.TestFiles.values;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Augmentation.CropFlip;
import kshot.data.Augmentation.RandomResizedCrop;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.DatasetReport.Conversions;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFoldersTest {
    @TempDir
    private Path folder;

    private Dataset load() {
        return load(DataOptions.defaults());
    }

    private Dataset load(DataOptions options) {
        return Datasets.load(folder.toString(), options);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder + ": " + message);
    }

    @Test
    void readsTrainAndTest() throws IOException {
        classFolders(folder, "train", 3, 20, "dog", "cat");
        classFolders(folder, "test", 2, 20, "cat", "dog");
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("cat", "dog");
        assertThat(dataset.report().classes())
                .containsExactly(new ClassCount("cat", 3, 2), new ClassCount("dog", 3, 2));
        // In train "dog" was the first colour; its images follow those of "cat".
        assertThat(values(dataset.train().image(0), 3)).containsExactly(0x11, 0x20, 0x30);
        assertThat(values(dataset.train().image(5), 3)).containsExactly(0x10, 0x20, 0x32);
        assertThat(dataset.train().label(5)).isEqualTo(1);
        assertThat(dataset.inputShape()).isEqualTo(new FeatureShape(3, 20, 20));
        assertThat(dataset.suggested()).isEqualTo(new CropFlip(3, true));
        assertThat(dataset.report().conversions()).isEqualTo(Conversions.NONE);
        assertThat(dataset.report().notes()).isEmpty();
    }

    @Test
    void makesATestSplit() throws IOException {
        classFolders(folder, "", 20, 20, "cat", "dog");
        Dataset dataset = load();
        assertThat(dataset.report().testSplitMade()).isTrue();
        assertThat(dataset.report().classes())
                .containsExactly(new ClassCount("cat", 17, 3), new ClassCount("dog", 17, 3));
        assertThat(load().report().fingerprint()).isEqualTo(dataset.report().fingerprint());
        assertThat(load(DataOptions.defaults().withSeed(new Seed(1))).report().fingerprint())
                .isNotEqualTo(dataset.report().fingerprint());
        assertThat(load(DataOptions.defaults().withTestFraction(0.5)).test().size())
                .isEqualTo(20);
    }

    @Test
    void valJoinsTrainWhereThereIsATest() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        classFolders(folder, "val", 2, 20, "cat", "dog");
        classFolders(folder, "test", 1, 20, "cat", "dog");
        DatasetReport report = load().report();
        assertThat(report.trainImages()).isEqualTo(10);
        assertThat(report.testImages()).isEqualTo(2);
        assertThat(report.notes()).containsExactly("The 4 images of 'val' were added to the training images.");
    }

    @Test
    void valIsTheTestWhereThereIsNone() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        classFolders(folder, "valid", 2, 20, "cat", "dog");
        DatasetReport report = load().report();
        assertThat(report.trainImages()).isEqualTo(6);
        assertThat(report.testImages()).isEqualTo(4);
        assertThat(report.testSplitMade()).isFalse();
        assertThat(report.notes()).containsExactly("'valid' is used as the test split, as there is no folder 'test'.");
    }

    @Test
    void photosAreCutAndResized() throws IOException {
        for (String name : List.of("cat", "dog")) {
            for (int i = 0; i < 10; i++) {
                write(folder.resolve(name + "/" + i + ".jpg"), encoded(colour(100 + i, 80, 0x8040C0), "jpg"));
            }
        }
        Dataset dataset = load();
        assertThat(dataset.inputShape()).isEqualTo(new FeatureShape(3, 48, 48));
        assertThat(dataset.train().shape()).isEqualTo(new FeatureShape(3, 55, 55)); // 48 · 8 / 7 = 54.9
        assertThat(dataset.suggested()).isEqualTo(new RandomResizedCrop(0.35, 1, true));
        assertThat(dataset.report().conversions().resized()).isEqualTo(20);
        assertThat(load(DataOptions.defaults().withImageSize(28)).train().shape())
                .isEqualTo(new FeatureShape(3, 32, 32));
        Batch batch = new TrainingBatches(
                        dataset.train(),
                        4,
                        dataset.inputShape(),
                        dataset.normalization(),
                        dataset.suggested(),
                        new Seed(1))
                .at(0);
        assertThat(batch.shape()).isEqualTo(new FeatureShape(3, 48, 48));
    }

    @Test
    void smallImagesOfOneSizeAreResizedPlainly() throws IOException {
        classFolders(folder, "", 10, 32, "cat", "dog");
        Dataset dataset = load(DataOptions.defaults().withImageSize(16));
        assertThat(dataset.train().shape()).isEqualTo(new FeatureShape(3, 16, 16));
        assertThat(dataset.inputShape()).isEqualTo(dataset.train().shape());
        assertThat(dataset.suggested()).isEqualTo(new CropFlip(2, true));
        assertThat(dataset.report().conversions().resized()).isEqualTo(20);
    }

    @Test
    void coloursAreMadeEqualAndCounted() throws IOException {
        classFolders(folder, "", 10, 20, "cat", "dog");
        write(folder.resolve("cat/x.png"), encoded(grey(20, 20, 99), "png"));
        Dataset rgb = load();
        assertThat(rgb.train().shape().channels()).isEqualTo(3);
        assertThat(rgb.report().conversions()).isEqualTo(new Conversions(0, 1, 0, 0, List.of()));
        Dataset grey = load(DataOptions.defaults().withColor(ColorMode.GREY));
        assertThat(grey.train().shape().channels()).isEqualTo(1);
        assertThat(grey.report().conversions()).isEqualTo(new Conversions(0, 0, 20, 0, List.of()));
    }

    @Test
    void greyStaysGreyUnlessAskedOtherwise() throws IOException {
        for (int i = 0; i < 10; i++) {
            write(folder.resolve("1/" + i + ".png"), encoded(grey(20, 20, i), "png"));
            write(folder.resolve("2/" + i + ".png"), encoded(grey(20, 20, i), "png"));
        }
        assertThat(load().train().shape().channels()).isEqualTo(1);
        assertThat(load().suggested()).as("numbers have no mirror image").isEqualTo(new CropFlip(3, false));
        Dataset rgb = load(DataOptions.defaults().withColor(ColorMode.RGB));
        assertThat(rgb.report().conversions().greyToColor()).isEqualTo(20);
    }

    @Test
    void hiddenFilesAreNotSeenAndOthersAreSaid() throws IOException {
        classFolders(folder, "set", 10, 20, "cat", "dog");
        write(folder.resolve("__MACOSX/set/cat/._0.png"), bytes(0));
        write(folder.resolve("set/cat/.DS_Store"), bytes(0));
        write(folder.resolve("set/.git/x.png"), bytes(0));
        assertThat(load().report().notes()).isEmpty();
        write(folder.resolve("set/cat/notes.txt"), bytes(0));
        assertThat(load().report().notes())
                .containsExactly(
                        "1 file was ignored: no image of a kind that is read, or outside of the class folders.");
    }

    @Test
    void zipAndFolderAreTheSame() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        classFolders(folder, "test", 2, 20, "cat", "dog");
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.put("set/" + folder.relativize(file), Files.readAllBytes(file));
            }
        }
        Path zip = TestFiles.zip(folder.resolve("set.zip"), entries);
        Dataset dataset = Datasets.load(zip.toString(), DataOptions.defaults());
        assertThat(dataset.report().name()).isEqualTo("set");
        assertThat(dataset.report().source()).isEqualTo("class folders in a zip archive");
        assertThat(dataset.report().fingerprint()).isEqualTo(load().report().fingerprint());
    }

    @Test
    void fewBrokenImagesAreSkippedAndNamed() throws IOException {
        classFolders(folder, "", 10, 20, "cat", "dog");
        write(folder.resolve("cat/broken.png"), bytes(0x89, 'P', 'N', 'G', 1, 2, 3));
        Conversions conversions = load().report().conversions();
        assertThat(conversions.skipped()).isEqualTo(1);
        assertThat(conversions.skippedImages()).hasSize(1);
        assertThat(conversions.skippedImages().get(0)).startsWith("cat/broken.png: ");
        assertThat(load().report().trainImages() + load().report().testImages()).isEqualTo(20);

        write(folder.resolve("cat/empty.jpg"), bytes());
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("data " + folder
                        + ": 2 of 22 images cannot be read (allowed: 1); the first is cat/broken.png: ");
    }

    @Test
    void ofManyImagesOnePercentMayBeBroken() throws IOException {
        classFolders(folder, "", 150, 16, "cat", "dog");
        for (int i = 0; i < 3; i++) {
            write(folder.resolve("cat/" + i + ".png"), bytes(i));
        }
        Conversions conversions = load().report().conversions();
        assertThat(conversions.skipped()).isEqualTo(3);
        assertThat(conversions.skippedImages())
                .containsExactly(
                        "cat/0.png: not a JPEG, PNG, GIF or BMP file",
                        "cat/1.png: not a JPEG, PNG, GIF or BMP file",
                        "cat/2.png: not a JPEG, PNG, GIF or BMP file");
        write(folder.resolve("dog/9.png"), bytes());
        assertRefused("4 of 300 images cannot be read (allowed: 3); the first is cat/0.png: not a JPEG, PNG, GIF or BMP"
                + " file");
    }

    @Test
    void refusesWhatIsMissing() throws IOException {
        assertThatThrownBy(() -> Datasets.load(folder.resolve("no").toString(), DataOptions.defaults()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        "data " + folder.resolve("no") + ": no such file or folder; allowed: 'sample', or");
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        "data " + folder + ": no data set found in this folder; recognised: 'sample', or");
        write(folder.resolve("file"), bytes('h', 'i'));
        assertThatThrownBy(() -> Datasets.load(folder.resolve("file").toString(), DataOptions.defaults()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("data " + folder.resolve("file") + ": neither a folder nor a zip");
    }

    @Test
    void refusesEmptyAndSingleClasses() throws IOException {
        classFolders(folder, "", 10, 20, "cat", "dog");
        Files.createDirectories(folder.resolve("emu"));
        assertRefused("class folder 'emu' has no JPEG, PNG, GIF or BMP image among its 0 files");
        Files.delete(folder.resolve("emu"));
        classFolders(folder, "train", 1, 20, "cat");
        assertRefused("1 class folders in 'train': [cat]; needed: at least 2");
    }

    @Test
    void refusesAnUnknownClassInTheTest() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        classFolders(folder, "test", 1, 20, "cat", "emu");
        assertRefused("'test' has the class folder 'emu', which the training images lack");
    }

    @Test
    void refusesATestWithoutClasses() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        write(folder.resolve("test/0.png"), encoded(colour(20, 20, 0), "png"));
        assertRefused("'test' has no class folders");
    }

    @Test
    void refusesAZipThatLeadsOut() throws IOException {
        Path zip = TestFiles.zip(folder.resolve("x.zip"), Map.of("a/../../b.png", bytes(0)));
        assertThatThrownBy(() -> Datasets.load(zip.toString(), DataOptions.defaults()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + zip + ": the name 'a/../../b.png' leads out of the archive");
    }

    @Test
    void refusesADamagedZip() throws IOException {
        write(folder.resolve("x.zip"), bytes('P', 'K', 3, 4, 1, 2));
        assertThatThrownBy(() -> Datasets.load(folder.resolve("x.zip").toString(), DataOptions.defaults()))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anArchiveThatStatesTooLittleIsNotUnpackedFurther() throws IOException {
        byte[] bomb = Arrays.copyOf(encoded(colour(20, 20, 0), "png"), 1 << 20);
        Path zip = TestFiles.zip(folder.resolve("x.zip"), Map.of("a/0.png", bomb, "b/0.png", bomb));
        byte[] bytes = Files.readAllBytes(zip);
        // The uncompressed size stands at 24 of each entry of the central directory, "PK\1\2": 1 MiB becomes 64 KiB.
        for (int i = 0; i + 28 < bytes.length; i++) {
            if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 1 && bytes[i + 3] == 2) {
                bytes[i + 26] = 1;
            }
        }
        Files.write(zip, bytes);
        assertThatThrownBy(() -> Datasets.load(zip.toString(), DataOptions.defaults()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("longer than the 65536 bytes that are stated");
    }

    @Test
    void refusesAGzippedFileThatIsNoArchive() throws IOException {
        write(folder.resolve("x.gz"), TestFiles.gzipped(bytes('h', 'i')));
        assertThatThrownBy(() -> Datasets.load(folder.resolve("x.gz").toString(), DataOptions.defaults()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("data " + folder.resolve("x.gz") + ": ");
    }

    @Test
    void tellsItsProgress() throws IOException {
        classFolders(folder, "", 10, 20, "cat", "dog");
        List<String> told = new ArrayList<>();
        load(DataOptions.defaults().withProgress((stage, done, total) -> {
            if (done == total) {
                told.add(stage + " " + total);
            }
        }));
        assertThat(told).containsExactly("reading image headers 20", "decoding images 20");
    }
}
