package kshot.data;

import static kshot.data.TestFiles.classFolders;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCacheTest {
    @TempDir
    private Path folder;

    private Path data = Path.of("");
    private DataOptions options = DataOptions.defaults();
    private final AtomicInteger updates = new AtomicInteger();

    @BeforeEach
    void makeData() throws IOException {
        data = classFolders(folder.resolve("data"), "", 10, 20, "cat", "dog");
        options = DataOptions.defaults()
                .withCacheDirectory(folder.resolve("cache"))
                .withProgress((stage, done, total) -> updates.incrementAndGet());
    }

    private Dataset load(DataOptions with) {
        updates.set(0);
        return Datasets.load(data.toString(), with);
    }

    private boolean decoded() {
        return updates.get() > 0;
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList();
        }
    }

    private static void assertSame(Dataset actual, Dataset expected) {
        assertThat(actual.report()).isEqualTo(expected.report());
        assertThat(actual.normalization()).isEqualTo(expected.normalization());
        assertThat(actual.suggested()).isEqualTo(expected.suggested());
        assertThat(actual.train().fingerprint()).isEqualTo(expected.train().fingerprint());
        assertThat(actual.test().fingerprint()).isEqualTo(expected.test().fingerprint());
    }

    @Test
    void secondTimeNothingIsDecoded() throws IOException {
        Dataset first = load(options);
        assertThat(decoded()).isTrue();
        Dataset second = load(options);
        assertThat(decoded()).isFalse();
        assertSame(second, first);
        assertThat(cached()).hasSize(1);
    }

    @Test
    void otherOptionsAreOtherData() throws IOException {
        load(options);
        assertThat(load(options.withImageSize(16)).inputShape().height()).isEqualTo(16);
        assertThat(decoded()).isTrue();
        load(options.withSeed(new Seed(1)));
        assertThat(decoded()).isTrue();
        assertThat(cached()).hasSize(3);
    }

    @Test
    void aSeedMattersOnlyWhereItDrawsTheTestImages() throws IOException {
        data = classFolders(folder.resolve("split"), "train", 10, 20, "cat", "dog");
        classFolders(folder.resolve("split"), "test", 4, 20, "cat", "dog");
        Dataset first = load(options);
        assertThat(decoded()).isTrue();
        assertSame(load(options.withSeed(new Seed(1)).withTestFraction(0.5)), first);
        assertThat(decoded()).isFalse();
        assertThat(cached()).hasSize(1);
    }

    @Test
    void changedFilesAreReadAgain() throws IOException {
        load(options);
        classFolders(data, "", 11, 20, "cat", "dog");
        DatasetReport report = load(options).report();
        assertThat(report.trainImages() + report.testImages()).isEqualTo(22);
    }

    @Test
    void damagedCachesAreIgnoredAndReplaced() throws IOException {
        Dataset first = load(options);
        Path file = cached().get(0);
        byte[] whole = Files.readAllBytes(file);
        // In the magic, the header, the pixels; cut off; empty.
        for (int place : new int[] {0, 40, whole.length - 5}) {
            byte[] damaged = whole.clone();
            damaged[place] ^= 1;
            assertReplaced(file, damaged, first);
        }
        assertReplaced(file, Arrays.copyOf(whole, whole.length - 1), first);
        assertReplaced(file, new byte[0], first);
    }

    private void assertReplaced(Path file, byte[] damaged, Dataset expected) throws IOException {
        Files.write(file, damaged);
        assertSame(load(options), expected);
        assertThat(decoded()).isTrue();
        load(options);
        assertThat(decoded()).isFalse();
    }

    @Test
    void aCacheThatCannotBeWrittenIsSaid() throws IOException {
        Files.writeString(folder.resolve("cache"), "a file");
        Dataset dataset = load(options);
        assertThat(dataset.report().notes()).hasSize(1);
        assertThat(dataset.report().notes().get(0)).startsWith("The decoded images could not be kept in the cache: ");
    }
}
