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
import static org.assertj.core.api.Assertions.tuple;

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
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.load.ColorMode;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.load.DuplicatePolicy;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(rgb.report().conversions()).isEqualTo(new Conversions(0, 1, 0));
        Dataset grey = load(DataOptions.defaults().withColor(ColorMode.GREY));
        assertThat(grey.train().shape().channels()).isEqualTo(1);
        assertThat(grey.report().conversions()).isEqualTo(new Conversions(0, 0, 20));
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
        write(folder.resolve("set/cat/@eaDir/0.png/THUMB.png"), bytes(0));
        write(folder.resolve("set/cat/notes.txt"), bytes(0));
        write(folder.resolve("set/beside.png"), encoded(colour(20, 20, 0), "png"));
        assertThat(load().train().classes()).containsExactly("cat", "dog");
        assertThat(load().report().notes()).isEmpty();
        assertThat(load().report().leftOut())
                .containsExactlyInAnyOrder(
                        new LeftOut("__MACOSX", Reason.SYSTEM),
                        new LeftOut("cat/.DS_Store", Reason.SYSTEM),
                        new LeftOut(".git", Reason.SYSTEM),
                        new LeftOut("cat/@eaDir", Reason.SYSTEM),
                        new LeftOut("cat/notes.txt", Reason.NO_IMAGE),
                        new LeftOut("beside.png", Reason.OUTSIDE));
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
        List<LeftOut> leftOut = load().report().leftOut();
        assertThat(leftOut)
                .extracting(LeftOut::path, LeftOut::reason)
                .containsExactly(tuple("cat/broken.png", Reason.UNREADABLE));
        assertThat(leftOut.get(0).detail()).isNotEmpty();
        assertThat(load().report().trainImages() + load().report().testImages()).isEqualTo(20);

        write(folder.resolve("cat/empty.jpg"), bytes());
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("data " + folder
                        + ": 2 (.png, .jpg) unreadable of 22; allowed: 1 (data.unreadable is the share); the first:"
                        + " cat/broken.png: ");
        assertThat(load(DataOptions.defaults().withUnreadable(0.1)).report().leftOut())
                .hasSize(2);
    }

    @Test
    void ofManyImagesOnePercentMayBeBroken() throws IOException {
        classFolders(folder, "", 150, 16, "cat", "dog");
        for (int i = 0; i < 3; i++) {
            write(folder.resolve("cat/" + i + ".png"), bytes(i));
        }
        String noImage = "not a JPEG, PNG, GIF, BMP, WebP, TIFF or PNM file";
        assertThat(load().report().leftOut())
                .containsExactly(
                        new LeftOut("cat/0.png", Reason.UNREADABLE, noImage),
                        new LeftOut("cat/1.png", Reason.UNREADABLE, noImage),
                        new LeftOut("cat/2.png", Reason.UNREADABLE, noImage));
        write(folder.resolve("dog/9.png"), bytes());
        assertRefused("4 (.png) unreadable of 300; allowed: 3 (data.unreadable is the share); the first: cat/0.png: "
                + noImage);
    }

    @Test
    void contentDecidesAndNotTheExtension() throws IOException {
        classFolders(folder, "", 10, 20, "cat", "dog");
        Files.move(folder.resolve("cat/0.png"), folder.resolve("cat/0"));
        Files.move(folder.resolve("cat/1.png"), folder.resolve("cat/1.jpg"));
        Files.move(folder.resolve("cat/2.png"), folder.resolve("cat/2.download"));
        DatasetReport report = load().report();
        assertThat(report.trainImages() + report.testImages()).isEqualTo(20);
        assertThat(report.leftOut()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Training, Testing",
        "train_images, test_images",
        "seg_train, seg_test",
        "TrainSet, TestSet",
        "flowers-train, flowers-test",
        "01_training, 02_test",
        "train-data, test-data",
        "training_set, test_set",
        "trainData, valData",
        "ILSVRC2012_img_train, ILSVRC2012_img_val"
    })
    void namesOfPartsAreRecognised(String train, String test) throws IOException {
        classFolders(folder, train, 3, 20, "cat", "dog");
        classFolders(folder, test, 2, 20, "cat", "dog");
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("cat", "dog");
        assertThat(dataset.report().trainImages()).isEqualTo(6);
        assertThat(dataset.report().testImages()).isEqualTo(4);
    }

    @Test
    void partsInsideOfEachClassAreParts() throws IOException {
        for (String name : List.of("cat", "dog")) {
            classFolders(folder, name, 4, 20, "train", "test");
        }
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("cat", "dog");
        assertThat(dataset.report().trainImages()).isEqualTo(8);
        assertThat(dataset.report().testImages()).isEqualTo(8);
    }

    @Test
    void partsBelowOtherFoldersAreNoClasses() throws IOException {
        for (String name : List.of("2019", "2020")) {
            classFolders(folder, name + "/train", 3, 20, "cat", "dog");
            classFolders(folder, name + "/test", 3, 20, "cat", "dog");
            write(folder.resolve(name + "/extra/0.png"), encoded(colour(20, 20, 0), "png"));
        }
        assertRefused("'2019' looks like a part of a data set, and not like a class: it holds the folders [extra, test,"
                + " train]; name the parts 'train', 'val' and 'test'");
    }

    @Test
    void foldersThatMayBePartsAreNoClasses() throws IOException {
        classFolders(folder, "train_a", 3, 20, "cat", "dog");
        classFolders(folder, "train_b", 3, 20, "cat", "dog");
        assertRefused(
                "'train_a' looks like a part of a data set, and not like a class: it holds the folders [cat, dog];"
                        + " name the parts 'train', 'val' and 'test'");
    }

    @Test
    void trainsAreVehiclesBesideOthers() throws IOException {
        classFolders(folder, "", 10, 20, "bus", "car", "train");
        assertThat(load().train().classes()).containsExactly("bus", "car", "train");
        assertThat(load().report().notes())
                .containsExactly("The folder 'train' is taken for a class, as it has no class folders.");
    }

    @Test
    void aTestTubeIsAClass() throws IOException {
        classFolders(folder, "", 10, 20, "beaker", "test tube");
        assertThat(load().train().classes()).containsExactly("beaker", "test tube");
        assertThat(load().report().notes()).isEmpty();
    }

    @Test
    void twoFoldersOfImagesToTrainOnAreRefused() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        classFolders(folder, "train2", 3, 20, "cat", "dog");
        assertRefused("both 'train' and 'train2' look like the training images; expected: one of them");
    }

    @Test
    void equalFoldersInAllClassesAreSaid() throws IOException {
        classFolders(folder, "cat", 10, 20, "day", "night");
        classFolders(folder, "dog", 10, 20, "day", "night");
        assertThat(load().train().classes()).containsExactly("cat", "dog");
        assertThat(load().report().notes())
                .contains(
                        "Each of the classes 'cat', 'dog' holds the same folders 'day', 'night': if those are meant to"
                                + " be the classes, give other folders.");
    }

    @Test
    void aFolderBesideFilesIsTheDataSet() throws IOException {
        classFolders(folder, "PetImages", 10, 20, "Cat", "Dog");
        write(folder.resolve("readme.txt"), bytes('h', 'i'));
        assertThat(load().train().classes()).containsExactly("Cat", "Dog");
        assertThat(load().report().leftOut()).containsExactly(new LeftOut("readme.txt", Reason.NO_IMAGE));
    }

    @Test
    void aClassThatIsNotTestedIsSaid() throws IOException {
        classFolders(folder, "", 40, 20, "cat", "dog");
        write(folder.resolve("emu/0.png"), encoded(colour(20, 20, 0), "png"));
        for (int seed = 0; seed < 20; seed++) {
            DatasetReport report =
                    load(DataOptions.defaults().withSeed(new Seed(seed))).report();
            assertThat(report.classes()).contains(new ClassCount("emu", 1, 0));
            assertThat(report.notes()).containsExactly("There is no test image of 'emu'.");
        }
    }

    @Test
    void repeatedImagesAreCountedAndMayBeLeftOut() throws IOException {
        classFolders(folder, "train", 10, 20, "cat", "dog");
        for (String name : List.of("cat", "dog")) {
            for (int i = 0; i < 5; i++) {
                write(
                        folder.resolve("test/" + name + "/" + i),
                        Files.readAllBytes(folder.resolve("train/" + name + "/" + i + ".png")));
            }
        }
        Files.copy(folder.resolve("train/cat/9.png"), folder.resolve("train/dog/x.png"));
        Files.copy(folder.resolve("train/cat/8.png"), folder.resolve("train/cat/x.png"));
        assertThat(load().report().trainImages()).isEqualTo(22);
        assertThat(load().report().notes())
                .containsExactly(
                        "10 training images are also test images, pixel by pixel, which flatters the test accuracy;"
                                + " data.duplicates: drop leaves them out.",
                        "2 training images are equal to one of another class; data.duplicates: drop leaves them out.",
                        "1 training images repeat another one of their class.");
        DatasetReport dropped = load(DataOptions.defaults().withDuplicates(DuplicatePolicy.DROP))
                .report();
        assertThat(dropped.trainImages()).isEqualTo(10);
        assertThat(dropped.testImages()).isEqualTo(10);
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
    void emptyClassesAreLeftOutAndSingleOnesRefused() throws IOException {
        classFolders(folder, "", 10, 20, "cat", "dog");
        Files.createDirectories(folder.resolve("emu"));
        assertThat(load().report().leftOut()).containsExactly(new LeftOut("emu", Reason.EMPTY));
        assertThat(load().train().classes()).containsExactly("cat", "dog");
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
    void aTestWithoutClassesIsLeftOut() throws IOException {
        classFolders(folder, "train", 3, 20, "cat", "dog");
        write(folder.resolve("test/0.png"), encoded(colour(20, 20, 0), "png"));
        assertThat(load().report().testSplitMade()).isTrue();
        assertThat(load().report().notes()).startsWith("'test' has no class folders: its 1 images are left out.");
        assertThat(load().report().leftOut()).containsExactly(new LeftOut("test/0.png", Reason.UNLABELLED));
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
