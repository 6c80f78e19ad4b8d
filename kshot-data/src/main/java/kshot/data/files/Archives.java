package kshot.data.files;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** A reader of archives, whose form is recognised by their first bytes. */
final class Archives {
    /** The forms that are read, for a message. */
    static final String READ = "zip, tar, tar.gz, tar.bz2 or tar.xz archive";

    private static final long SMALLEST_UNPACK_LIMIT = 256L << 20;
    private static final int LARGEST_RATIO = 50;
    private static final int START = 512;
    private static final int XZ_MEMORY_KIB = 100 << 10;

    /** A form of compressed file that holds one other file. */
    private enum Compression {
        GZ("1f8b"),
        BZ2("425a68"),
        XZ("fd377a585a00");

        private final String magic;

        Compression(String magic) {
            this.magic = magic;
        }

        InputStream unpack(InputStream in) throws IOException {
            return switch (this) {
                case GZ -> new GZIPInputStream(in, 1 << 16);
                case BZ2 -> new BZip2CompressorInputStream(in, true);
                case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
            };
        }

        String suffix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A form of archive that is known and not read. */
    private enum Unread {
        SEVEN_ZIP("377abcaf271c", "7z archive"),
        RAR("526172211a07", "RAR archive"),
        ZSTD("28b52ffd", "file packed by Zstandard");

        private final String magic;
        private final String words;

        Unread(String magic, String words) {
            this.magic = magic;
            this.words = words;
        }
    }

    private Archives() {}

    /**
     * Opens an archive; empty for a file that is none.
     *
     * @throws IOException if it is damaged, or of a form that is not read
     */
    static Optional<FileTree> open(Path path) throws IOException {
        byte[] start = new byte[START];
        try (InputStream in = Files.newInputStream(path)) {
            in.readNBytes(start, 0, start.length);
        }
        for (Unread form : Unread.values()) {
            if (startsWith(start, form.magic)) {
                throw new IOException("a " + form.words + " is not read: unpack it, and give the folder");
            }
        }
        try {
            if (start[0] == 'P' && start[1] == 'K') {
                return Optional.of(ZipReader.open(path, unpackLimit(Files.size(path))));
            }
            for (Compression compression : Compression.values()) {
                if (startsWith(start, compression.magic)) {
                    return Optional.of(unpackedTar(path, compression));
                }
            }
            return TarReader.isTar(start)
                    ? Optional.of(tar("tar archive", Place.of(path, Files.size(path)), true, () -> {}))
                    : Optional.empty();
        } catch (RuntimeException e) {
            // The readers of archives throw these for some damaged archives.
            throw new IOException("damaged archive: " + e, e);
        }
    }

    /** Returns whether bytes start with others, which are given in hexadecimal digits. */
    private static boolean startsWith(byte[] start, String magic) {
        return HexFormat.of().formatHex(start, 0, magic.length() / 2).equals(magic);
    }

    /**
     * Returns the most bytes that an archive may unpack to. Images are compressed already: honest archives are far
     * below.
     */
    private static long unpackLimit(long archiveBytes) {
        return Math.max(SMALLEST_UNPACK_LIMIT, LARGEST_RATIO * archiveBytes);
    }

    static void requireUnpackable(long bytes, long limit) throws IOException {
        if (bytes > limit) {
            throw new IOException("unpacks to more than " + (SMALLEST_UNPACK_LIMIT >> 20) + " MiB and " + LARGEST_RATIO
                    + " times its size");
        }
    }

    /** Unpacks to a temporary file: a compressed archive can only be read in order. */
    private static FileTree unpackedTar(Path path, Compression compression) throws IOException {
        Path unpacked = Files.createTempFile("kshot-", ".tar");
        try {
            unpack(path, compression, unpacked, unpackLimit(Files.size(path)));
            Place place = Place.of(unpacked, Files.size(unpacked));
            String kind = "tar." + compression.suffix() + " archive";
            return tar(kind, place, false, () -> Files.deleteIfExists(unpacked));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unpacked);
            throw e;
        }
    }

    private static void unpack(Path from, Compression compression, Path to, long limit) throws IOException {
        try (InputStream in = compression.unpack(new BufferedInputStream(Files.newInputStream(from), 1 << 16));
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                requireUnpackable(total, limit);
                out.write(buffer, 0, n);
            }
        }
    }

    /**
     * Lists a tar archive.
     *
     * @param lasting whether it stays where it is when the tree is closed
     */
    private static FileTree tar(String kind, Place place, boolean lasting, Closeable afterwards) throws IOException {
        TreeContents contents = new TreeContents(unpackLimit(place.length()));
        ArchiveLinks links = new ArchiveLinks(contents);
        TarReader.list(place, new TarReader.Visitor() {
            @Override
            public void visit(String name, boolean folder, long size, long offset) throws IOException {
                Place ofEntry = lasting ? new Place(place.file(), "", offset, size) : null;
                contents.add(name, folder, size, () -> new FileSlice(place.file(), offset, size), ofEntry);
            }

            @Override
            public void link(String name, String target, boolean symbolic) throws IOException {
                links.add(name, target, symbolic);
            }
        });
        links.follow();
        return FileTree.of(kind, contents, afterwards);
    }

    /**
     * Lists an archive that is a file of a folder, or a tar archive inside of a tar archive, where it lies.
     *
     * @throws IOException if it is damaged, no archive, or packed
     */
    static FileTree inside(FileEntry archive) throws IOException {
        Place place = archive.place();
        if (place == null || !place.member().isEmpty()) {
            throw new IOException(
                    archive.path()
                            + ": an archive inside of a compressed archive is not read: unpack the outer one, and give the folder");
        }
        try {
            return place.offset() == 0
                    ? open(place.file()).orElseThrow(() -> new IOException("no archive"))
                    : tar("tar archive", place, true, () -> {});
        } catch (IOException e) {
            throw new IOException(archive.path() + ": " + e.getMessage(), e);
        }
    }
}
