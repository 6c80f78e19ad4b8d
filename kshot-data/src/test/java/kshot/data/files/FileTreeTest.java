package kshot.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kshot.data.TestFiles;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives, written by Commons Compress and the JDK, and then changed. */
class FileTreeTest {
    private static final int CHECKSUM = 148;

    @TempDir
    private Path folder;

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("archive"), content);
    }

    private void assertRefused(byte[] archive, String message) throws IOException {
        Path file = write(archive);
        assertThatThrownBy(() -> FileTree.open(file).close())
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private static Map<String, String> contents(FileTree tree) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (FileEntry file : tree.files()) {
            contents.put(file.path(), new String(file.read(1000), StandardCharsets.UTF_8));
        }
        return contents;
    }

    private static byte[] tar(int longNames, int bigNumbers, TarArchiveEntry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            out.setLongFileMode(longNames);
            out.setBigNumberMode(bigNumbers);
            out.setAddPaxHeadersForNonAsciiNames(longNames == TarArchiveOutputStream.LONGFILE_POSIX);
            for (TarArchiveEntry entry : entries) {
                byte[] content = entry.isFile() ? entry.getName().getBytes(StandardCharsets.UTF_8) : new byte[0];
                entry.setSize(content.length);
                entry.setModTime(0); // a fraction of a second is an extension
                out.putArchiveEntry(entry);
                out.write(content);
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] tar(TarArchiveEntry... entries) throws IOException {
        return tar(TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.BIGNUMBER_POSIX, entries);
    }

    /** A header with its checksum made right: the sum of its bytes, with spaces where the sum stands. */
    private static byte[] signed(byte[] archive, int header) {
        Arrays.fill(archive, header + CHECKSUM, header + CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (int i = header; i < header + 512; i++) {
            sum += archive[i] & 0xFF;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, archive, header + CHECKSUM, 8);
        return archive;
    }

    @ParameterizedTest
    @CsvSource({
        TarArchiveOutputStream.LONGFILE_GNU + "," + TarArchiveOutputStream.BIGNUMBER_STAR,
        TarArchiveOutputStream.LONGFILE_POSIX + "," + TarArchiveOutputStream.BIGNUMBER_POSIX
    })
    void listsTars(int longNames, int bigNumbers) throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("set/a/link", TarConstants.LF_SYMLINK);
        link.setLinkName("x".repeat(150));
        TarArchiveEntry old = new TarArchiveEntry("set/b/old");
        old.setModTime(-1L << 40); // in binary, or in an extended header
        String longName = "set/a/" + "n".repeat(200) + "é";
        byte[] archive = tar(
                longNames,
                bigNumbers,
                new TarArchiveEntry("set/a/"),
                new TarArchiveEntry("set/./a//short"),
                new TarArchiveEntry(longName),
                link,
                old,
                new TarArchiveEntry("set/.hidden"),
                new TarArchiveEntry("set/b/last"));
        try (FileTree tree = FileTree.open(write(archive))) {
            assertThat(tree.kind()).isEqualTo("tar archive");
            assertThat(tree.foldersIn("")).containsExactly("a", "b");
            assertThat(contents(tree))
                    .containsExactly(
                            Map.entry("a/" + longName.substring(6), longName),
                            Map.entry("a/short", "set/./a//short"),
                            Map.entry("b/last", "set/b/last"),
                            Map.entry("b/old", "set/b/old"));
        }
    }

    @Test
    void namesOfPosixHaveAPrefix() throws IOException {
        // What GNU and BSD tar write for names of 101 to 255 bytes in the format ustar.
        byte[] archive = tar(new TarArchiveEntry("name"), new TarArchiveEntry("other"));
        byte[] prefix = "folder".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(prefix, 0, archive, 345, prefix.length);
        try (FileTree tree = FileTree.open(write(signed(archive, 0)))) {
            assertThat(tree.files()).map(FileEntry::path).containsExactly("folder/name", "other");
        }
    }

    @Test
    void refusesDamagedTars() throws IOException {
        byte[] right = tar(new TarArchiveEntry("a/x"), new TarArchiveEntry("b/y"));
        byte[] flipped = right.clone();
        flipped[1024] ^= 1;
        assertRefused(flipped, "damaged tar archive: the checksum of the header at 1024 is wrong");
        assertRefused(Arrays.copyOf(right, 1100), "the tar archive is cut off");
        byte[] longer = right.clone();
        longer[1024 + 124] = '7'; // the first digit of eleven
        assertRefused(
                signed(longer, 1024),
                "damaged tar archive: an entry of 7516192771 bytes at 1024, with " + (right.length - 1536) + " left");
        byte[] negative = right.clone();
        Arrays.fill(negative, 124, 136, (byte) 0xFF);
        assertRefused(
                signed(negative, 0),
                "damaged tar archive: an entry of -1 bytes at 0, with " + (right.length - 512) + " left");
        byte[] sparse = right.clone();
        sparse[156] = 'S';
        assertRefused(signed(sparse, 0), "tar archives with sparse files are not read");
        byte[] number = right.clone();
        number[124] = '9';
        assertRefused(signed(number, 0), "damaged tar archive: '90000000003' where a number should be");
    }

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void namesThatTakeMemoryAreRefused(int longNames) throws IOException {
        byte[] archive = tar(longNames, TarArchiveOutputStream.BIGNUMBER_POSIX, new TarArchiveEntry("n".repeat(200)));
        byte[] size = String.format("%011o", 70_000).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, archive, 124, size.length);
        assertRefused(
                Arrays.copyOf(signed(archive, 0), 100_000),
                "damaged tar archive: a name of 70000 bytes; allowed: 65536");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/passwd", "a/..", "..\\x"})
    void namesThatLeadOutAreRefused(String name) throws IOException {
        String message = "the name '" + name + "' leads out of the archive";
        byte[] zip = Files.readAllBytes(TestFiles.zip(folder.resolve("x.zip"), Map.of(name, new byte[0])));
        assertRefused(zip, message);
        if (!name.startsWith("/") && !name.contains("\\")) { // which Commons Compress does not write
            assertRefused(tar(new TarArchiveEntry(name)), message);
        }
    }

    @Test
    void deepAndLongNamesAreRefused() throws IOException {
        String deep = "a/".repeat(64) + "x";
        byte[] zip = Files.readAllBytes(TestFiles.zip(folder.resolve("x.zip"), Map.of(deep, new byte[0])));
        assertRefused(zip, "the name '" + deep + "' is 65 folders deep; allowed: up to 64");
        String name = "a/".repeat(30_000);
        zip = Files.readAllBytes(TestFiles.zip(folder.resolve("x.zip"), Map.of(name, new byte[0])));
        assertRefused(zip, "an entry of 0 bytes with a name of 60000 characters; allowed: up to 4096 characters");
    }

    /** A zip of three empty files, each of which states a size in the central directory. */
    private byte[] stating(int size) throws IOException {
        Map<String, byte[]> entries = Map.of("a/1", new byte[0], "b/2", new byte[0], "c/3", new byte[0]);
        byte[] zip = Files.readAllBytes(TestFiles.zip(folder.resolve("x.zip"), entries));
        ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + 28 < zip.length; i++) {
            if (buffer.getInt(i) == 0x02014B50) {
                buffer.putInt(i + 24, size);
            }
        }
        return zip;
    }

    @Test
    void aZipThatUnpacksToAbsurdSizesIsRefused() throws IOException {
        try (FileTree tree = FileTree.open(write(stating(80 << 20)))) {
            assertThat(tree.files()).extracting(FileEntry::size).containsOnly(80L << 20); // 240 MiB in all
        }
        assertRefused(stating(90 << 20), "unpacks to more than 256 MiB and 50 times its size");
    }

    @Test
    void aTarGzThatUnpacksToAbsurdSizesIsRefusedAndLeavesNothing() throws IOException {
        byte[] zeros = TestFiles.gzipped(new byte[1 << 20]);
        ByteBuffer members = ByteBuffer.allocate(257 * zeros.length);
        for (int i = 0; i < 257; i++) {
            members.put(zeros); // gzip files after one another are one file
        }
        List<Path> before = unpacked();
        assertRefused(members.array(), "unpacks to more than 256 MiB and 50 times its size");
        assertThat(unpacked()).isEqualTo(before);
    }

    private static List<Path> unpacked() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "kshot-*.tar")) {
            List<Path> list = new ArrayList<>();
            files.forEach(list::add);
            return list;
        }
    }

    @Test
    void linksInTarsAreFollowedInside() throws IOException {
        try (FileTree tree = FileTree.open(write(tar(
                symbolic("set/b/file", "../a/x"),
                symbolic("set/c", "a"), // a folder
                symbolic("set/chain", "set2"), // to another link, from the folder of the link
                symbolic("set/set2", "./b/file"),
                hard("set/b/hard", "set/a/x"),
                symbolic("set/loop", "loop"),
                symbolic("set/a/around", "../a"),
                symbolic("set/out", "../../etc/passwd"),
                symbolic("set/absolute", "/etc/passwd"),
                new TarArchiveEntry("set/a/x"))))) {
            assertThat(contents(tree).keySet()).containsExactly("a/x", "b/file", "b/hard", "c/x", "chain", "set2");
            assertThat(contents(tree).values()).containsOnly("set/a/x");
            assertThat(tree.leftOut())
                    .containsExactlyInAnyOrder(
                            new LeftOut("loop", LeftOut.Reason.LINK),
                            new LeftOut("a/around", LeftOut.Reason.LINK),
                            new LeftOut("out", LeftOut.Reason.LINK),
                            new LeftOut("absolute", LeftOut.Reason.LINK));
        }
    }

    private static TarArchiveEntry symbolic(String name, String target) {
        TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        return link;
    }

    private static TarArchiveEntry hard(String name, String target) {
        TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_LINK);
        link.setLinkName(target);
        return link;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2", "xz", "gz"})
    void compressedTarsAreRead(String form) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(form, bytes)) {
            out.write(tar(new TarArchiveEntry("a/x"), new TarArchiveEntry("b/y")));
        }
        try (FileTree tree = FileTree.open(write(bytes.toByteArray()))) {
            assertThat(contents(tree)).containsExactly(Map.entry("a/x", "a/x"), Map.entry("b/y", "b/y"));
        }
    }

    @Test
    void archivesThatAreNotReadSayWhatToDo() throws IOException {
        assertRefused(
                TestFiles.bytes('7', 'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4),
                "a 7z archive is not read: unpack it, and give the folder");
        assertRefused(
                TestFiles.bytes('R', 'a', 'r', '!', 0x1A, 7, 1, 0),
                "a RAR archive is not read: unpack it, and give the folder");
        assertRefused(
                patched(zipOf("a/x", "b/y"), 8, 6, 1), // bit 0 of the flags
                "'a/x' is encrypted: unpack the archive with its password, and give the folder");
        assertRefused(
                patched(zipOf("a/x", "b/y"), 10, 8, 14),
                "'a/x' is packed by method 14, which is not read: unpack the archive, and give the folder");
    }

    @Test
    void zipsOfWindowsAreRead() throws IOException {
        // Deflate64 differs from Deflate in long matches only, and short files have none.
        try (FileTree tree = FileTree.open(write(patched(zipOf("a/x", "b/y"), 10, 8, 9)))) {
            assertThat(contents(tree)).containsExactly(Map.entry("a/x", "a/x"), Map.entry("b/y", "b/y"));
        }
    }

    @Test
    void namesOfDosAreRead() throws IOException {
        byte[] zip = patched(zipOf("a/1", "b/2"), 9, 7, 0); // without the flag that says UTF-8
        for (int i = 0; i < zip.length - 2; i++) {
            if (zip[i] == 'a' && zip[i + 1] == '/') {
                zip[i] = (byte) 0x8E; // Ä in the character set 437
            } else if (zip[i] == 'b' && zip[i + 1] == '/') {
                zip[i] = (byte) 0x99; // Ö
            }
        }
        try (FileTree tree = FileTree.open(write(zip))) {
            assertThat(tree.foldersIn("")).containsExactly("Ä", "Ö");
        }
        byte[] undecodable = tar(new TarArchiveEntry("?/1"), new TarArchiveEntry("b/2"));
        undecodable[0] = (byte) 0xC4; // Ä in Latin-1
        assertRefused(
                signed(undecodable, 0),
                "the name of the folder '\uFFFD' has bytes that are no text; rename it, or, if it is no archive's, set"
                        + " LC_ALL=C.UTF-8");
    }

    /** A zip of small files, each of which holds its name. */
    private byte[] zipOf(String... names) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        for (String name : names) {
            entries.put(name, name.getBytes(StandardCharsets.UTF_8));
        }
        return Files.readAllBytes(TestFiles.zip(folder.resolve("small.zip"), entries));
    }

    /** Sets a byte of every entry, in the central directory and in the header before its content. */
    private static byte[] patched(byte[] zip, int central, int local, int value) {
        ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + 28 < zip.length; i++) {
            if (buffer.getInt(i) == 0x02014B50) {
                zip[i + central] = (byte) value;
            } else if (buffer.getInt(i) == 0x04034B50) {
                zip[i + local] = (byte) value;
            }
        }
        return zip;
    }

    @Test
    void namesOfMacOsAreThoseOfOthers() throws IOException {
        // "Ä" as A and a combining diaeresis, as the file systems of macOS have it
        try (FileTree tree = FileTree.open(write(zipOf("train/A\u0308/x", "test/\u00C4/x")))) {
            assertThat(tree.foldersIn("train")).isEqualTo(tree.foldersIn("test"));
        }
    }

    @Test
    void whatSystemsLeaveBesideFilesIsLeftOut() throws IOException {
        for (String name : List.of("a/1", "a/Thumbs.db", "a/@eaDir/1/x", ".git/b/c", ".DS_Store", "__MACOSX/a/._1")) {
            TestFiles.write(folder.resolve(name), new byte[0]);
        }
        Files.createSymbolicLink(folder.resolve("b"), Path.of("nowhere"));
        try (FileTree tree = FileTree.open(folder)) {
            assertThat(tree.files()).map(FileEntry::path).containsExactly("1");
            assertThat(tree.leftOut())
                    .containsExactlyInAnyOrder(
                            new LeftOut("b", LeftOut.Reason.LINK),
                            new LeftOut(".git", LeftOut.Reason.SYSTEM),
                            new LeftOut(".DS_Store", LeftOut.Reason.SYSTEM),
                            new LeftOut("__MACOSX", LeftOut.Reason.SYSTEM),
                            new LeftOut("@eaDir", LeftOut.Reason.SYSTEM),
                            new LeftOut("Thumbs.db", LeftOut.Reason.SYSTEM));
        }
    }

    /** More files than the count of an old zip can say, so the end of the archive is that of zip64. */
    @Test
    void zipsOfManyFilesAreRead() throws IOException {
        int many = 70_000;
        Path file = folder.resolve("many.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < many; i++) {
                out.putNextEntry(new ZipEntry("a/" + i));
                out.write(i);
            }
        }
        try (FileTree tree = FileTree.open(file)) {
            assertThat(tree.files()).hasSize(many);
            for (FileEntry entry : List.of(tree.files().get(0), tree.files().get(many - 1))) {
                assertThat(entry.read(10)).containsExactly((byte) Integer.parseInt(entry.name()));
            }
        }
    }

    /** Each size and place stands in the extra field of zip64, as in archives that are written as a stream. */
    @Test
    void zipsOfLargeFilesAreRead() throws IOException {
        Path file = folder.resolve("large.zip");
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
            out.setUseZip64(Zip64Mode.Always);
            for (String name : List.of("set/a", "set/b")) {
                out.putArchiveEntry(new ZipArchiveEntry(name));
                out.write(name.getBytes(StandardCharsets.UTF_8));
                out.closeArchiveEntry();
            }
        }
        try (FileTree tree = FileTree.open(file)) {
            assertThat(contents(tree)).isEqualTo(Map.of("a", "set/a", "b", "set/b"));
        }
    }

    /** What a place says is what the file holds, also after its tree is closed. */
    @Test
    void filesAreFoundAgainByTheirPlace() throws IOException {
        byte[] inner = tar(new TarArchiveEntry("c"), new TarArchiveEntry("d"));
        Path tar = Files.write(folder.resolve("outer.tar"), TestFiles.tar(Map.of("x/inner.tar", inner)));
        Path zip = TestFiles.zip(folder.resolve("some.zip"), Map.of("x/c", new byte[] {'c'}));
        PlaceReader reader = new PlaceReader();
        try (FileTree outer = FileTree.open(tar);
                FileTree inside = FileTree.inside(outer.files().get(0));
                FileTree packed = FileTree.open(zip)) {
            for (FileEntry entry : List.of(inside.files().get(0), packed.files().get(0))) {
                FileEntry again = reader.file(Objects.requireNonNull(entry.place()));
                assertThat(again.read(10)).containsExactly('c');
                assertThat(again.size()).isEqualTo(1);
            }
            assertThat(inside.files().get(1).place()).hasToString(tar + ", byte 2048");
            assertThat(packed.files().get(0).place()).hasToString(zip + "/x/c");
        }
        Path compressed = Files.write(folder.resolve("outer.tar.gz"), TestFiles.gzipped(Files.readAllBytes(tar)));
        try (FileTree outer = FileTree.open(compressed)) {
            assertThat(outer.files().get(0).place()).as("unpacked for a while").isNull();
        }
        Files.delete(zip);
        assertThatThrownBy(() ->
                        new PlaceReader().file(new Place(zip, "x/c", 0, 1)).read(10))
                .isInstanceOf(IOException.class);
    }
}
