package kshot.data;

import static kshot.data.TestFiles.bytes;
import static kshot.data.TestFiles.values;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kshot.common.InvalidInputException;
import kshot.data.Augmentation.CropFlip;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats other than class folders, each from files that are laid out by hand. */
class FormatsTest {
    private static final String CIFAR10_NAMES =
            "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

    @TempDir
    private Path folder;

    private Dataset load() {
        return Datasets.load(folder.toString(), DataOptions.defaults());
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder + ": " + message);
    }

    private static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(FormatsTest.class.getResourceAsStream("format/" + name))) {
            return in.readAllBytes();
        }
    }

    /** An image for each label: the label bytes, then red 1, 2, ..., green 2, 3, ..., blue 3, 4, ... (mod 256). */
    private static byte[] cifar(int classes, boolean coarse) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int label = 0; label < classes; label++) {
            if (coarse) {
                out.write(19);
            }
            out.write(label);
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < 1024; i++) {
                    out.write(c + i + 1);
                }
            }
        }
        return out.toByteArray();
    }

    @Test
    void readsCifar10Binary() throws IOException {
        write(folder.resolve("data_batch_1.bin"), cifar(10, false));
        write(folder.resolve("data_batch_2.bin"), cifar(10, false));
        write(folder.resolve("test_batch.bin"), cifar(10, false));
        write(folder.resolve("batches.meta.txt"), CIFAR10_NAMES.getBytes(StandardCharsets.UTF_8));
        Dataset dataset = load();
        assertThat(dataset.train().size()).isEqualTo(20);
        assertThat(dataset.test().size()).isEqualTo(10);
        assertThat(dataset.train().classes()).hasSize(10).startsWith("airplane", "automobile");
        assertThat(dataset.train().label(13)).isEqualTo(3);
        assertThat(values(dataset.train().image(0), 6)).containsExactly(1, 2, 3, 2, 3, 4);
        assertThat(dataset.suggested()).isEqualTo(new CropFlip(4, true));
        assertThat(dataset.report().source()).isEqualTo("CIFAR-10 binary batches in a folder");
        assertThat(dataset.report().testSplitMade()).isFalse();
    }

    @Test
    void readsCifar100BinaryByItsFineLabels() throws IOException {
        write(folder.resolve("train.bin"), cifar(100, true));
        write(folder.resolve("test.bin"), cifar(100, true));
        Dataset dataset = load();
        assertThat(dataset.train().classes()).hasSize(100);
        assertThat(dataset.train().label(42)).isEqualTo(42);
        assertThat(values(dataset.train().image(42), 3)).containsExactly(1, 2, 3);
        assertThat(dataset.suggested()).isEqualTo(new CropFlip(4, true));
    }

    @Test
    void refusesCifarOfAWrongLengthOrLabel() throws IOException {
        write(folder.resolve("data_batch_1.bin"), bytes(1, 2, 3));
        assertRefused("data_batch_1.bin: 3 bytes; expected: a multiple of 3073");
        write(folder.resolve("data_batch_1.bin"), cifar(11, false));
        assertRefused("data_batch_1.bin: label 10 of image 10; expected: 0 to 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar10_python2", "cifar10_protocol2", "cifar10_protocol4", "cifar10_protocol5"})
    void readsCifar10Python(String batch) throws IOException {
        write(folder.resolve("cifar-10-batches-py/data_batch_1"), fixture(batch));
        write(folder.resolve("cifar-10-batches-py/test_batch"), fixture(batch));
        write(folder.resolve("cifar-10-batches-py/batches.meta"), fixture("cifar10_meta"));
        Dataset dataset = load();
        assertThat(dataset.train().size()).isEqualTo(10);
        assertThat(dataset.train().classes()).startsWith("airplane").endsWith("truck");
        assertThat(dataset.train().label(7)).isEqualTo(7);
        // Place j of image 7 has (35 + 3 j) mod 251: the first pixel takes places 0, 1024 and 2048.
        assertThat(values(dataset.train().image(7), 6)).containsExactly(35, 95, 155, 38, 98, 158);
    }

    @Test
    void readsImageNet16() throws IOException {
        write(folder.resolve("train_data_batch_1"), fixture("imagenet16_train"));
        write(folder.resolve("val_data"), fixture("imagenet16_val"));
        Dataset dataset = load();
        assertThat(dataset.train().size()).isEqualTo(120);
        assertThat(dataset.train().classes()).hasSize(120).startsWith("1", "2").endsWith("120");
        assertThat(dataset.test().size()).isEqualTo(2);
        assertThat(dataset.test().label(0)).isEqualTo(119);
        assertThat(dataset.test().label(1)).isZero();
        assertThat(dataset.report().notes())
                .containsExactly(
                        "120 of 122 training images have a label from 1 to 120 and were kept.",
                        "2 of 3 test images have a label from 1 to 120 and were kept.",
                        "2 training images are also test images, pixel by pixel, which flatters the test accuracy;"
                                + " data.duplicates: drop leaves them out.",
                        "There is no test image of '2', '3', '4', '5', '6', '7', '8', '9', '10', '11' and 108 more"
                                + " classes.");
    }

    @Test
    void aPickleThatNamesAnotherClassIsRefused() throws IOException {
        // What "import os; os.system('...')" is in protocols 0 and 4.
        byte[] protocol0 = "cos\nsystem\n(S'touch /tmp/x'\ntR.".getBytes(StandardCharsets.ISO_8859_1);
        byte[] protocol4 = "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093\u008c\u0001x\u0085R."
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] instance = "(S'touch /tmp/x'\nios\nsystem\n.".getBytes(StandardCharsets.ISO_8859_1);
        for (byte[] pickle : new byte[][] {protocol0, protocol4}) {
            write(folder.resolve("data_batch_1"), pickle);
            assertThatThrownBy(this::load).hasMessageContaining("the class os.system is not allowed");
        }
        write(folder.resolve("data_batch_1"), instance);
        assertThatThrownBy(this::load).hasMessageContaining("opcode 105 is not allowed");
    }

    @Test
    void aPickleCannotClaimMemoryItDoesNotFill() throws IOException {
        // BINBYTES and BINSTRING of 2,147,483,647 bytes, BINBYTES8 of 2^62.
        for (String opcode :
                new String[] {"B\u00ff\u00ff\u00ff\u007f", "T\u00ff\u00ff\u00ff\u007f", "\u008e\0\0\0\0\0\0\0@"}) {
            write(folder.resolve("data_batch_1"), ("\u0080\u0004" + opcode).getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(this::load)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("a length of");
        }
    }

    private void assertPickleRefused(String latin1, String problem) throws IOException {
        write(folder.resolve("data_batch_1"), latin1.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("data " + folder + ": data_batch_1: ")
                .hasMessageContaining(problem);
    }

    private void assertPickleOfOneImageIsRead(String latin1) throws IOException {
        write(folder.resolve("data_batch_1"), latin1.getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("images to split by 0.15: 1 is not allowed; allowed: so many that neither part is empty");
    }

    @Test
    void aPickleCannotBuildMoreThanItIsLong() throws IOException {
        // A million empty dictionaries in as many bytes.
        assertPickleRefused("}".repeat(1_000_001) + ".", "more than 1000000 instructions");
        // _codecs.encode(text, "latin1") again and again, 9 bytes each: memo 0 is the function, 1 its arguments.
        String encode = "c_codecs\nencode\nq\0(X\u00ff\0\0\0" + "x".repeat(255) + "X\u0006\0\0\0latin1tq\u0001";
        assertPickleRefused(encode + "h\0h\u0001R".repeat(100) + ".", "builds more than");
    }

    @Test
    void aPickleCannotBuildWhatContainsItself() throws IOException {
        // l = []; l.append(l); {l: 1}: the hash of l would never end.
        String list = "]q\0h\0a";
        assertPickleRefused("}" + list + "K\u0001s.", "ArrayList instead of a text");
        assertPickleRefused("}(" + list + "K\u0001u.", "ArrayList instead of a text");
        assertPickleRefused("(" + list + "K\u0001d.", "ArrayList instead of a text");
        assertPickleRefused("(" + list + "\u0091.", "sets are not allowed");
        // And so would its text.
        assertPickleRefused(list + list + "\u0093.", "ArrayList instead of a text");
    }

    @Test
    void numbersAndNamesOfAPickleAreShort() throws IOException {
        assertPickleRefused("L" + "9".repeat(200_000) + "L\n.", "a line of more than 100 characters");
        assertPickleRefused("c" + "a".repeat(101) + "\nb\n.", "a line of more than 100 characters");
    }

    /** A batch of {@code data} and {@code labels}, each an array of the given bytes, shape and type. */
    private static String batch(String dataShape, String labelShape, String labelType, int labelBytes) {
        String array = "cnumpy._core.numeric\n_frombuffer\n(B";
        return "}X\u0004\0\0\0data" + array + "\u000c\0\0\0" + "x".repeat(12) + "cnumpy\ndtype\n(X\u0002\0\0\0u1tR"
                + dataShape + "X\u0001\0\0\0CtRs"
                + "X\u0006\0\0\0labels" + array + (char) labelBytes + "\0\0\0" + "\0".repeat(labelBytes)
                + "cnumpy\ndtype\n(X\u0002\0\0\0" + labelType + "tR" + labelShape + "X\u0001\0\0\0CtRs.";
    }

    @Test
    void arraysOfAPickleAreWhatTheyStateTheyAre() throws IOException {
        String one = "K\u0001\u0085"; // the shape (1,)
        String image = "K\u0001K\u000c\u0086"; // the shape (1, 12): an image of 2×2 pixels
        assertPickleOfOneImageIsRead(batch(image, one, "i8", 8));
        assertPickleRefused(batch(image, one, "i8", 7), "'labels': 7 bytes in an array of shape [1] and type i8");
        assertPickleRefused(batch(image, one, "i3", 3), "type i3 where integers are expected");
        assertPickleRefused(batch(image, one, "i0", 0), "type i0 where integers are expected");
        assertPickleRefused(batch(image, one, "f4", 4), "type f4 where integers are expected");
        assertPickleRefused(batch(image, one, "xx", 2), "no type of numbers: xx");
        // 2^31 - 1 times itself, and again: no 64-bit number.
        String most = "J\u00ff\u00ff\u00ff\u007f";
        assertPickleRefused(batch(most + most + most + "\u0087", one, "i8", 8), "no array 'data'");
        assertPickleRefused(
                batch("J\u00ff\u00ff\u00ff\u00ffJ\u00f4\u00ff\u00ff\u00ff\u0086", one, "i8", 8), "no array");
    }

    @Test
    void namesOfClassesAreTexts() throws IOException {
        write(folder.resolve("data_batch_1"), fixture("cifar10_protocol4"));
        // {"label_names": [None]}
        byte[] meta = "}X\u000b\0\0\0label_names]Nas.".getBytes(StandardCharsets.ISO_8859_1);
        write(folder.resolve("batches.meta"), meta);
        assertRefused("batches.meta: no list 'label_names' of names");
    }

    @Test
    void anUnusedArrayOfFloatsDoesNotMatter() throws IOException {
        // Downsampled ImageNet has an array "mean" of floats beside its labels.
        String batch = batch("K\u0001K\u000c\u0086", "K\u0001\u0085", "i8", 8);
        String mean = "X\u0004\0\0\0meancnumpy._core.numeric\n_frombuffer\n(B\u0008\0\0\0" + "\0".repeat(8)
                + "cnumpy\ndtype\n(X\u0002\0\0\0f8tRK\u0001\u0085X\u0001\0\0\0CtRs.";
        assertPickleOfOneImageIsRead(batch.substring(0, batch.length() - 1) + mean);
    }

    @Test
    void refusesWhatIsNoBatch() throws IOException {
        write(folder.resolve("data_batch_1"), bytes('h', 'i'));
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("data " + folder + ": data_batch_1: not a pickle of an image batch");
        write(folder.resolve("data_batch_1"), fixture("cifar10_meta"));
        assertRefused("data_batch_1: no array 'data' of unsigned bytes, images x values");
    }

    private static byte[] idxLabels(int... labels) {
        return concat(bytes(0, 0, 8, 1, 0, 0, 0, labels.length), bytes(labels));
    }

    /** Images of 16×16 whose first pixels count from 10 times their index. */
    private static byte[] idxImages(int count) {
        byte[] pixels = new byte[count * 256];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (10 * (i / 256) + i % 256);
        }
        return concat(bytes(0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 16, 0, 0, 0, 16), pixels);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private void writeIdx() throws IOException {
        write(folder.resolve("train-images-idx3-ubyte.gz"), TestFiles.gzipped(idxImages(4)));
        write(folder.resolve("train-labels-idx1-ubyte.gz"), TestFiles.gzipped(idxLabels(7, 3, 7, 3)));
        write(folder.resolve("t10k-images.idx3-ubyte"), idxImages(1));
        write(folder.resolve("t10k-labels.idx1-ubyte"), idxLabels(7));
    }

    @Test
    void readsIdx() throws IOException {
        writeIdx();
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("3", "7");
        assertThat(dataset.train().shape()).isEqualTo(new FeatureShape(1, 16, 16));
        assertThat(dataset.train().label(0)).isEqualTo(1);
        assertThat(values(dataset.train().image(2), 3)).containsExactly(20, 21, 22);
        assertThat(dataset.test().size()).isEqualTo(1);
        assertThat(dataset.suggested()).as("digits have no mirror image").isEqualTo(new CropFlip(2, false));
    }

    @Test
    void namesOfIdxClassesComeFromAFile() throws IOException {
        writeIdx();
        write(folder.resolve("classes.txt"), "a\nb\nc\ndog\ne\nf\ng\nhat\n".getBytes(StandardCharsets.UTF_8));
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("dog", "hat");
        assertThat(dataset.suggested()).isEqualTo(new CropFlip(2, true));
    }

    @Test
    void refusesDamagedIdx() throws IOException {
        writeIdx();
        write(folder.resolve("t10k-images.idx3-ubyte"), Arrays.copyOf(idxImages(1), 100));
        assertRefused("t10k-images.idx3-ubyte: cut off at image 0 of 1");
        write(folder.resolve("t10k-images.idx3-ubyte"), concat(idxImages(1), bytes(1)));
        assertRefused("t10k-images.idx3-ubyte: longer than its header says");
        write(folder.resolve("t10k-images.idx3-ubyte"), idxImages(2));
        assertRefused("t10k-images.idx3-ubyte: 2 images for 1 labels");
        write(folder.resolve("t10k-images.idx3-ubyte"), idxLabels(7));
        assertRefused("t10k-images.idx3-ubyte: starts with 0x801; expected: unsigned bytes in 3 dimensions, 0x803");
        write(folder.resolve("train-labels-idx1-ubyte.gz"), bytes(1, 2, 3));
        assertThatThrownBy(this::load).hasMessageContaining("train-labels-idx1-ubyte.gz: Not in GZIP format");
    }

    @Test
    void refusesIdxWithoutLabels() throws IOException {
        write(folder.resolve("train-images-idx3-ubyte"), idxImages(4));
        assertRefused("the IDX file of the train labels is missing; found: [train-images-idx3-ubyte]");
    }

    @Test
    void readsArchives() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("cifar-10-batches-bin/data_batch_1.bin", cifar(10, false));
        files.put("cifar-10-batches-bin/test_batch.bin", cifar(10, false));
        files.put("cifar-10-batches-bin/batches.meta.txt", CIFAR10_NAMES.getBytes(StandardCharsets.UTF_8));
        Path zip = TestFiles.zip(folder.resolve("cifar-10-binary.zip"), files);
        byte[] tar = TestFiles.tar(files);
        write(folder.resolve("cifar-10-binary.tar"), tar);
        write(folder.resolve("cifar-10-binary.tar.gz"), TestFiles.gzipped(tar));

        DatasetReport report =
                Datasets.load(zip.toString(), DataOptions.defaults()).report();
        assertThat(report.name()).isEqualTo("cifar-10-binary");
        assertThat(report.source()).isEqualTo("CIFAR-10 binary batches in a zip archive");
        assertThat(report.trainImages()).isEqualTo(10);
        for (String kind : new String[] {"tar", "tar.gz"}) {
            String path = folder.resolve("cifar-10-binary." + kind).toString();
            DatasetReport other = Datasets.load(path, DataOptions.defaults()).report();
            assertThat(other.source())
                    .isEqualTo(
                            "CIFAR-10 binary batches in a " + (kind.equals("tar") ? "tar archive" : "tar.gz archive"));
            assertThat(other.fingerprint()).isEqualTo(report.fingerprint());
        }
    }
}
