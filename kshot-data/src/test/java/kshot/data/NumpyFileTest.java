package kshot.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NumPy archives, with headers as NEP 1 has them. */
class NumpyFileTest {
    @TempDir
    private Path folder;

    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    /** An array of elements that count from {@code first} on, each of so many bytes with the lowest first. */
    private void array(String name, String type, int bytes, int first, int modulus, int... shape) throws IOException {
        StringBuilder extents = new StringBuilder();
        int elements = 1;
        for (int extent : shape) {
            extents.append(extent).append(", ");
            elements *= extent;
        }
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + extents + "), }\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(TestFiles.bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, header.length(), 0));
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < elements; i++) {
            out.write((first + i) % modulus);
            out.write(new byte[bytes - 1]);
        }
        arrays.put(name + ".npy", out.toByteArray());
    }

    private Dataset load() throws IOException {
        Path file = TestFiles.zip(folder.resolve("set.npz"), arrays);
        return Datasets.load(file.toString(), DataOptions.defaults());
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder.resolve("set.npz") + ": " + message);
    }

    @Test
    void readsArraysAsMedMnistHasThem() throws IOException {
        array("train_images", "|u1", 1, 0, 256, 6, 16, 16);
        array("train_labels", "|u1", 1, 0, 2, 6, 1);
        array("val_images", "|u1", 1, 3, 256, 4, 16, 16);
        array("val_labels", "|u1", 1, 0, 2, 4, 1);
        array("test_images", "|u1", 1, 7, 256, 2, 16, 16);
        array("test_labels", "|u1", 1, 0, 2, 2, 1);
        Dataset dataset = load();
        assertThat(dataset.report().name()).isEqualTo("set");
        assertThat(dataset.report().classes()).containsExactly(new ClassCount("0", 5, 1), new ClassCount("1", 5, 1));
        assertThat(dataset.train().shape()).isEqualTo(new FeatureShape(1, 16, 16));
        assertThat(dataset.test().image(0)[5]).isEqualTo((byte) 12);
        assertThat(dataset.report().notes()).contains("The 4 validation images were added to the training images.");
    }

    @Test
    void readsArraysAsKerasHasThem() throws IOException {
        array("x_train", "|u1", 1, 0, 251, 6, 16, 16, 3);
        array("y_train", "<i8", 8, 3, 7, 6);
        array("x_test", "|u1", 1, 9, 251, 2, 16, 16, 3);
        array("y_test", "<i8", 8, 3, 7, 2);
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("0", "1", "3", "4", "5", "6");
        assertThat(dataset.train().label(0)).isEqualTo(2);
        assertThat(dataset.train().image(1)[0]).isEqualTo((byte) (768 % 251));
    }

    @Test
    void otherArraysAreRefused() throws IOException {
        array("train_images", "<f4", 4, 0, 256, 6, 16, 16);
        array("train_labels", "|u1", 1, 0, 2, 6);
        assertRefused(
                "train_images.npy: f4 of shape 6 x 16 x 16; allowed: unsigned bytes (u1), images x height x width,"
                        + " with 1 or 3 channels at the end or none");
        array("train_images", "|u1", 1, 0, 256, 5, 16, 16);
        assertRefused("train_images.npy: 5 images for 6 labels");
        array("train_images", "|u1", 1, 0, 256, 6, 16, 16);
        array("train_labels", "|u1", 1, 0, 2, 6, 14);
        assertRefused("train_labels.npy: labels of shape 6 x 14; allowed: one integer for each image");
        array("train_labels", "<f8", 8, 0, 2, 6);
        assertRefused("train_labels.npy: labels of type f8; allowed: integers");
        array("train_labels", "|u1", 1, 0, 2, 6);
        array("test_labels", "|u1", 1, 0, 2, 6);
        assertRefused("0 arrays of images and 1 of labels for one part; expected: one of each");
        array("test_images", "|u1", 1, 0, 256, 2, 16, 16);
        array("test_labels", "|u1", 1, 3, 5, 2);
        assertRefused("label 3 does not occur in the training images");
    }

    @Test
    void damagedArraysAreRefused() throws IOException {
        array("train_labels", "|u1", 1, 0, 2, 6);
        arrays.put("train_images.npy", TestFiles.bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 200, 0, '{'));
        assertRefused("train_images.npy: the header is cut off");
        arrays.put("train_images.npy", TestFiles.bytes('n', 'o', 't', ' ', 'o', 'n', 'e', '!'));
        assertRefused("train_images.npy: no array in NumPy's format");
        array("train_images", "|u1", 1, 0, 251, 6, 16, 16);
        byte[] array = arrays.get("train_images.npy");
        String text = new String(array, StandardCharsets.ISO_8859_1).replace("6, 16, 16, )", "6 16 16    )");
        arrays.put("train_images.npy", text.getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("train_images.npy: extent 6 16 16; allowed: 1 to 10000000");
    }
}
