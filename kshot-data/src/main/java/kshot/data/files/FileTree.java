package kshot.data.files;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * The files below a folder or inside a zip, tar or tar.gz archive, sorted by path. Hidden files ({@code .name}) and the
 * {@code __MACOSX} folders of macOS archives are left out. A single folder around everything is left out of the paths.
 *
 * <p>Nothing of an archive is ever written under a name of its own, so its names can do no harm; those that try to leave
 * the archive are an error all the same. A tar.gz is unpacked to one temporary file, because it can only be read in order.
 */
public final class FileTree implements Closeable {
    /** Names of the folders that hold the splits of a data set. */
    public static final List<String> SPLITS = List.of("train", "val", "valid", "validation", "test");

    private static final int USTAR_OFFSET = 257;
    private static final long SMALLEST_UNPACK_LIMIT = 1L << 30;
    private static final int LARGEST_RATIO = 50;

    private final String kind;
    private final List<FileEntry> files;
    private final SortedSet<String> folders;
    private final Closeable resource;

    private FileTree(String kind, List<FileEntry> files, SortedSet<String> folders, Closeable resource) {
        this.kind = kind;
        this.files =
                files.stream().sorted(Comparator.comparing(FileEntry::path)).toList();
        this.folders = folders;
        this.resource = resource;
    }

    /** A tree of files that are there already, as those of a resource. */
    public static FileTree of(String kind, List<FileEntry> files) {
        return new FileTree(kind, files, new TreeSet<>(), () -> {});
    }

    /**
     * The tree of a folder or archive, which is told by its first bytes.
     *
     * @throws IOException if it cannot be read or is something else
     */
    public static FileTree open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return folder(path).withoutCommonFolder();
        }
        try {
            return archive(path).withoutCommonFolder();
        } catch (RuntimeException e) {
            // What the readers of archives do about some damaged ones.
            throw new IOException("damaged archive: " + e, e);
        }
    }

    private static FileTree archive(Path path) throws IOException {
        byte[] start = new byte[512];
        try (InputStream in = Files.newInputStream(path)) {
            in.readNBytes(start, 0, start.length);
        }
        if (start[0] == 'P' && start[1] == 'K') {
            return zip(path);
        }
        if ((start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B) {
            return tarGz(path);
        }
        if (new String(start, USTAR_OFFSET, 5, StandardCharsets.ISO_8859_1).equals("ustar")) {
            return tar("tar archive", path, () -> {});
        }
        throw new IOException("neither a folder nor a zip, tar or tar.gz archive");
    }

    /** A text that changes whenever the files below a folder, or an archive, change: their sizes and times. */
    public static String signature(Path path) throws IOException {
        StringBuilder text = new StringBuilder();
        walk(
                path,
                (file, attributes) -> text.append(file)
                        .append('\t')
                        .append(attributes.size())
                        .append('\t')
                        .append(attributes.lastModifiedTime().toMillis())
                        .append('\n'));
        return text.toString();
    }

    private static FileTree folder(Path root) throws IOException {
        List<FileEntry> files = new ArrayList<>();
        SortedSet<String> folders = new TreeSet<>();
        walk(root, (file, attributes) -> {
            String path = root.relativize(file).toString().replace('\\', '/');
            if (isHidden(path)) {
                return;
            }
            if (attributes.isDirectory()) {
                folders.add(path);
            } else if (attributes.isRegularFile()) {
                files.add(new FileEntry(path, attributes.size(), () -> Files.newInputStream(file)));
            }
        });
        folders.remove("");
        return new FileTree("folder", files, folders, () -> {});
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(Path path, BasicFileAttributes attributes);
    }

    /** Visits a file or everything below a folder; links are followed, and one that leads back is an error. */
    private static void walk(Path root, Visitor visitor) throws IOException {
        Files.walkFileTree(
                root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                        visitor.visit(folder, attributes);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        visitor.visit(file, attributes);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static FileTree zip(Path path) throws IOException {
        ZipFile zip = new ZipFile(path.toFile());
        try {
            Contents contents = new Contents();
            for (ZipEntry entry : zip.stream().toList()) {
                contents.add(entry.getName(), entry.isDirectory(), entry.getSize(), () -> zip.getInputStream(entry));
            }
            return new FileTree("zip archive", contents.files, contents.folders, zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static FileTree tarGz(Path path) throws IOException {
        Path unpacked = Files.createTempFile("kshot-", ".tar");
        try {
            gunzip(path, unpacked, Math.max(SMALLEST_UNPACK_LIMIT, LARGEST_RATIO * Files.size(path)));
            return tar("tar.gz archive", unpacked, () -> Files.deleteIfExists(unpacked));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unpacked);
            throw e;
        }
    }

    private static void gunzip(Path from, Path to, long limit) throws IOException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(from)), 1 << 16);
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > limit) {
                    throw new IOException("unpacks to more than " + (limit >> 20) + " MiB");
                }
                out.write(buffer, 0, n);
            }
        }
    }

    private static FileTree tar(String kind, Path path, Closeable afterwards) throws IOException {
        Contents contents = new Contents();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try (TarFile tar = new TarFile(path)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isFile() || entry.isDirectory()) {
                    contents.add(
                            entry.getName(),
                            entry.isDirectory(),
                            entry.getSize(),
                            () -> new ChannelSlice(channel, entry.getDataOffset(), entry.getSize()));
                }
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new FileTree(kind, contents.files, contents.folders, () -> {
            channel.close();
            afterwards.close();
        });
    }

    /** What has been listed of an archive. */
    private static final class Contents {
        private final List<FileEntry> files = new ArrayList<>();
        private final SortedSet<String> folders = new TreeSet<>();

        private void add(String name, boolean folder, long size, FileEntry.Content content) throws IOException {
            String path = name.replace('\\', '/').replaceAll("/+$", "").replaceAll("^(\\./)+", "");
            if (path.startsWith("/") || List.of(path.split("/", -1)).contains("..")) {
                throw new IOException("the name '" + name + "' leads out of the archive");
            }
            if (path.isEmpty() || path.equals(".") || isHidden(path)) {
                return;
            }
            int end = folder ? path.length() : path.lastIndexOf('/');
            for (; end > 0; end = path.lastIndexOf('/', end - 1)) {
                folders.add(path.substring(0, end));
            }
            if (!folder) {
                files.add(new FileEntry(path, size, content));
            }
        }
    }

    private static boolean isHidden(String path) {
        for (String part : path.split("/", -1)) {
            if (part.startsWith(".") || part.equals("__MACOSX")) {
                return true;
            }
        }
        return false;
    }

    /** The same without the folders that hold everything, unless it is a split. */
    private FileTree withoutCommonFolder() {
        String common = commonFolder();
        if (common.isEmpty() || SPLITS.contains(common.toLowerCase(Locale.ROOT))) {
            return this;
        }
        int skip = common.length() + 1;
        SortedSet<String> inner = new TreeSet<>();
        for (String folder : folders) {
            if (folder.length() > skip) {
                inner.add(folder.substring(skip));
            }
        }
        List<FileEntry> moved = files.stream()
                .map(file -> file.withPath(file.path().substring(skip)))
                .toList();
        return new FileTree(kind, moved, inner, resource).withoutCommonFolder();
    }

    private String commonFolder() {
        List<String> roots =
                folders.stream().filter(folder -> !folder.contains("/")).toList();
        boolean allInside = files.stream().allMatch(file -> file.path().contains("/"));
        return roots.size() == 1 && allInside ? roots.get(0) : "";
    }

    /** What it is, as "folder" or "zip archive". */
    public String kind() {
        return kind;
    }

    /** All files, sorted by path. */
    public List<FileEntry> files() {
        return files;
    }

    /** The folders right below {@code folder}, or below the root if it is empty: their names, sorted. */
    public List<String> foldersIn(String folder) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        return folders.stream()
                .filter(path -> path.startsWith(prefix) && path.length() > prefix.length())
                .map(path -> path.substring(prefix.length()))
                .filter(name -> !name.contains("/"))
                .toList();
    }

    /** The files below {@code folder} at any depth, sorted by path. */
    public List<FileEntry> filesBelow(String folder) {
        String prefix = folder + "/";
        return files.stream().filter(file -> file.path().startsWith(prefix)).toList();
    }

    /** The files right at the root, sorted by path. */
    public List<FileEntry> rootFiles() {
        return files.stream().filter(file -> !file.path().contains("/")).toList();
    }

    /** Closes the archive and removes what was unpacked. */
    @Override
    public void close() throws IOException {
        resource.close();
    }
}
