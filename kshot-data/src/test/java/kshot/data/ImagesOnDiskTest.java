package kshot.data;

import static kshot.data.TestFiles.classFolders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.load.DuplicatePolicy;
import kshot.data.store.StoreLimits;
import kshot.testing.SmallDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data set in the heap and on disk: 40 images of 20×20×3 pixels of two classes, of which 15% become test images, seven in each
 * shard. One is in both classes, one is there twice.
 */
class ImagesOnDiskTest {
    private static final int IMAGE = 20 * 20 * 3;
    private static final StoreLimits IN_HEAP = new StoreLimits(40 * IMAGE, 1 << 30, 1);
    private static final StoreLimits ON_DISK = new StoreLimits(40 * IMAGE - 1, 7 * IMAGE, 21);

    @TempDir
    private Path folder;

    private Path data = Path.of("");
    private DataOptions options = DataOptions.defaults();
    private final List<Long> decoded = new ArrayList<>();

    @BeforeEach
    void makeData() throws IOException {
        data = classFolders(folder.resolve("data"), "", 20, 20, "cat", "dog");
        Files.copy(data.resolve("cat/3.png"), data.resolve("dog/3.png"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(data.resolve("dog/4.png"), data.resolve("dog/5.png"), StandardCopyOption.REPLACE_EXISTING);
        options = DataOptions.defaults()
                .withCacheDirectory(folder.resolve("cache"))
                .withProgress((stage, done, total) -> {
                    if (stage.equals("decoding images")) {
                        decoded.add(done);
                    }
                });
    }

    private Dataset load(DataOptions with, StoreLimits limits) {
        decoded.clear();
        return Datasets.load(data.toString(), with.withLimits(limits));
    }

    private Dataset inHeap() {
        return load(options.withCacheDirectory(null), IN_HEAP);
    }

    private List<Path> cached(String kind) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith("." + kind))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> notesButPlace(Dataset dataset) {
        return dataset.report().notes().stream()
                .filter(note -> !note.startsWith("The images take "))
                .toList();
    }

    static void assertSame(ImageSet actual, ImageSet expected) {
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.image(i)).isEqualTo(expected.image(i));
            assertThat(actual.label(i)).isEqualTo(expected.label(i));
        }
        assertThat(actual.fingerprint()).isEqualTo(expected.fingerprint());
        assertThat(actual.digests()).isEqualTo(expected.digests());
    }

    static void assertSame(Dataset actual, Dataset expected) {
        assertSame(actual.train(), expected.train());
        assertSame(actual.test(), expected.test());
        assertThat(actual.normalization()).isEqualTo(expected.normalization());
        assertThat(actual.suggested()).isEqualTo(expected.suggested());
        assertThat(actual.report().fingerprint()).isEqualTo(expected.report().fingerprint());
        assertThat(actual.report().conversions()).isEqualTo(expected.report().conversions());
        assertThat(actual.report().leftOut()).isEqualTo(expected.report().leftOut());
        assertThat(actual.report().classes()).isEqualTo(expected.report().classes());
        assertThat(notesButPlace(actual)).isEqualTo(notesButPlace(expected));
    }

    @Test
    void imagesOnDiskAreThoseInTheHeap() throws IOException {
        Dataset expected = inHeap();
        assertThat(expected.report().notes()).as("the duplicates").hasSize(2);
        Dataset onDisk = load(options, ON_DISK);
        assertSame(onDisk, expected);
        assertThat(onDisk.report().notes())
                .contains("The images take 0.00 GB, more than half of the memory that Java may use (-Xmx), and are read"
                        + " from disk: " + cached("shards").get(0) + ".");
        assertThat(cached("shard")).hasSize(6);
        assertThat(cached("cache")).isEmpty();

        Dataset again = load(options, ON_DISK);
        assertThat(decoded).isEmpty();
        assertSame(again, expected);
        assertThat(again.report()).isEqualTo(onDisk.report());
    }

    @Test
    void viewsAndBatchesAreTheSame() {
        Dataset expected = inHeap();
        Dataset onDisk = load(options, ON_DISK);
        Seed seed = new Seed(3);
        Split split = onDisk.train().split(0.3, seed);
        assertSame(split.first(), expected.train().split(0.3, seed).first());
        assertSame(split.second(), expected.train().split(0.3, seed).second());
        assertSame(
                onDisk.train().shuffled(seed).repeatedTo(50).balanced(),
                expected.train().shuffled(seed).repeatedTo(50).balanced());
        for (int step = 0; step < 12; step++) {
            assertThat(onDisk.trainingBatches(onDisk.train(), 8, seed).at(step).pixels())
                    .isEqualTo(expected.trainingBatches(expected.train(), 8, seed)
                            .at(step)
                            .pixels());
        }
        assertThat(onDisk.evaluationBatches(onDisk.test(), 8).at(0).pixels())
                .isEqualTo(expected.evaluationBatches(expected.test(), 8).at(0).pixels());
    }

    @Test
    void duplicatesAreDroppedAlike() {
        DataOptions drop = options.withDuplicates(DuplicatePolicy.DROP);
        assertSame(load(drop, ON_DISK), load(drop.withCacheDirectory(null), IN_HEAP));
        assertSame(load(drop, ON_DISK), load(drop.withCacheDirectory(null), IN_HEAP));
    }

    @Test
    void otherSeedsShareTheShards() throws IOException {
        load(options, ON_DISK);
        Dataset other = load(options.withSeed(new Seed(9)), ON_DISK);
        assertThat(decoded).isEmpty();
        assertThat(cached("index")).hasSize(2);
        assertThat(cached("shard")).hasSize(6);
        assertSame(other, load(options.withSeed(new Seed(9)).withCacheDirectory(null), IN_HEAP));
    }

    @Test
    void memoryDecidesAnewEachTime() throws IOException {
        Dataset expected = load(options, IN_HEAP);
        assertThat(cached("cache")).hasSize(1);
        assertThat(cached("shards")).isEmpty();
        assertSame(load(options, ON_DISK), expected);
        assertThat(decoded).as("the cache does not fit into this heap").isNotEmpty();
        Files.delete(cached("cache").get(0));
        Dataset again = load(options, new StoreLimits(IN_HEAP.heap(), ON_DISK.shard(), 21));
        assertThat(decoded).as("read from the shards into the heap").isEmpty();
        assertThat(again.report()).isEqualTo(expected.report());
        assertSame(again, expected);
    }

    @Test
    void withoutACacheALargeSetIsRefused() {
        assertThatThrownBy(() -> load(options.withCacheDirectory(null), ON_DISK))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("40 images of 3x20x20: the data set needs 1 MiB of memory; allowed: 0, ");
    }

    /** One of images 7 to 13 is unreadable, and one of 35 to 39. */
    @Test
    void aPreparationGoesOnWithUnreadableImages() throws IOException {
        Files.writeString(data.resolve("cat/7.png"), "no image");
        byte[] png = Files.readAllBytes(data.resolve("dog/9.png"));
        Files.write(data.resolve("dog/9.png"), Arrays.copyOf(png, png.length / 2));
        DataOptions lenient = options.withUnreadable(0.2);
        Dataset expected = load(lenient.withCacheDirectory(null), IN_HEAP);
        assertThat(expected.report().leftOut()).hasSize(2);
        assertSame(load(lenient, ON_DISK), expected);
        assertThat(decoded).isNotEmpty();
        List<byte[]> shards = new ArrayList<>();
        for (Path shard : cached("shard")) {
            shards.add(Files.readAllBytes(shard));
        }
        Files.delete(cached("shard").get(5));
        Files.delete(cached("shard").get(4));
        Files.delete(cached("index").get(0));
        Files.writeString(cached("shards").get(0).resolve("00004.shard-17.part"), "killed");

        assertSame(load(lenient, ON_DISK), expected);
        assertThat(Collections.min(decoded)).as("the first 28 are there").isGreaterThan(28);
        List<Path> again = cached("shard");
        assertThat(again).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(Files.readAllBytes(again.get(i))).isEqualTo(shards.get(i));
        }
        assertThatThrownBy(() -> load(options, ON_DISK))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2 (.png) unreadable of 40; allowed: 1");
    }

    @Test
    void damagedFilesAreNeverWrongPixels() throws IOException {
        Dataset expected = inHeap();
        load(options, ON_DISK);
        Path index = cached("index").get(0);
        byte[] whole = Files.readAllBytes(index);
        for (int place = 0; place < whole.length; place += 37) {
            byte[] damaged = whole.clone();
            damaged[place] ^= 1;
            Files.write(index, damaged);
            assertSame(load(options, ON_DISK), expected);
        }
        Files.write(index, Arrays.copyOf(whole, whole.length - 1));
        assertSame(load(options, ON_DISK), expected);

        Path shard = cached("shard").get(0);
        byte[] pixels = Files.readAllBytes(shard);
        pixels[40] ^= 1;
        Files.write(shard, pixels);
        Dataset damaged = load(options, ON_DISK);
        assertThatThrownBy(() -> Normalization.of(damaged.train().subset(new int[] {0})))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        shard + ": this file of decoded images is damaged at image 0; delete it, and it is made anew");
        Files.delete(shard);
        assertSame(load(options, ON_DISK), expected);
        assertThat(decoded).as("of 7 images the last").isNotEmpty().allMatch(done -> done <= 7);
    }

    @Test
    void decodedImagesAreRemovedFromTheCache() throws IOException {
        load(options, ON_DISK);
        load(options.withImageSize(16), IN_HEAP);
        long bytes = 0;
        for (Path file : Stream.concat(cached("shard").stream(), cached("index").stream())
                .toList()) {
            bytes += Files.size(file);
        }
        assertThat(Datasets.removeDecoded(data.toString(), options)).isEqualTo(bytes);
        assertThat(cached("shards")).isEmpty();
        assertThat(cached("index")).isEmpty();
        assertThat(cached("cache")).as("of another size").hasSize(1);
        assertThat(Datasets.removeDecoded(data.toString(), options)).isZero();
        assertThat(Datasets.removeDecoded(data.toString(), options.withImageSize(16)))
                .isPositive();
        assertThat(cached("cache")).isEmpty();
    }

    @Test
    void changedFilesAreOtherData() throws IOException {
        load(options, ON_DISK);
        Files.setLastModifiedTime(data.resolve("cat/0.png"), FileTime.fromMillis(0));
        load(options, ON_DISK);
        assertThat(decoded).isNotEmpty();
        assertThat(cached("shards")).hasSize(2);
    }

    /** Somebody else fills the disk after the second of six shards: there was enough room when the preparation began. */
    @Test
    void aDiskThatFillsUpMeanwhileIsALine() throws IOException, InterruptedException {
        Path mounted = folder.resolve("disk");
        Path ballast = mounted.resolve("ballast");
        try (SmallDisk disk = SmallDisk.mount(mounted, 256)) {
            DataOptions filling = options.withCacheDirectory(mounted.resolve("cache"))
                    .withProgress((stage, done, total) -> {
                        if (stage.equals("decoding images") && done > 16) {
                            fill(ballast);
                        }
                    });
            assertThatThrownBy(() -> load(filling, ON_DISK))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching("data " + data + ": " + mounted + "/cache/.+/00002\\.shard: cannot be written"
                            + " \\(No space left on device\\)");
            assertThat(files(mounted.resolve("cache"))).containsExactly("00000.shard", "00001.shard");
            Files.delete(ballast);
            DataOptions emptied = options.withCacheDirectory(mounted.resolve("cache"));
            assertSame(load(emptied, ON_DISK), inHeap());
            load(emptied, ON_DISK);
            assertThat(decoded).isEmpty();
        }
    }

    /** Writes until there is no more room. */
    private static void fill(Path file) {
        try {
            Files.write(file, new byte[1 << 20]);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
