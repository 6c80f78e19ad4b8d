package kshot.data.files;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * A reader of zip archives. Java's own reads nearly all of them. Those whose names are in the character set of MS-DOS, and
 * those that are packed by a method that Java lacks, are read by Commons Compress.
 */
final class ZipReader {
    /** The character set of names that are not marked as UTF-8 (PKWARE's APPNOTE, appendix D.1). */
    private static final String CP437 = "IBM437";

    private ZipReader() {}

    /**
     * Opens an archive.
     *
     * @param limit the most bytes that it may unpack to
     * @throws IOException if it is damaged, encrypted, or packed by a method that is not read
     */
    static FileTree open(Path path, long limit) throws IOException {
        try {
            return open(path, limit, StandardCharsets.UTF_8);
        } catch (ZipException e) {
            String problem = String.valueOf(e.getMessage());
            if (problem.contains("entry name")) {
                return openOther(path, limit, Charset.forName(CP437));
            }
            if (problem.contains("encrypted") || problem.contains("compression method")) {
                return openOther(path, limit, StandardCharsets.UTF_8);
            }
            throw e;
        }
    }

    private static FileTree open(Path path, long limit, Charset names) throws IOException {
        ZipFile zip = new ZipFile(path.toFile(), names);
        try {
            TreeContents contents = new TreeContents(limit);
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                long size = entry.getSize();
                Place place = size < 0 ? null : new Place(path, entry.getName(), 0, size);
                contents.add(entry.getName(), entry.isDirectory(), size, () -> zip.getInputStream(entry), place);
            }
            return FileTree.of("zip archive", contents, zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static FileTree openOther(Path path, long limit, Charset names) throws IOException {
        var zip = org.apache.commons.compress.archivers.zip.ZipFile.builder()
                .setPath(path)
                .setCharset(names)
                .get();
        try {
            TreeContents contents = new TreeContents(limit);
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
            for (ZipArchiveEntry entry : entries) {
                requireReadable(zip, entry);
                contents.add(
                        entry.getName(), entry.isDirectory(), entry.getSize(), () -> zip.getInputStream(entry), null);
            }
            return FileTree.of("zip archive", contents, zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static void requireReadable(org.apache.commons.compress.archivers.zip.ZipFile zip, ZipArchiveEntry entry)
            throws IOException {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new IOException("'" + entry.getName()
                    + "' is encrypted: unpack the archive with its password, and give the folder");
        }
        if (!zip.canReadEntryData(entry)) {
            throw new IOException("'" + entry.getName() + "' is packed by method " + entry.getMethod()
                    + ", which is not read: unpack the archive, and give the folder");
        }
    }
}
