package kshot.app.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kshot.common.InvalidInputException;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.rank.BenchmarkTable;
import kshot.run.settings.SettingsTree;
import kshot.space.SearchSpace;
import kshot.space.macro.MacroSpaceReader;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are small and want much: each is refused by one clear error, in a virtual machine with a heap of 256 MiB
 * that none of them would fit into.
 */
@Tag("fuzz")
class HostileFilesTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private static void assertRefused(ThrowingCallable reading, String... parts) {
        assertThatThrownBy(reading)
                .isInstanceOf(InvalidInputException.class)
                .extracting(e -> String.valueOf(e.getMessage()))
                .asString()
                .contains(parts)
                .doesNotContain("\n");
    }

    private void assertDataRefused(Path data, String... parts) {
        assertRefused(() -> Datasets.load(data.toString(), DataOptions.defaults()), parts);
    }

    private Path write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private Path write(String name, String latin1) throws IOException {
        return write(name, Samples.text(latin1));
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Path gzipped(String name, Content content) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            content.writeTo(out);
        }
        return file;
    }

    private static Content repeated(String start, String middle, int times) {
        return out -> {
            out.write(Samples.text(start));
            byte[] block = Samples.text(middle.repeat(1000));
            for (int i = 0; i < times / 1000; i++) {
                out.write(block);
            }
        };
    }

    @Test
    void runsWithASmallHeap() {
        assertThat(Runtime.getRuntime().maxMemory()).isEqualTo(256 * MEBIBYTE);
    }

    @Test
    void anImageThatNeedsMoreThanAQuarterOfTheHeap() throws IOException {
        byte[] png = Samples.images().get("colour.png");
        ByteBuffer.wrap(png).putInt(16, 9000).putInt(20, 9000); // 81 million pixels of 12 bytes
        for (String name : new String[] {"cat/a.png", "cat/b.png", "dog/c.png", "dog/d.png"}) {
            write(name, png);
        }
        assertDataRefused(
                folder,
                "4 (.png) unreadable of 4; allowed: 1",
                "9000x9000 pixels needs 927 MiB of memory; allowed: 64, a part of the 256 that Java may use (-Xmx)");
    }

    @Test
    void anImageFileThatNeedsMoreThanAnEighthOfTheHeap() throws IOException {
        for (String name : new String[] {"cat/a.png", "cat/b.png", "dog/c.png", "dog/d.png"}) {
            try (RandomAccessFile file = new RandomAccessFile(write(name, "").toFile(), "rw")) {
                file.setLength(40 * MEBIBYTE); // takes no space on the disk
            }
        }
        assertDataRefused(folder, "cat/a.png: the file needs 40 MiB of memory; allowed: 32");
    }

    @Test
    void aZippedCifarOfZeros() throws IOException {
        Path zip = folder.resolve("x.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("data_batch_1.bin"));
            byte[] rows = new byte[1000 * 3073];
            for (int i = 0; i < 60; i++) {
                out.write(rows);
            }
        }
        // 60,000 · 3072 bytes
        assertDataRefused(zip, "60000 images of 3x32x32: the data set needs 176 MiB of memory; allowed: 128");
    }

    @Test
    void tenMillionImagesOfOnePixel() throws IOException {
        String count = "\0\u0098\u0096\u0080"; // 10,000,000
        gzipped("train-labels-idx1-ubyte.gz", repeated("\0\0\u0008\u0001" + count, "\0", 10_000_000));
        gzipped(
                "train-images-idx3-ubyte.gz",
                repeated("\0\0\u0008\u0003" + count + "\0\0\0\u0001\0\0\0\u0001", "\0", 10_000_000));
        assertDataRefused(folder, "a list of 10000000 images needs 1145 MiB of memory; allowed: 128");
    }

    @Test
    void aZipOfFoldersInFolders() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < 4000; i++) {
            entries.put(i + "/" + "f/".repeat(60) + "x", new byte[0]);
        }
        Path zip = write("x.zip", Containers.zip(entries));
        assertThat(Files.size(zip)).isLessThan(2 * MEBIBYTE);
        assertDataRefused(zip, "the list of its files needs 65 MiB of memory; allowed: 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"}", "]", "(", "N", ")"})
    void aPickleOfAMillionObjects(String instruction) throws IOException {
        Path file = write("data_batch_1", instruction.repeat(1_000_001) + ".");
        assertDataRefused(folder, file.getFileName() + ": not a pickle", "more than 1000000 instructions");
    }

    @Test
    void aPickleOfHalfAMillionRememberedObjects() throws IOException {
        write("data_batch_1", "}\u0094".repeat(500_001) + ".");
        assertDataRefused(folder, "more than 1000000 instructions");
    }

    @Test
    void aPickleWithALongLine() throws IOException {
        write("data_batch_1", "S'" + "x".repeat(17 * MEBIBYTE) + "'\n.");
        assertDataRefused(folder, "a line of more than 16777216 characters");
    }

    @Test
    void aPickleThatIsLarge() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(write("data_batch_1", "").toFile(), "rw")) {
            file.setLength(65 * MEBIBYTE);
        }
        assertDataRefused(folder, "larger than 64 MiB");
    }

    @Test
    void aTableOfOneLongLine() throws IOException {
        Path file = gzipped("table", repeated("arch,score\n", "1", 300_000_000));
        assertRefused(() -> BenchmarkTable.read(file), "more than 1048576 characters in a line");
    }

    @Test
    void aTableOfManyCells() throws IOException {
        Path wide = gzipped("wide", repeated("arch", ",1", 1_000_000));
        assertRefused(() -> BenchmarkTable.read(wide), "more than 1048576 characters in a line");
        Path json = gzipped("json", repeated("{\"a\": {\"b\": [0", ",0", 1_000_000));
        assertRefused(() -> BenchmarkTable.read(json), "line 1: the table needs 65 MiB of memory; allowed: 64");
        Path csv = gzipped("csv", out -> {
            out.write(Samples.text("arch,score\n"));
            for (int i = 0; i < 1_000_000; i++) {
                out.write(Samples.text(i + ",1\n"));
            }
        });
        assertRefused(() -> BenchmarkTable.read(csv), ": the table needs 65 MiB of memory; allowed: 64");
    }

    @Test
    void nestedJson() throws IOException {
        Path file = write("table", "{\"a\": {\"b\": " + "[".repeat(100_000));
        assertRefused(() -> BenchmarkTable.read(file), "is not JSON");
    }

    private static final String SPACE = "name: x\ninput: {channels: 3, size: 32}\nclasses: 2\n";
    private static final String HEAD = "\nhead: [global_pool, linear]\n";

    private static SearchSpace space(String layers) {
        return MacroSpaceReader.read("x", SPACE + layers + HEAD);
    }

    private static String list(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    @Test
    void aSpaceOfAllCombinations() {
        String many = list(1, 1000);
        assertRefused(
                () -> space("layers: [{choice: [{inverted_residual: {kernel: " + many + ", expansion: " + many
                        + ", squeeze_excite: " + many + "}}]}]"),
                "x:4: more than 5000 blocks when all repetitions are written out");
    }

    @Test
    void aSpaceOfManyWidths() {
        assertRefused(
                () -> space("layers: [{stage: {out: " + list(1, 50_000) + ", depth: 1000, block: {conv: {}}}}]"),
                "x:4: more than 100000 options of widths when all repetitions are written out");
    }

    @Test
    void aSpaceOfLongNames() {
        String label = "x".repeat(65);
        assertRefused(
                () -> space("layers: [{stage: {depth: 1000, block: {choice: {" + label + ": identity}}}}]"),
                "x:4: label '" + label + "' is not allowed; allowed: up to 64 letters, digits, '.' and '_'");
    }

    @Test
    void aSpaceWhoseWordsAreNearlyRight() {
        String widths =
                IntStream.range(0, 10_000).mapToObj(i -> "w" + i + ": 8").collect(Collectors.joining(", "));
        assertRefused(
                () -> space("widths: {" + widths + "}\nlayers: [{conv: {out: " + "w".repeat(100_000) + "}}]"),
                "x:5: width: 'www");
    }

    @Test
    void theLargestSpaceIsRead() {
        // 2,498 places with a choice each, and the pool and the linear layer: 5,000 blocks when the options are
        // counted.
        SearchSpace space = MacroSpaceReader.read(
                "x",
                "name: x\ninput: {channels: 3, size: 32}\nclasses: 2\nsmallest_map: 32\nlayers:\n"
                        + "  - repeat: {times: 2, of: [{stage: {depth: 1000, stride: 2, block: {choice: [identity]}}}]}\n"
                        + "  - stage: {depth: 498, block: {choice: [identity]}}" + HEAD);
        assertThat(space.decisions()).hasSize(2498);
        assertThat(space.cover()).hasSize(1);
        assertThat(space.network(space.last()).nodes()).isNotEmpty();
    }

    @Test
    void nestedSettings() throws IOException {
        Path file = write("config.yaml", "seed: " + "[".repeat(100_000));
        SettingsTree settings = SettingsTree.preset("quick", "small");
        assertRefused(() -> settings.overlay(file), "settings " + file, "not YAML");
        Path laughs = write(
                "laughs.yaml",
                "a0: &a0 [x, x]\n"
                        + IntStream.range(1, 40)
                                .mapToObj(i -> "a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n")
                                .collect(Collectors.joining()));
        assertRefused(() -> settings.overlay(laughs), laughs + ": setting: 'a0' is not allowed");
        Path large = Files.writeString(folder.resolve("large.yaml"), "#".repeat(MEBIBYTE + 1), StandardCharsets.UTF_8);
        assertRefused(() -> settings.overlay(large), "more than 1048576 bytes is not allowed");
    }
}
