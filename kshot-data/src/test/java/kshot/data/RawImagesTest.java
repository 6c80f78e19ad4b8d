package kshot.data;

import static kshot.data.ImagesOnDiskTest.assertSame;
import static kshot.data.TestFiles.bytes;
import static kshot.data.TestFiles.gzipped;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.store.StoreLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of pixels as they are, too large for the heap: they are read once, in order, into shards of three images each. */
class RawImagesTest {
    private static final StoreLimits IN_HEAP = new StoreLimits(Long.MAX_VALUE, 1 << 30, 1);

    @TempDir
    private Path folder;

    private static StoreLimits onDisk(int image) {
        return new StoreLimits(0, 3L * image, 1);
    }

    private Path data(String form) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        switch (form) {
            case "cifar-binary" -> {
                files.put("data_batch_1.bin", cifar(10));
                files.put("data_batch_2.bin", cifar(11));
                files.put("test_batch.bin", cifar(12));
            }
            case "cifar-python" -> {
                files.put("data_batch_1", fixture("cifar10_protocol2"));
                files.put("data_batch_2", fixture("cifar10_protocol4"));
                files.put("test_batch", fixture("cifar10_protocol5"));
            }
            case "imagenet16" -> {
                files.put("train_data_batch_1", fixture("imagenet16_train"));
                files.put("val_data", fixture("imagenet16_val"));
            }
            case "idx", "idx.gz" -> {
                for (String part : List.of("train", "t10k")) {
                    byte[] images = random(16 * 16 * 16, 16 * 256);
                    byte[] labels = counting(16);
                    boolean packed = form.endsWith("gz");
                    put(
                            files,
                            part + "-images-idx3-ubyte",
                            concat(bytes(0, 0, 8, 3, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16), images),
                            packed);
                    put(files, part + "-labels-idx1-ubyte", concat(bytes(0, 0, 8, 1, 0, 0, 0, 16), labels), packed);
                }
            }
            default -> {
                for (String part : List.of("train", "val", "test")) {
                    files.put(part + "_images.npy", npy(8, 16, 16, 3));
                    files.put(part + "_labels.npy", npy(8));
                }
            }
        }
        if (form.equals("npz")) {
            return TestFiles.zip(folder.resolve("data.npz"), files);
        }
        Path data = folder.resolve("data." + form);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            write(data.resolve(file.getKey()), file.getValue());
        }
        return data;
    }

    private static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(RawImagesTest.class.getResourceAsStream("format/" + name))) {
            return in.readAllBytes();
        }
    }

    private static void put(Map<String, byte[]> files, String name, byte[] content, boolean packed) throws IOException {
        files.put(packed ? name + ".gz" : name, packed ? gzipped(content) : content);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        SplittableRandom random = new Seed(seed).generator("raw");
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Labels of four classes in turn. */
    private static byte[] counting(int length) {
        byte[] labels = new byte[length];
        for (int i = 0; i < length; i++) {
            labels[i] = (byte) (i % 4);
        }
        return labels;
    }

    /** Ten images of noise, one of each class. */
    private static byte[] cifar(long seed) {
        byte[] rows = random(seed, 10 * 3073);
        for (int i = 0; i < 10; i++) {
            rows[i * 3073] = (byte) i;
        }
        return rows;
    }

    /** An array as NEP 1 has it: noise where it has several dimensions, labels otherwise. */
    private static byte[] npy(int... shape) throws IOException {
        int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        byte[] values = shape.length == 1 ? counting(elements) : random(shape.length, elements);
        String extents = Arrays.toString(shape).replace("[", "").replace("]", ",");
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + extents + "), }\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, header.length(), 0));
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(values);
        return out.toByteArray();
    }

    private Dataset load(Path data, StoreLimits limits) {
        DataOptions options = DataOptions.defaults().withLimits(limits);
        boolean disk = limits.heap() == 0;
        return Datasets.load(data.toString(), disk ? options.withCacheDirectory(folder.resolve("cache")) : options);
    }

    private List<Path> shards() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".shard"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar-binary", "cifar-python", "imagenet16", "idx", "idx.gz", "npz"})
    void imagesOnDiskAreThoseInTheHeap(String form) throws IOException {
        Path data = data(form);
        Dataset expected = load(data, IN_HEAP);
        int image = (int) expected.train().shape().elements();
        assertSame(load(data, onDisk(image)), expected);
        int images = expected.train().size() + expected.test().size();
        assertThat(shards()).hasSize((images + 2) / 3);
        Files.delete(shards().get(1));
        assertSame(load(data, onDisk(image)), expected);
        assertThat(shards())
                .as("what was missing is read from the middle of the file")
                .hasSize((images + 2) / 3);
    }

    /** A stream that breaks off loses all that comes after: it is no image that may be left out. */
    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        Path data = data("idx.gz");
        Path images = data.resolve("train-images-idx3-ubyte.gz");
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 40));
        for (StoreLimits limits : List.of(IN_HEAP, onDisk(256))) {
            assertThatThrownBy(() -> load(data, limits))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("data " + data + ": train-images-idx3-ubyte.gz: cut off at image 15 of 16");
        }
        assertThat(shards()).as("of the images before").hasSize(5);
    }
}
