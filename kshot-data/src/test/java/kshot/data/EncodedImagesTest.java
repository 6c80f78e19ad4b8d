package kshot.data;

import static kshot.data.ImagesOnDiskTest.assertSame;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.distortion.Distortion;
import kshot.data.distortion.Erasing;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.load.DuplicatePolicy;
import kshot.data.store.StoreLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Photos that are decoded whenever they are needed: 40 JPEG files of several sizes and two classes, of which 15% become test images;
 * one is in both classes, one is cut off. They are stored in 18×18 pixels, and checked seven at a time.
 */
class EncodedImagesTest {
    private static final int IMAGE = 18 * 18 * 3;
    private static final StoreLimits IN_HEAP = new StoreLimits(40 * IMAGE, 7 * IMAGE, 18);
    private static final StoreLimits IN_SHARDS = new StoreLimits(40 * IMAGE - 1, 7 * IMAGE, 19);
    private static final StoreLimits ENCODED = new StoreLimits(40 * IMAGE - 1, 7 * IMAGE, 18);

    @TempDir
    private Path folder;

    private final Map<String, byte[]> photos = new LinkedHashMap<>();
    private DataOptions options = DataOptions.defaults();
    private final List<Long> decoded = new ArrayList<>();

    @BeforeEach
    void draw() throws IOException {
        for (String name : List.of("cat", "dog")) {
            for (int i = 0; i < 20; i++) {
                photos.put(name + "/" + i + ".jpg", photo(new Seed(i).generator(name), 20 + i % 3, 24 - i % 4));
            }
        }
        photos.put("dog/3.jpg", photos.getOrDefault("cat/3.jpg", new byte[0]));
        photos.computeIfPresent("cat/7.jpg", (name, jpeg) -> Arrays.copyOf(jpeg, jpeg.length / 2));
        options = DataOptions.defaults()
                .withImageSize(16)
                .withCacheDirectory(folder.resolve("cache"))
                .withProgress((stage, done, total) -> {
                    if (stage.equals("decoding images")) {
                        decoded.add(done);
                    }
                });
    }

    /** A smooth image, which takes fewer bytes as a file than as pixels. */
    private static byte[] photo(SplittableRandom random, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        int base = random.nextInt(0x808080);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, base + 0x030201 * x + 0x010203 * y);
            }
        }
        return encoded(image, "jpg");
    }

    private Path data(String form) throws IOException {
        Path data = folder.resolve("data." + form);
        switch (form) {
            case "folder" -> {
                for (Map.Entry<String, byte[]> photo : photos.entrySet()) {
                    write(data.resolve(photo.getKey()), photo.getValue());
                }
            }
            case "zip" -> TestFiles.zip(data, photos);
            case "tar" -> write(data, TestFiles.tar(photos));
            case "tars" -> {
                for (String name : List.of("cat", "dog")) {
                    Map<String, byte[]> ofClass = new LinkedHashMap<>(photos);
                    ofClass.keySet().removeIf(path -> !path.startsWith(name));
                    write(data.resolve(name + ".tar"), TestFiles.tar(ofClass));
                }
            }
            default -> write(data, TestFiles.gzipped(TestFiles.tar(photos)));
        }
        return data;
    }

    private Dataset load(Path data, DataOptions with, StoreLimits limits) {
        decoded.clear();
        return Datasets.load(data.toString(), with.withLimits(limits));
    }

    private Dataset load(Path data, StoreLimits limits) {
        return load(data, options, limits);
    }

    private Dataset inHeap(Path data) {
        return load(data, options.withCacheDirectory(null), IN_HEAP);
    }

    private List<Path> cached(String end) {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "zip", "tar", "tars"})
    void decodedImagesAreThoseInTheHeap(String form) throws IOException {
        Path data = data(form);
        Dataset expected = inHeap(data);
        assertThat(expected.report().leftOut()).hasSize(1);
        Dataset encoded = load(data, ENCODED);
        assertSame(encoded, expected);
        assertThat(encoded.report().notes())
                .contains(
                        "The images take 0.00 GB, more than half of the memory that Java may use (-Xmx), and are decoded"
                                + " whenever they are needed, from where they lie.");
        assertThat(cached(".shards")).isEmpty();
        assertThat(cached(".encoded")).hasSize(1);

        Dataset again = load(data, ENCODED);
        assertThat(decoded).isEmpty();
        assertSame(again, expected);
        assertThat(again.report()).isEqualTo(encoded.report());
        Dataset fits = load(data, IN_HEAP);
        assertThat(decoded).as("from the places into the heap").isEmpty();
        assertSame(fits, expected);
        assertThat(fits.report()).isEqualTo(expected.report());
    }

    @Test
    void theSizeOfImagesDecides() throws IOException {
        Path data = data("folder");
        load(data, IN_SHARDS);
        assertThat(cached(".shards")).as("small images").hasSize(1);
        assertThat(cached(".encoded")).isEmpty();
        Datasets.removeDecoded(data.toString(), options);
        for (int i = 8; i < 20; i++) {
            Files.write(
                    data.resolve("cat/" + i + ".jpg"),
                    Arrays.copyOf(photos.getOrDefault("cat/8.jpg", new byte[0]), 40 * IMAGE));
        }
        load(data, ENCODED);
        assertThat(cached(".shards")).as("images that take more bytes as files").hasSize(1);
        load(data("tar.gz"), ENCODED);
        assertThat(cached(".encoded")).as("images in a compressed archive").isEmpty();
        assertThatThrownBy(() -> load(data, options.withCacheDirectory(null), ENCODED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("40 images of 3x18x18: the data set needs 1 MiB of memory; allowed: 0, ");
    }

    /** The batches of every step are the same, from every store and with any number of threads. */
    @Test
    void batchesAreTheSame() throws IOException {
        Path data = data("tar");
        Dataset expected = inHeap(data);
        Seed seed = new Seed(3);
        for (StoreLimits limits : List.of(IN_SHARDS, ENCODED)) {
            Dataset actual = load(data, limits);
            for (int threads : new int[] {1, 2, 5}) {
                ForkJoinPool pool = new ForkJoinPool(threads);
                for (int step = 0; step < 12; step++) {
                    long at = step;
                    Batch batch =
                            pool.submit(() -> distorted(actual, seed).at(at)).join();
                    assertThat(batch.pixels())
                            .isEqualTo(distorted(expected, seed).at(at).pixels());
                    assertThat(batch.labels())
                            .isEqualTo(distorted(expected, seed).at(at).labels());
                }
                pool.shutdown();
            }
            assertThat(actual.evaluationBatches(actual.test(), 4).at(0).pixels())
                    .isEqualTo(
                            expected.evaluationBatches(expected.test(), 4).at(0).pixels());
            Datasets.removeDecoded(data.toString(), options);
        }
    }

    private static TrainingBatches distorted(Dataset dataset, Seed seed) {
        return dataset.trainingBatches(dataset.train(), 8, seed)
                .distorted(Distortion.TRIVIAL_AUGMENT, new Erasing(0.5));
    }

    @Test
    void prefetchedBatchesComeInTheirOrder() throws IOException {
        Dataset dataset = load(data("zip"), ENCODED);
        TrainingBatches batches = dataset.trainingBatches(dataset.train(), 8, new Seed(1));
        try (Prefetcher prefetcher = new Prefetcher(batches::at, 0, 20, 4)) {
            for (int step = 0; step < 20; step++) {
                assertThat(prefetcher.next().pixels())
                        .isEqualTo(batches.at(step).pixels());
            }
        }
    }

    /** The thread of a prefetcher that is closed is interrupted, maybe while it reads. */
    @Test
    void interruptedThreadsReadOn() throws IOException {
        for (String form : List.of("folder", "zip", "tar")) {
            Dataset dataset = load(data(form), ENCODED);
            byte[] expected = dataset.train().image(0);
            Thread.currentThread().interrupt();
            assertThat(dataset.train().image(0)).isEqualTo(expected);
            assertThat(Thread.interrupted()).as("is kept").isTrue();
        }
    }

    @Test
    void imagesThatChangeAreRefused() throws IOException {
        Path data = data("folder");
        Dataset dataset = load(data, ENCODED);
        Path photo = data.resolve("cat/0.jpg");
        FileTime time = Files.getLastModifiedTime(photo);
        // With its size and time unchanged no one can know before it is read.
        byte[] damaged = photos.getOrDefault("cat/0.jpg", new byte[0]).clone();
        damaged[damaged.length - 40] ^= 0x55;
        Files.write(photo, damaged);
        Files.setLastModifiedTime(photo, time);
        Dataset again = load(data, ENCODED);
        assertThat(decoded).isEmpty();
        assertRefused(again, photo, "");
        assertThat(Datasets.removeDecoded(data.toString(), options)).isPositive();
        assertSame(load(data, ENCODED), inHeap(data));

        byte[] other = photos.getOrDefault("cat/1.jpg", new byte[0]);
        Files.write(photo, other);
        assertRefused(dataset, photo, "its pixels are others");
        Files.write(photo, Arrays.copyOf(other, 100));
        assertRefused(dataset, photo, "");
        Files.delete(photo);
        assertRefused(dataset, photo, "");
    }

    private static void assertRefused(Dataset dataset, Path photo, String how) {
        assertThatThrownBy(() -> Normalization.of(dataset.train().shuffled(new Seed(1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(photo + ": this image has changed since the data set was read (" + how)
                .hasMessageEndingWith("); start again after 'kshot data --clean', which forgets what was read")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> dataset.evaluationBatches(dataset.train(), 40).at(0))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void archivesThatChangeAreRefused() throws IOException {
        for (String form : List.of("tar", "zip")) {
            Path data = data(form);
            Dataset dataset = load(data, ENCODED);
            byte[] whole = Files.readAllBytes(data);
            Files.write(data, Arrays.copyOf(whole, 700));
            assertThatThrownBy(() -> Normalization.of(dataset.train().shuffled(new Seed(1))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(data.toString())
                    .hasMessageNotContaining("\n");
            Files.write(data, whole);
            assertSame(load(data, ENCODED), inHeap(data));
        }
    }

    @Test
    void aPreparationGoesOn() throws IOException {
        Path data = data("tar");
        Dataset expected = load(data, ENCODED);
        assertThat(cached(".shard")).hasSize(6);
        Files.delete(cached(".shard").get(5));
        Files.delete(cached(".shard").get(3));
        Files.delete(cached("places").get(0));
        Files.delete(cached(".index").get(0));
        assertSame(load(data, ENCODED), expected);
        assertThat(decoded).hasSizeBetween(1, 12).allMatch(done -> done > 21);
        Files.delete(cached("places").get(0));
        assertSame(load(data, ENCODED), expected);
        assertThat(decoded).as("their checks are there").isEmpty();
    }

    @Test
    void damagedFilesAreNeverWrongPixels() throws IOException {
        Path data = data("zip");
        Dataset expected = load(data, ENCODED);
        for (String kind : List.of("places", "00002.shard", ".index")) {
            Path file = cached(kind).get(0);
            byte[] whole = Files.readAllBytes(file);
            for (int place = 0; place < whole.length; place += 1 + whole.length / 60) {
                byte[] damaged = whole.clone();
                damaged[place] ^= 1;
                Files.write(file, damaged);
                loadOrRefuse(data, expected);
            }
            for (int length = 0; length < whole.length; length += 1 + whole.length / 15) {
                Files.write(file, Arrays.copyOf(whole, length));
                assertSame(load(data, ENCODED), expected);
            }
            Files.write(file, whole);
        }
    }

    private void loadOrRefuse(Path data, Dataset expected) {
        Dataset actual;
        try {
            actual = load(data, ENCODED);
        } catch (InvalidInputException e) {
            assertThat(e).hasMessageContaining("this file of decoded images is damaged at image ");
            return;
        }
        assertSame(actual, expected);
    }

    @Test
    void otherSeedsShareThePlaces() throws IOException {
        Path data = data("folder");
        load(data, ENCODED);
        DataOptions other = options.withSeed(new Seed(9)).withDuplicates(DuplicatePolicy.KEEP);
        Dataset dataset = load(data, other, ENCODED);
        assertThat(decoded).isEmpty();
        assertThat(cached(".encoded")).hasSize(1);
        assertThat(cached(".index")).hasSize(2);
        assertSame(dataset, load(data, other.withCacheDirectory(null), IN_HEAP));
    }

    @Test
    void whatIsKnownOfImagesIsRemovedFromTheCache() throws IOException {
        Path data = data("folder");
        load(data, ENCODED);
        assertThat(Datasets.removeDecoded(data.toString(), options)).isPositive();
        assertThat(cached("")).containsExactly(folder.resolve("cache"));
    }
}
